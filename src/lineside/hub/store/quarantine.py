"""What could not be taken, byte for byte, with its reason: visible, settled, replayable."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import asyncpg
import msgspec

from lineside.hub.store.batch import Refusal, SeriesRef

ADD = """
insert into quarantine (fingerprint, subject, headers, body, station_key, epoch, series, first_seq, last_seq, reason, detail)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (fingerprint) do nothing"""

# Records issued again after a conflict (a restored disk) under a new epoch: the copies in conflict are done with.
CLOSE_REISSUED = """
update quarantine q set closed_as = 'superseded', closed_at = clock_timestamp()
from unnest($1::int[], $2::bigint[]) n (station_key, trigger_count)
where q.closed_as is null and q.reason = 'E_CONFLICT' and q.series = 'inspection' and q.station_key = n.station_key
  and (convert_from(q.body, 'UTF8')::jsonb ->> 'trigger_count')::bigint = n.trigger_count"""

OPEN_CONFLICTS = """
select distinct station_key from quarantine
where closed_as is null and reason = 'E_CONFLICT' and series = 'inspection' and station_key = any($1::int[])"""

# A readable record came for a number that was settled without one.
CLOSE_HEALED = """
update quarantine q set closed_as = 'superseded', closed_at = clock_timestamp()
from unnest($1::int[], $2::uuid[], $3::text[]) n (station_key, epoch, series)
join ledger l using (station_key, epoch, series)
where q.closed_as is null and q.reason <> 'E_CONFLICT' and (q.station_key, q.epoch, q.series) = (n.station_key, n.epoch, n.series)
  and int8range(q.first_seq, q.last_seq, '[]') <@ l.committed"""


async def add_refusals(connection: asyncpg.Connection, refusals: Sequence[Refusal]) -> None:
    """Keep them; one that is already kept (a redelivery) adds nothing."""
    if refusals:
        await connection.executemany(ADD, [_row(refusal) for refusal in refusals])


async def close_reissued(connection: asyncpg.Connection, products: Sequence[tuple[int, int]]) -> None:
    """Close conflicts of the products (station_key, trigger_count) that have just been committed."""
    stations = {row["station_key"] for row in await connection.fetch(OPEN_CONFLICTS, sorted({station for station, _ in products}))}
    meant = [(station, count) for station, count in products if station in stations]
    if meant:
        await connection.execute(CLOSE_REISSUED, [station for station, _ in meant], [count for _, count in meant])


async def close_healed(connection: asyncpg.Connection, refs: Sequence[SeriesRef]) -> None:
    """Close what is by now wholly committed, in series where a quarantined number has just been."""
    if refs:
        await connection.execute(CLOSE_HEALED, [r.station_key for r in refs], [r.epoch for r in refs], [r.series for r in refs])


def fingerprint(refusal: Refusal) -> bytes:
    head = f"{refusal.incoming.subject}\n{refusal.ref}\n{refusal.seqs}\n{refusal.reason}\n".encode()
    return hashlib.sha256(head + refusal.body).digest()


def _row(refusal: Refusal) -> tuple[object, ...]:
    ref, seqs = refusal.ref, refusal.seqs
    return (
        fingerprint(refusal),
        _storable(refusal.incoming.subject),
        msgspec.json.encode({_storable(k): _storable(v) for k, v in refusal.incoming.headers.items()}).decode(),
        refusal.body,
        ref.station_key if ref else None,
        ref.epoch if ref else None,
        ref.series if ref else None,
        seqs.first if seqs else None,
        seqs.last if seqs else None,
        refusal.reason,
        _storable(refusal.detail),
    )


def _storable(text: str) -> str:
    """PostgreSQL's text has no NUL and no lone surrogates; the bytes themselves are kept in `body`."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
