"""Tag samples: series, bins, and what stood when a product was at a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.types.machine import Quality, Value

RAW = """
select effective_us, value_number, value_bool, value_text, quality
from sample join line using (line_key)
where site = $1 and line = $2 and tag = $3 and effective_us >= $4 and effective_us < $5
order by effective_us, epoch, seq
limit $6"""

# The order inside avg() matters: a sum of doubles depends on it, and answers must not depend on arrival.
BINS = """
select effective_us / $6 * $6 as start_us,
       avg(value_number order by effective_us, epoch, seq) as mean, min(value_number) as low, max(value_number) as high, count(*) as n,
       (array_agg(value_number order by effective_us desc, epoch desc, seq desc))[1] as value_number,
       (array_agg(value_bool order by effective_us desc, epoch desc, seq desc))[1] as value_bool,
       (array_agg(value_text order by effective_us desc, epoch desc, seq desc))[1] as value_text
from sample join line using (line_key)
where site = $1 and line = $2 and tag = $3 and effective_us >= $4 and effective_us < $5 and quality <> 'bad'
group by 1 order by 1"""

BEFORE = """
select q.tag, q.at_us, s.effective_us, s.value_number, s.value_bool, s.value_text, s.quality
from unnest($3::text[], $4::bigint[]) q (tag, at_us)
left join lateral (
    select sample.* from sample join line using (line_key)
    where site = $1 and line = $2 and tag = q.tag and effective_us <= q.at_us
    order by effective_us desc, epoch desc, seq desc limit 1
) s on true"""

# Trusted numbers of several tags, each over its own span.
NUMBERS = """
select q.tag, s.effective_us, s.value_number
from unnest($3::text[], $4::bigint[], $5::bigint[]) q (tag, from_us, to_us)
cross join lateral (
    select effective_us, epoch, seq, value_number from sample join line using (line_key)
    where site = $1 and line = $2 and tag = q.tag and effective_us >= q.from_us and effective_us <= q.to_us
      and value_number is not null and quality <> 'bad'
) s
order by q.tag, s.effective_us, s.epoch, s.seq"""

# Where it changed only: a belt that stands for a day is one row.
STEPS = """
select effective_us, value_number from (
    select effective_us, epoch, seq, value_number, lag(value_number) over (order by effective_us, epoch, seq) as before
    from sample join line using (line_key)
    where site = $1 and line = $2 and tag = $3 and effective_us >= $4 and effective_us <= $5
      and value_number is not null and quality <> 'bad'
) s
where value_number is distinct from before
order by effective_us, epoch, seq"""

# The newest points of every tag, for the hub's memory at start.
RECENT = """
select l.site, l.line, t.tag, s.effective_us, s.value_number, s.value_bool, s.value_text, s.quality
from tag_latest t
join line l using (line_key)
cross join lateral (
    select * from sample s
    where s.line_key = t.line_key and s.tag = t.tag and s.effective_us >= t.effective_us - $1
    order by s.effective_us desc, s.epoch desc, s.seq desc limit $2
) s
order by s.effective_us, s.epoch, s.seq"""


class Measured(Struct, frozen=True):
    """One sample as stored; `at_us` is effective_at in UTC µs."""

    at_us: int
    value: Value
    quality: Quality


class Bin(Struct, frozen=True):
    """[start, start + bin) of good and uncertain samples; mean, low and high of numbers only."""

    start_us: int
    mean: float | None
    low: float | None
    high: float | None
    last: Value
    count: int


class TagRange(Struct, frozen=True):
    """One tag over [start, end), UTC µs."""

    site: str
    line: str
    tag: str
    start_us: int
    end_us: int


async def raw_samples(pool: asyncpg.Pool, wanted: TagRange, limit: int) -> list[Measured]:
    rows = await pool.fetch(RAW, wanted.site, wanted.line, wanted.tag, wanted.start_us, wanted.end_us, limit)
    return [_measured(row) for row in rows]


async def binned_samples(pool: asyncpg.Pool, wanted: TagRange, bin_us: int) -> list[Bin]:
    """Bins that hold something, ascending; they start at multiples of `bin_us` since 1970."""
    rows = await pool.fetch(BINS, wanted.site, wanted.line, wanted.tag, wanted.start_us, wanted.end_us, bin_us)
    return [Bin(row["start_us"], row["mean"], row["low"], row["high"], _value(row), row["n"]) for row in rows]


async def samples_at(pool: asyncpg.Pool, site: str, line: str, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Measured]:
    """The newest sample at or before each (tag, UTC µs); a pair without one is left out."""
    rows = await pool.fetch(BEFORE, site, line, [tag for tag, _ in wanted], [at for _, at in wanted])
    return {(row["tag"], row["at_us"]): _measured(row) for row in rows if row["effective_us"] is not None}


async def numbers_between(
    pool: asyncpg.Pool, site: str, line: str, wanted: Sequence[tuple[str, int, int]]
) -> dict[str, list[tuple[int, float]]]:
    """(tag, from, to) → (UTC µs, value) of that tag in [from, to], ascending, trusted ones only; tags without any are left out."""
    columns = [tag for tag, _, _ in wanted], [start for _, start, _ in wanted], [end for _, _, end in wanted]
    found: dict[str, list[tuple[int, float]]] = {}
    for row in await pool.fetch(NUMBERS, site, line, *columns):
        found.setdefault(row["tag"], []).append((row["effective_us"], row["value_number"]))
    return found


async def number_changes(pool: asyncpg.Pool, wanted: TagRange) -> list[tuple[int, float]]:
    """(UTC µs, value) of a tag in [start, end], ascending: its first trusted number and each that differs from the one before."""
    rows = await pool.fetch(STEPS, wanted.site, wanted.line, wanted.tag, wanted.start_us, wanted.end_us)
    return [(row["effective_us"], row["value_number"]) for row in rows]


async def recent_samples(pool: asyncpg.Pool, within_us: int, per_tag: int) -> list[tuple[str, str, str, Measured]]:
    """(site, line, tag, sample) of the last `within_us` before each tag's newest, oldest first."""
    rows = await pool.fetch(RECENT, within_us, per_tag)
    return [(row["site"], row["line"], row["tag"], _measured(row)) for row in rows]


def _measured(row: Any) -> Measured:
    return Measured(row["effective_us"], _value(row), row["quality"])


def _value(row: Any) -> Value:
    values: list[Value] = [row[name] for name in ("value_number", "value_bool", "value_text") if row[name] is not None]
    return values[0]
