"""What rules are decided by: how far a line's events are, its judged products, and its tags at given instants."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from lineside.hub.store.readings import Measured

# The newest event of every line that is not in the future of the hub's clock ($1).
NEWEST = """
select l.line_key, l.first_at_us, greatest(
    (select max(effective_us) from inspection where line_key = l.line_key and effective_us <= $1),
    (select max(effective_us) from reading where line_key = l.line_key and effective_us <= $1),
    (select max(effective_us) from status where line_key = l.line_key and effective_us <= $1),
    (select max(effective_us) from superseded where line_key = l.line_key and effective_us <= $1)) as newest_us
from line l where l.first_at_us is not null"""

JUDGED = """
select effective_us, verdict = 'pass' as good from inspection
where line_key = $1 and outcome = 'judged' and effective_us >= $2 and effective_us < $3 order by effective_us"""

# $4: how far back a sample is still believed, for each tag and instant.
AT = """
select q.tag, q.at_us, s.effective_us, s.value_number, s.quality
from unnest($2::text[], $3::bigint[], $4::bigint[]) q (tag, at_us, reach_us)
cross join lateral (
    select effective_us, value_number, quality from sample
    where line_key = $1 and tag = q.tag and effective_us <= q.at_us and effective_us >= q.at_us - q.reach_us
      and quality <> 'bad' and value_number is not null
    order by effective_us desc, epoch desc, seq desc limit 1
) s"""


async def newest_events(pool: asyncpg.Pool, until_us: int) -> dict[int, tuple[int, int]]:
    """Line key → (its first event, its newest at or before `until_us`), UTC µs."""
    rows = await pool.fetch(NEWEST, until_us)
    return {row["line_key"]: (row["first_at_us"], row["newest_us"]) for row in rows if row["newest_us"] is not None}


async def judged_products(connection: asyncpg.Connection, line_key: int, start_us: int, end_us: int) -> list[tuple[int, bool]]:
    """(UTC µs, good) of [start, end), ascending."""
    return [(row["effective_us"], row["good"]) for row in await connection.fetch(JUDGED, line_key, start_us, end_us)]


async def tags_at(connection: asyncpg.Connection, line_key: int, wanted: Sequence[tuple[str, int, int]]) -> dict[tuple[str, int], Measured]:
    """The newest trusted number at or before each (tag, UTC µs, how far back at most µs)."""
    if not wanted:
        return {}
    tags, instants, reaches = zip(*wanted, strict=True)
    rows = await connection.fetch(AT, line_key, list(tags), list(instants), list(reaches))
    return {(row["tag"], row["at_us"]): Measured(row["effective_us"], row["value_number"], row["quality"]) for row in rows}
