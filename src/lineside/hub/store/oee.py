"""What OEE minutes are made of, and the minutes themselves. A minute is written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.hub.oee.components import Facts, ProductAt, Slice, StateAt
from lineside.hub.oee.proxy import Belt, SpeedAt
from lineside.hub.oee.spans import Span
from lineside.hub.store.marks import GRACE_US
from lineside.types.plant import Process

PROGRESS = """
select first_at_us, ticked_us, counted_from_us, counted_to_us,
       greatest((select max(effective_us) from inspection where line_key = $1), (select max(effective_us) from reading where line_key = $1),
                (select max(effective_us) from status where line_key = $1), (select max(effective_us) from superseded where line_key = $1)
       ) as newest_us
from line where line_key = $1"""
COUNTED = "update line set counted_from_us = $2, counted_to_us = $3 where line_key = $1"

LIFE = """
select effective_us from inspection where line_key = $1 and effective_us > $2 and effective_us < $3
union select effective_us from reading where line_key = $1 and effective_us > $2 and effective_us < $3
union select effective_us from superseded where line_key = $1 and effective_us > $2 and effective_us < $3
union select effective_us from status where line_key = $1 and effective_us > $2 and effective_us < $3
order by effective_us"""

STATES = """
(select effective_us, epoch, seq, digest, state, reason from status where line_key = $1 and effective_us <= $2
 order by effective_us desc, epoch desc, seq desc, digest desc limit 1)
union all
(select effective_us, epoch, seq, digest, state, reason from status where line_key = $1 and effective_us > $2 and effective_us < $3)
order by effective_us, epoch, seq, digest"""
NEXT_STATUS = "select min(effective_us) from status where line_key = $1 and effective_us >= $2"

# Of several values at one instant the greatest is the last, so that the order of arrival does not matter.
SPEEDS = """
(select effective_us, epoch, seq, value_number, quality from sample where line_key = $1 and tag = $2 and effective_us <= $3
 order by effective_us desc, epoch desc, seq desc, value_number desc nulls last, quality desc limit 1)
union all
(select effective_us, epoch, seq, value_number, quality from sample
 where line_key = $1 and tag = $2 and effective_us > $3 and effective_us < $4)
order by effective_us, epoch, seq, value_number nulls first, quality"""
NEXT_SAMPLE = "select min(effective_us) from sample where line_key = $1 and tag = $2 and effective_us >= $3"

PRODUCTS = """
select effective_us, epoch, seq, digest, outcome, verdict, reasons
from inspection where line_key = $1 and effective_us >= $2 and effective_us < $3
order by effective_us, epoch, seq, digest"""

CLEAR = """
with minutes as (select unnest($2::bigint[]) as minute),
down as (delete from oee_down d using minutes m where d.line_key = $1 and d.minute = m.minute),
product as (delete from oee_minute_product p using minutes m where p.line_key = $1 and p.minute = m.minute),
defect as (delete from oee_minute_defect d using minutes m where d.line_key = $1 and d.minute = m.minute)
delete from oee_minute o using minutes m where o.line_key = $1 and o.minute = m.minute"""

MINUTE = ("line_key", "minute", "calendar_us", "planned_us", "run_us", "down_us", "nodata_us", "unrated_us")
DOWN = ("line_key", "minute", "reason", "down_us")
PRODUCT = ("line_key", "minute", "product", "ideal_us", "good_us", "pq", "gq", "sq", "rq", "uq", "proxy_us")
DEFECT = ("line_key", "minute", "label", "n")


class Progress(Struct, frozen=True):
    """How far a line's time is known and how far it is counted; None: not yet."""

    first_us: int
    horizon_us: int
    counted_from_us: int | None
    counted_to_us: int | None


async def read_progress(connection: asyncpg.Connection, line_key: int) -> Progress | None:
    """None when the line was never heard of."""
    row = await connection.fetchrow(PROGRESS, line_key)
    if row is None or row["first_at_us"] is None:
        return None
    horizon = max(row["ticked_us"] or 0, row["newest_us"] or 0)
    return Progress(row["first_at_us"], horizon, row["counted_from_us"], row["counted_to_us"])


async def save_counted(connection: asyncpg.Connection, line_key: int, from_us: int, to_us: int) -> None:
    await connection.execute(COUNTED, line_key, from_us, to_us)


async def next_status_us(connection: asyncpg.Connection, line_key: int, from_us: int) -> int | None:
    """When the first status at or after `from_us` is."""
    found: int | None = await connection.fetchval(NEXT_STATUS, line_key, from_us)
    return found


async def next_sample_us(connection: asyncpg.Connection, line_key: int, tag: str, from_us: int) -> int | None:
    """When the first sample of this tag at or after `from_us` is."""
    found: int | None = await connection.fetchval(NEXT_SAMPLE, line_key, tag, from_us)
    return found


async def read_facts(
    connection: asyncpg.Connection, line_key: int, window: Span, planned: Sequence[Span], process: Process, progress: Progress
) -> Facts:
    """All that `measure` needs for any stretch inside `window`."""
    start, end = window
    return Facts(
        planned=planned,
        life=[row["effective_us"] for row in await connection.fetch(LIFE, line_key, start - GRACE_US, end)],
        states=[StateAt(*_key(row), row["state"], row["reason"]) for row in await connection.fetch(STATES, line_key, start, end)],
        products=[
            ProductAt(*_key(row), row["outcome"], row["verdict"], tuple(row["reasons"]))
            for row in await connection.fetch(PRODUCTS, line_key, start, end)
        ],
        product=process.id,
        ideal_us=process.ideal_us,
        first_us=progress.first_us,
        horizon_us=progress.horizon_us,
        belt=await _read_belt(connection, line_key, window, process),
    )


async def _read_belt(connection: asyncpg.Connection, line_key: int, window: Span, process: Process) -> Belt | None:
    """None: the process has an ideal cycle, or nothing that could stand for it."""
    design_max = process.belt_speed_max
    if process.ideal_us is not None or design_max is None:
        return None
    rows = await connection.fetch(SPEEDS, line_key, process.belt_speed_tag, *window)
    return Belt(design_max, [SpeedAt(row["effective_us"], None if row["quality"] == "bad" else row["value_number"]) for row in rows])


async def replace_minutes(connection: asyncpg.Connection, line_key: int, product: str, minutes: Mapping[int, Slice]) -> None:
    """Make these minutes (since 1970) of a line what the slices say; a minute without time and products leaves no row."""
    await connection.execute(CLEAR, line_key, sorted(minutes))
    times, down, products, defects = [], [], [], []
    for minute in sorted(minutes):
        found = minutes[minute]
        c = found.components
        if c.calendar_us or c.pq:
            times.append((line_key, minute, c.calendar_us, c.planned_us, c.run_us, c.down_us, c.nodata_us, c.unrated_us))
        if c.pq or c.ideal_us:
            products.append((line_key, minute, product, c.ideal_us, c.good_us, c.pq, c.gq, c.sq, c.rq, c.uq, c.proxy_us))
        down += [(line_key, minute, reason, us) for reason, us in sorted(found.down.items())]
        defects += [(line_key, minute, label, n) for label, n in sorted(found.defects.items())]
    for table, columns, rows in (
        ("oee_minute", MINUTE, times),
        ("oee_down", DOWN, down),
        ("oee_minute_product", PRODUCT, products),
        ("oee_minute_defect", DEFECT, defects),
    ):
        if rows:
            await connection.copy_records_to_table(table, records=rows, columns=columns)


def _key(row: Any) -> tuple[int, str, int, bytes]:
    return row["effective_us"], str(row["epoch"]), row["seq"], row["digest"]
