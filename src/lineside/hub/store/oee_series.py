"""OEE as it is asked for: components summed over lines and bins, and the newest minutes of each line. Nothing is averaged here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.types.oee import Components

# Summed by bin over all lines (`b.n`), or by line over all bins (`m.line_key`).
TIMES = """
select {key} as n, sum(calendar_us)::bigint as calendar_us, sum(planned_us)::bigint as planned_us, sum(run_us)::bigint as run_us,
       sum(down_us)::bigint as down_us, sum(nodata_us)::bigint as nodata_us, sum(unrated_us)::bigint as unrated_us
from unnest($2::bigint[], $3::bigint[]) with ordinality b (first, past, n)
join oee_minute m on m.line_key = any ($1::int[]) and m.minute >= b.first and m.minute < b.past
group by {key}"""

PRODUCTS = """
select {key} as n, sum(ideal_us)::bigint as ideal_us, sum(good_us)::bigint as good_us, sum(pq)::bigint as pq, sum(gq)::bigint as gq,
       sum(sq)::bigint as sq, sum(rq)::bigint as rq, sum(uq)::bigint as uq, sum(proxy_us)::bigint as proxy_us
from unnest($2::bigint[], $3::bigint[]) with ordinality b (first, past, n)
join oee_minute_product m on m.line_key = any ($1::int[]) and m.minute >= b.first and m.minute < b.past
group by {key}"""

DEFECTS = """
select {key} as n, m.label, sum(m.n)::bigint as rejected
from unnest($2::bigint[], $3::bigint[]) with ordinality b (first, past, n)
join oee_minute_defect m on m.line_key = any ($1::int[]) and m.minute >= b.first and m.minute < b.past
group by {key}, m.label order by {key}, m.label"""

BY_BIN, BY_LINE = "b.n", "m.line_key"

# Exactly the products that oee_minute_defect counts: planned time begins and ends with whole minutes.
CELLS = """
select f.label, f.camera, count(*) as products
from oee_minute_defect m
join found f on f.line_key = m.line_key and f.label = m.label
     and f.effective_us >= m.minute * 60000000 and f.effective_us < (m.minute + 1) * 60000000
where m.line_key = any ($1::int[]) and m.minute >= $2 and m.minute < $3 and f.fate = 'reject'
group by 1, 2 order by 1, 2"""

MINUTE = """
select m.line_key, m.minute, m.calendar_us, m.planned_us, m.run_us, m.down_us, m.nodata_us, m.unrated_us, p.*
from ({chosen}) m
cross join lateral (
    select coalesce(sum(ideal_us), 0)::bigint as ideal_us, coalesce(sum(good_us), 0)::bigint as good_us,
           coalesce(sum(pq), 0)::bigint as pq, coalesce(sum(gq), 0)::bigint as gq, coalesce(sum(sq), 0)::bigint as sq,
           coalesce(sum(rq), 0)::bigint as rq, coalesce(sum(uq), 0)::bigint as uq, coalesce(sum(proxy_us), 0)::bigint as proxy_us
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

_TIME = ("calendar_us", "planned_us", "run_us", "down_us", "nodata_us", "unrated_us")
_PRODUCT = ("ideal_us", "good_us", "pq", "gq", "sq", "rq", "uq", "proxy_us")

Sums = tuple[Components, dict[str, int]]
"""Components, and rejected products by label."""


class Span(Struct, frozen=True):
    """Whole minutes since 1970, half-open."""

    first: int
    past: int


class LineMinute(Struct, frozen=True):
    line_key: int
    minute: int
    components: Components


class Cell(Struct, frozen=True):
    """Rejected products with this label that this camera saw."""

    label: str
    camera: str
    products: int


async def line_keys(pool: asyncpg.Pool) -> dict[tuple[str, str], int]:
    """(site, line) → key, of every line the database knows."""
    return {(row["site"], row["line"]): row["line_key"] for row in await pool.fetch(LINE_KEYS)}


async def sum_bins(pool: asyncpg.Pool, lines: Sequence[int], bins: Sequence[Span]) -> list[Sums]:
    """Each bin, summed over `lines`."""
    async with _snapshot(pool) as connection:
        return _in_order(await _sums(connection, BY_BIN, lines, bins), range(1, len(bins) + 1))


async def sum_lines(pool: asyncpg.Pool, lines: Sequence[int], span: Span) -> list[Sums]:
    """Each of `lines` over one span."""
    async with _snapshot(pool) as connection:
        return _in_order(await _sums(connection, BY_LINE, lines, [span]), lines)


async def sum_defects(pool: asyncpg.Pool, lines: Sequence[int], span: Span, bins: Sequence[Span]) -> tuple[Sums, list[Sums], list[Cell]]:
    """(the whole span, each bin, rejected products by label and camera), all of one moment."""
    async with _snapshot(pool) as connection:
        sums = _in_order(await _sums(connection, BY_BIN, lines, [span, *bins]), range(1, len(bins) + 2))
        cells = [Cell(**dict(row)) for row in await connection.fetch(CELLS, list(lines), span.first, span.past)]
        return sums[0], sums[1:], cells


@asynccontextmanager
async def _snapshot(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield connection


async def _sums(connection: asyncpg.Connection, key: str, lines: Sequence[int], bins: Sequence[Span]) -> dict[int, Sums]:
    """By number of the bin (from 1) or by line; what has nothing is left out."""
    arguments = (list(lines), [b.first for b in bins], [b.past for b in bins])
    times = {row["n"]: _named(row, _TIME) for row in await connection.fetch(TIMES.format(key=key), *arguments)}
    products = {row["n"]: _named(row, _PRODUCT) for row in await connection.fetch(PRODUCTS.format(key=key), *arguments)}
    defects: dict[int, dict[str, int]] = {}
    for row in await connection.fetch(DEFECTS.format(key=key), *arguments):
        defects.setdefault(row["n"], {})[row["label"]] = row["rejected"]
    return {n: (Components(**times.get(n, {}), **products.get(n, {})), defects.get(n, {})) for n in times | products | defects}


def _in_order(sums: dict[int, Sums], keys: Iterable[int]) -> list[Sums]:
    return [sums.get(key, (Components(), {})) for key in keys]


async def minutes_since(pool: asyncpg.Pool, lines: Sequence[int], first: int) -> list[LineMinute]:
    return [_minute(row) for row in await pool.fetch(SINCE, list(lines), first)]


async def last_planned_minutes(pool: asyncpg.Pool, lines: Sequence[int], count: int) -> list[LineMinute]:
    """The newest `count` minutes of each line in which anything was planned, ascending."""
    return [_minute(row) for row in await pool.fetch(LAST_PLANNED, list(lines), count)]


def _minute(row: Any) -> LineMinute:
    return LineMinute(row["line_key"], row["minute"], Components(**_named(row, _TIME + _PRODUCT)))


def _named(row: Any, names: Sequence[str]) -> dict[str, int]:
    return {name: row[name] for name in names}
