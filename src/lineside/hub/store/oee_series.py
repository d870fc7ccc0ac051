"""OEE as it is asked for: components summed over lines and bins, and the newest minutes of each line. Nothing is averaged here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.types.oee import Components

TIMES = """
select b.n, sum(calendar_us)::bigint as calendar_us, sum(planned_us)::bigint as planned_us, sum(run_us)::bigint as run_us,
       sum(down_us)::bigint as down_us, sum(nodata_us)::bigint as nodata_us
from unnest($2::bigint[], $3::bigint[]) with ordinality b (first, past, n)
join oee_minute m on m.line_key = any ($1::int[]) and m.minute >= b.first and m.minute < b.past
group by b.n"""

PRODUCTS = """
select b.n, sum(ideal_us)::bigint as ideal_us, sum(good_us)::bigint as good_us, sum(pq)::bigint as pq, sum(gq)::bigint as gq,
       sum(sq)::bigint as sq, sum(rq)::bigint as rq, sum(uq)::bigint as uq
from unnest($2::bigint[], $3::bigint[]) with ordinality b (first, past, n)
join oee_minute_product m on m.line_key = any ($1::int[]) and m.minute >= b.first and m.minute < b.past
group by b.n"""

DEFECTS = """
select b.n, d.label, sum(d.n)::bigint as rejected
from unnest($2::bigint[], $3::bigint[]) with ordinality b (first, past, n)
join oee_minute_defect d on d.line_key = any ($1::int[]) and d.minute >= b.first and d.minute < b.past
group by b.n, d.label order by b.n, d.label"""

MINUTE = """
select m.line_key, m.minute, m.calendar_us, m.planned_us, m.run_us, m.down_us, m.nodata_us, p.*
from ({chosen}) m
cross join lateral (
    select coalesce(sum(ideal_us), 0)::bigint as ideal_us, coalesce(sum(good_us), 0)::bigint as good_us,
           coalesce(sum(pq), 0)::bigint as pq, coalesce(sum(gq), 0)::bigint as gq, coalesce(sum(sq), 0)::bigint as sq,
           coalesce(sum(rq), 0)::bigint as rq, coalesce(sum(uq), 0)::bigint as uq
    from oee_minute_product p where p.line_key = m.line_key and p.minute = m.minute
) p
order by m.line_key, m.minute"""

SINCE = MINUTE.format(chosen="select * from oee_minute where line_key = any ($1::int[]) and minute >= $2")

# The last planned minutes may be long ago: a line whose shift is over shows the end of its shift.
LAST_PLANNED = MINUTE.format(
    chosen="""
    select m.* from unnest($1::int[]) l (line_key) cross join lateral (
        select * from oee_minute o where o.line_key = l.line_key and o.planned_us > 0 order by o.minute desc limit $2
    ) m"""
)

LINE_KEYS = "select site, line, line_key from line"

_TIME = ("calendar_us", "planned_us", "run_us", "down_us", "nodata_us")
_PRODUCT = ("ideal_us", "good_us", "pq", "gq", "sq", "rq", "uq")


class Span(Struct, frozen=True):
    """Whole minutes since 1970, half-open."""

    first: int
    past: int


class LineMinute(Struct, frozen=True):
    line_key: int
    minute: int
    components: Components


async def line_keys(pool: asyncpg.Pool) -> dict[tuple[str, str], int]:
    """(site, line) → key, of every line the database knows."""
    return {(row["site"], row["line"]): row["line_key"] for row in await pool.fetch(LINE_KEYS)}


async def sum_bins(pool: asyncpg.Pool, lines: Sequence[int], bins: Sequence[Span]) -> list[tuple[Components, dict[str, int]]]:
    """Components and rejected products by label of each bin, summed over `lines`."""
    arguments = (list(lines), [b.first for b in bins], [b.past for b in bins])
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        times = {row["n"]: _named(row, _TIME) for row in await connection.fetch(TIMES, *arguments)}
        products = {row["n"]: _named(row, _PRODUCT) for row in await connection.fetch(PRODUCTS, *arguments)}
        defects: dict[int, dict[str, int]] = {}
        for row in await connection.fetch(DEFECTS, *arguments):
            defects.setdefault(row["n"], {})[row["label"]] = row["rejected"]
    numbers = range(1, len(bins) + 1)
    return [(Components(**times.get(n, {}), **products.get(n, {})), defects.get(n, {})) for n in numbers]


async def minutes_since(pool: asyncpg.Pool, lines: Sequence[int], first: int) -> list[LineMinute]:
    return [_minute(row) for row in await pool.fetch(SINCE, list(lines), first)]


async def last_planned_minutes(pool: asyncpg.Pool, lines: Sequence[int], count: int) -> list[LineMinute]:
    """The newest `count` minutes of each line in which anything was planned, ascending."""
    return [_minute(row) for row in await pool.fetch(LAST_PLANNED, list(lines), count)]


def _minute(row: Any) -> LineMinute:
    return LineMinute(row["line_key"], row["minute"], Components(**_named(row, _TIME + _PRODUCT)))


def _named(row: Any, names: Sequence[str]) -> dict[str, int]:
    return {name: row[name] for name in names}
