"""States of lines: the newest of each, since when, and the newest sign of life."""

from __future__ import annotations

import asyncpg
from msgspec import Struct

from lineside.types.inspection import LineState

# `since` looks back a day at most: a line that runs for a week need not scan a week at each start of the hub.
NEWEST = """
select l.site, l.line, s.state, s.reason, s.effective_us, coalesce(first.since_us, s.effective_us) as since_us
from line l
cross join lateral (select * from status s where s.line_key = l.line_key order by effective_us desc, epoch desc, seq desc limit 1) s
left join lateral (
    select min(same.effective_us) as since_us from status same
    where same.line_key = l.line_key and same.effective_us > greatest(s.effective_us - 86400000000, coalesce((
        select max(other.effective_us) from status other
        where other.line_key = l.line_key and other.state <> s.state and other.effective_us > s.effective_us - 86400000000), 0))
) first on true"""

LAST_SEEN = """
select l.site, l.line, greatest(
    (select max(effective_us) from inspection where line_key = l.line_key),
    (select max(effective_us) from reading where line_key = l.line_key),
    (select max(effective_us) from status where line_key = l.line_key)) as at_us
from line l"""


class NewestStatus(Struct, frozen=True):
    """`since_us`: when the line took this state."""

    site: str
    line: str
    state: LineState
    reason: str | None
    effective_us: int
    since_us: int


async def newest_statuses(pool: asyncpg.Pool) -> list[NewestStatus]:
    return [NewestStatus(**dict(row)) for row in await pool.fetch(NEWEST)]


async def last_seen(pool: asyncpg.Pool) -> dict[tuple[str, str], int]:
    """(site, line) → newest record, UTC µs; lines never heard of are left out."""
    return {(row["site"], row["line"]): row["at_us"] for row in await pool.fetch(LAST_SEEN) if row["at_us"] is not None}
