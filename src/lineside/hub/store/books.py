"""Is everything here? The ledger and the quarantine as people read them, and the sums of /metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.types.view import LedgerRow

# A series belongs to a range of time when it was known before the range ended and its station was heard after it began.
LEDGER = """
select site, line, station, epoch::text as epoch, series, issued_to, oldest_kept, committed, quarantined, held, withdrawn, expired, missing,
       gaps, hello_at
from v_ledger
where ($1::text is null or site = $1) and ($2::text is null or station = $2)
  and ($3::timestamptz is null or coalesce(hello_at, first_seen) >= $3) and ($4::timestamptz is null or first_seen < $4)
order by site, line, station, first_seen, epoch, series"""

QUARANTINE = """
select q.id, q.received_at, q.subject, s.site, s.line, s.station, q.epoch::text as epoch, q.series, q.first_seq,
       q.last_seq, q.reason, q.detail, length(q.body) as size_bytes, q.closed_as
from quarantine q left join station s using (station_key)
where ($1::bigint is null or q.id < $1)
order by q.id desc limit $2"""

TOTALS = """
select site, line, station, series, sum(committed)::bigint as committed, sum(quarantined)::bigint as quarantined,
       sum(missing)::bigint as missing, extract(epoch from clock_timestamp() - max(hello_at))::double precision as hello_age_s
from v_ledger group by site, line, station, series order by site, line, station, series"""

MAX_GAPS = 100


class QuarantineRow(Struct, frozen=True):
    """One message or record that was kept but not taken."""

    id: int
    received_at: datetime
    subject: str
    site: str | None
    line: str | None
    station: str | None
    epoch: str | None
    series: str | None
    first_seq: int | None
    last_seq: int | None
    reason: str
    """`E_…`"""
    detail: str
    size_bytes: int
    closed_as: str | None


class SeriesTotals(Struct, frozen=True):
    """One series of one station over all epochs."""

    site: str
    line: str
    station: str
    series: str
    committed: int
    quarantined: int
    missing: int
    hello_age_s: float | None


async def list_ledger(
    pool: asyncpg.Pool, site: str | None, station: str | None, start: datetime | None, end: datetime | None
) -> list[LedgerRow]:
    return [_ledger_row(row) for row in await pool.fetch(LEDGER, site, station, start, end)]


async def list_quarantine(pool: asyncpg.Pool, before_id: int | None, limit: int) -> tuple[list[QuarantineRow], int | None]:
    """Newest first; the id to go on from, None at the end."""
    rows = [QuarantineRow(**dict(row)) for row in await pool.fetch(QUARANTINE, before_id, limit + 1)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


async def series_totals(pool: asyncpg.Pool) -> list[SeriesTotals]:
    return [SeriesTotals(**dict(row)) for row in await pool.fetch(TOTALS)]


def _ledger_row(row: Any) -> LedgerRow:
    known = {name: value for name, value in row.items() if name != "gaps"}
    return LedgerRow(gaps=[(gap.lower, gap.upper - 1) for gap in row["gaps"][:MAX_GAPS]], **known)
