"""Alarms and their history. One open alarm for each source and rule: the index `alarm_open` is the last guard."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from lineside.hub.alarms.finding import Evidence
from lineside.types.alarm import AlarmEvent, Happened
from lineside.types.cause import FailedStep

RAISE = """
insert into alarm (line_key, source, rule, rule_name, plant_version, tag, severity, text, evidence, raised_us, cause)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (source, rule) where cleared_us is null do nothing returning alarm_key"""
CLEAR = """
update alarm set cleared_us = $2, cleared_at = now(), cleared_by = $3, stale = false
where alarm_key = $1 and cleared_us is null returning alarm_key"""
SET_STALE = "update alarm set stale = $2 where alarm_key = $1"
SET_CAUSE = "update alarm set cause = $2 where alarm_key = $1 and cleared_us is null"
ACKNOWLEDGE = """
update alarm set acknowledged_at = now(), acknowledged_by = $2
where alarm_key = $1 and acknowledged_at is null returning alarm_key"""
ASSIGN = "update alarm set assignee = $2 where alarm_key = $1 and cleared_us is null and assignee is distinct from $2 returning alarm_key"
ADD_EVENT = "insert into alarm_event (alarm_key, kind, person_key, text) values ($1, $2, $3, $4)"
EVENTS = """
select e.at, e.kind, p.name, e.text from alarm_event e left join person p using (person_key)
where e.alarm_key = $1 order by e.event_key"""
EVIDENCE = "select evidence from alarm where alarm_key = $1"

ROW = """
select a.alarm_key, l.line_key, l.site, l.line, a.source, a.rule, a.rule_name, a.tag, a.severity, a.text, a.raised_us, a.cleared_us,
       clr.name as cleared_by, a.acknowledged_at, ack.name as acknowledged_by, who.name as assignee, a.stale, a.cause,
       (select count(*) from alarm_event e where e.alarm_key = a.alarm_key and e.kind = 'commented') as comments
from {alarms} a
join line l using (line_key)
left join person ack on ack.person_key = a.acknowledged_by
left join person who on who.person_key = a.assignee
left join person clr on clr.person_key = a.cleared_by
order by a.raised_us desc, a.alarm_key desc"""
ONE = ROW.format(alarms="(select * from alarm where alarm_key = $1)")
OPEN = ROW.format(alarms="(select * from alarm where cleared_us is null)")
OPEN_OF_LINE = ROW.format(alarms="(select * from alarm where line_key = $1 and cleared_us is null)")
UNSEEN = ROW.format(alarms="""(select * from alarm where acknowledged_at is null and cleared_us >= $1 order by cleared_us desc limit $2)""")
LIST = ROW.format(
    alarms="""(
    select * from alarm
    where line_key = any ($1::int[]) and ($2::boolean is null or (cleared_us is null) = $2)
      and ($3::boolean is null or (acknowledged_at is not null) = $3)
      and raised_us >= $4 and raised_us < $5 and ($6::bigint is null or (raised_us, alarm_key) < ($6, $7::bigint))
    order by raised_us desc, alarm_key desc limit $8)"""
)


class AlarmRow(Struct, frozen=True):
    """One alarm with the names of the people in it; what the plant calls its parts is the plant's."""

    alarm_key: int
    line_key: int
    site: str
    line: str
    source: str
    rule: str
    rule_name: str
    tag: str | None
    severity: Any
    text: str
    raised_us: int
    cleared_us: int | None
    cleared_by: str | None
    acknowledged_at: Any
    acknowledged_by: str | None
    assignee: str | None
    stale: bool
    cause: FailedStep | None
    comments: int


class NewAlarm(Struct, frozen=True):
    line_key: int
    source: str
    rule: str
    rule_name: str
    plant_version: int
    tag: str | None
    severity: str
    text: str
    evidence: Evidence
    raised_us: int
    cause: FailedStep | None


class AlarmFilter(Struct, frozen=True):
    """`is_open`, `acknowledged` None: either. Raised in [start, end), UTC µs."""

    lines: list[int]
    is_open: bool | None
    acknowledged: bool | None
    start_us: int
    end_us: int


class AlarmPlace(Struct, frozen=True, array_like=True):
    """Where a list stopped: what comes next was raised before this one."""

    raised_us: int
    alarm_key: int


async def raise_alarm(connection: asyncpg.Connection, alarm: NewAlarm) -> int | None:
    """Its key; None when one of this source and rule is open already."""
    values = [*msgspec.structs.astuple(alarm)]
    values[8] = msgspec.json.encode(alarm.evidence).decode()
    values[10] = None if alarm.cause is None else msgspec.json.encode(alarm.cause).decode()
    key: int | None = await connection.fetchval(RAISE, *values)
    return key


async def clear_alarm(connection: asyncpg.Connection, alarm: int, at_us: int, person: int | None = None) -> bool:
    """False: it was cleared before."""
    return await connection.fetchval(CLEAR, alarm, at_us, person) is not None


async def set_stale(connection: asyncpg.Connection, alarm: int, stale: bool) -> None:
    await connection.execute(SET_STALE, alarm, stale)


async def set_cause(connection: asyncpg.Connection, alarm: int, cause: FailedStep) -> None:
    await connection.execute(SET_CAUSE, alarm, msgspec.json.encode(cause).decode())


async def acknowledge_alarm(connection: asyncpg.Connection, alarm: int, person: int) -> bool:
    """False: somebody has done it before."""
    return await connection.fetchval(ACKNOWLEDGE, alarm, person) is not None


async def assign_alarm(connection: asyncpg.Connection, alarm: int, assignee: int | None) -> bool:
    """False: it is theirs already, or cleared."""
    return await connection.fetchval(ASSIGN, alarm, assignee) is not None


async def add_event(connection: asyncpg.Connection, alarm: int, kind: Happened, text: str = "", person: int | None = None) -> None:
    await connection.execute(ADD_EVENT, alarm, kind, person, text)


async def open_alarms_of(connection: asyncpg.Connection, line_key: int) -> dict[tuple[str, str], AlarmRow]:
    """By (source, rule)."""
    rows = [_row(row) for row in await connection.fetch(OPEN_OF_LINE, line_key)]
    return {(row.source, row.rule): row for row in rows}


async def read_alarm(connection: asyncpg.Connection, alarm: int) -> AlarmRow | None:
    row = await connection.fetchrow(ONE, alarm)
    return None if row is None else _row(row)


async def read_events(connection: asyncpg.Connection, alarm: int) -> list[AlarmEvent]:
    """The oldest first."""
    return [AlarmEvent(row["at"], row["kind"], row["name"], row["text"]) for row in await connection.fetch(EVENTS, alarm)]


async def read_evidence(connection: asyncpg.Connection, alarm: int) -> Evidence:
    return msgspec.json.decode(await connection.fetchval(EVIDENCE, alarm), type=Evidence)


async def open_alarms(pool: asyncpg.Pool) -> list[AlarmRow]:
    """The newest first."""
    return [_row(row) for row in await pool.fetch(OPEN)]


async def unseen_alarms(pool: asyncpg.Pool, since_us: int, limit: int) -> list[AlarmRow]:
    """Cleared since then and never acknowledged: the `limit` that were cleared last."""
    return [_row(row) for row in await pool.fetch(UNSEEN, since_us, limit)]


async def list_alarms(
    pool: asyncpg.Pool, wanted: AlarmFilter, after: AlarmPlace | None, limit: int
) -> tuple[list[AlarmRow], AlarmPlace | None]:
    """Newest first; the place to go on from, None at the end."""
    place = (after.raised_us, after.alarm_key) if after else (None, None)
    rows = [_row(row) for row in await pool.fetch(LIST, *msgspec.structs.astuple(wanted), *place, limit + 1)]
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], AlarmPlace(rows[limit - 1].raised_us, rows[limit - 1].alarm_key)


def _row(row: Any) -> AlarmRow:
    values = dict(row)
    values["cause"] = None if row["cause"] is None else msgspec.json.decode(row["cause"], type=FailedStep)
    return AlarmRow(**values)
