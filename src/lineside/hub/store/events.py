"""What people enter about a line or one of its steps: faults, stops, notes."""

from __future__ import annotations

from typing import Any

import asyncpg

from lineside.hub.store.attribution import forget_attributions
from lineside.types.cause import StepEvent
from lineside.types.identity import instant

_COLUMNS = """
select e.event_key, l.site, l.line, e.step, e.kind, e.text, e.start_us, e.end_us, p.name as person, e.entered_at
from operator_event e join line l using (line_key) join person p using (person_key)"""

EVENT = _COLUMNS + " where l.site = $1 and l.line = $2 and e.event_key = $3"

# Those that touch [from, to); an open one lasts for ever.
BETWEEN = (
    _COLUMNS
    + """
where l.site = $1 and l.line = $2 and e.start_us < $4 and (e.end_us is null or e.end_us > $3)
order by e.start_us desc, e.event_key desc limit $5"""
)

OPEN = _COLUMNS + " where e.end_us is null order by e.start_us, e.event_key"

ADD = """
insert into operator_event (line_key, step, kind, text, start_us, end_us, person_key)
select line_key, $3, $4, $5, $6, $7, $8 from line where site = $1 and line = $2 returning event_key"""

# Only one of two who end it at the same time does.
END = "update operator_event set end_us = $2 where event_key = $1 and end_us is null returning event_key"

IS_PERSON = "select exists (select from person where person_key = $1)"

MOST = 500
"""Events of one answer."""


async def is_person(pool: asyncpg.Pool, person: int) -> bool:
    return bool(await pool.fetchval(IS_PERSON, person))


async def add_event(
    pool: asyncpg.Pool,
    site: str,
    line: str,
    step: str | None,
    kind: str,
    text: str,
    span: tuple[int, int | None],
    person: int,
    redo_us: int,
) -> StepEvent:
    """`span`: UTC µs, the end None while it lasts. Which step left the products of its time, from `redo_us` on, is to be asked again."""
    async with pool.acquire() as connection, connection.transaction():
        key = await connection.fetchval(ADD, site, line, step, kind, text, *span, person)
        await forget_attributions(connection, site, line, max(span[0], redo_us))
        return _event(await connection.fetchrow(EVENT, site, line, key))


async def end_event(pool: asyncpg.Pool, event: StepEvent, end_us: int, redo_us: int) -> StepEvent | None:
    """The event with its end; None when somebody has ended it before. Products after its end are to be asked again, as in `add_event`."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(END, event.id, end_us) is None:
            return None
        await forget_attributions(connection, event.site, event.line, max(end_us, redo_us))
        return _event(await connection.fetchrow(EVENT, event.site, event.line, event.id))


async def find_event(pool: asyncpg.Pool, site: str, line: str, event: int) -> StepEvent | None:
    row = await pool.fetchrow(EVENT, site, line, event)
    return None if row is None else _event(row)


async def events_between(pool: asyncpg.Pool, site: str, line: str, start_us: int, end_us: int) -> list[StepEvent]:
    """Events that touch [start, end), the newest first, at most MOST."""
    return [_event(row) for row in await pool.fetch(BETWEEN, site, line, start_us, end_us, MOST)]


async def open_events(pool: asyncpg.Pool) -> list[StepEvent]:
    """Of every line, the oldest first."""
    return [_event(row) for row in await pool.fetch(OPEN)]


def _event(row: Any) -> StepEvent:
    return StepEvent(
        id=row["event_key"],
        site=row["site"],
        line=row["line"],
        step=row["step"],
        kind=row["kind"],
        text=row["text"],
        start=instant(row["start_us"]),
        end=None if row["end_us"] is None else instant(row["end_us"]),
        person=row["person"],
        entered_at=row["entered_at"],
    )
