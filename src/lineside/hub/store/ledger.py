"""The ledger: which numbers of a series the hub holds, and how. Every change to a row happens under its lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.hub.store.batch import SeriesRef
from lineside.hub.store.ranges import Ranges, from_multirange, to_multirange

# One statement makes missing rows and locks all of them, sorted: two workers with the same series never wait in a circle.
LOCK = """
insert into ledger as l (station_key, epoch, series, issued_to)
select * from unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[]) order by 1, 2, 3
on conflict (station_key, epoch, series) do update set issued_to = greatest(l.issued_to, excluded.issued_to)
returning l.station_key, l.epoch, l.series, l.committed, l.held, l.quarantined"""

# A number has one state; `committed` is the strongest: a readable record heals a number that was settled without one.
ADD = """
update ledger l set
    committed = l.committed + b.committed,
    held = l.held + b.held - b.committed,
    quarantined = l.quarantined + b.quarantined - (l.committed + b.committed) - (l.held + b.held),
    withdrawn = l.withdrawn + b.withdrawn - (l.committed + b.committed) - (l.held + b.held),
    issued_to = greatest(l.issued_to, coalesce(upper(b.withdrawn) - 1, 0))
from unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     t (station_key, epoch, series, committed, quarantined, held, withdrawn),
     lateral (select t.committed::int8multirange, t.quarantined::int8multirange, t.held::int8multirange, t.withdrawn::int8multirange)
     b (committed, quarantined, held, withdrawn)
where (l.station_key, l.epoch, l.series) = (t.station_key, t.epoch, t.series)
returning l.station_key, l.epoch, l.series, l.committed, l.quarantined, l.held, l.withdrawn"""

RELEASE = "update ledger set held = held - $4::text::int8multirange where (station_key, epoch, series) = ($1, $2, $3)"

HELLO = """
insert into ledger as l (station_key, epoch, series, issued_to, oldest_kept)
select * from unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) order by 1, 2, 3
on conflict (station_key, epoch, series) do update
    set issued_to = greatest(l.issued_to, excluded.issued_to), oldest_kept = excluded.oldest_kept
returning l.station_key, l.epoch, l.series, l.committed + l.quarantined + l.withdrawn + l.expired as settled, l.held,
          int8multirange(int8range(1, l.issued_to + 1)) - l.committed - l.quarantined - l.held - l.withdrawn - l.expired as missing"""


class Numbers(Struct, frozen=True):
    """What the hub holds of a series: `committed` with their records, `held` for a clock correction, `quarantined` without a record."""

    committed: Ranges = ()
    held: Ranges = ()
    quarantined: Ranges = ()


class Entry(Struct, frozen=True):
    """Numbers to add to a series, by their new state."""

    committed: Ranges = ()
    quarantined: Ranges = ()
    held: Ranges = ()
    withdrawn: Ranges = ()


class Standing(Struct, frozen=True):
    """A series after a hello: `settled` will never be asked for again, `missing` is nowhere, `highest` is 0 when nothing is held."""

    settled: Ranges
    missing: Ranges
    highest: int


async def lock_series(connection: asyncpg.Connection, issued_to: Mapping[SeriesRef, int]) -> dict[SeriesRef, Numbers]:
    """Lock the rows of these series until the transaction ends. `issued_to`: the highest number of each that has been seen."""
    refs = sorted(issued_to)
    rows = await connection.fetch(LOCK, *_keys(refs), [issued_to[ref] for ref in refs])
    return {_ref(row): Numbers(*(from_multirange(row[state]) for state in ("committed", "held", "quarantined"))) for row in rows}


async def add_numbers(connection: asyncpg.Connection, entries: Mapping[SeriesRef, Entry]) -> dict[SeriesRef, int]:
    """Add to series that `lock_series` locked; returns the highest number held of each."""
    refs = sorted(entries)
    columns = [[to_multirange(getattr(entries[ref], state)) for ref in refs] for state in ("committed", "quarantined", "held", "withdrawn")]
    rows = await connection.fetch(ADD, *_keys(refs), *columns)
    return {_ref(row): _highest(row["committed"], row["quarantined"], row["held"], row["withdrawn"]) for row in rows}


async def release_held(connection: asyncpg.Connection, ref: SeriesRef, numbers: Ranges) -> None:
    """Numbers that were held are about to be committed in the same transaction."""
    await connection.execute(RELEASE, ref.station_key, ref.epoch, ref.series, to_multirange(numbers))


async def hear_positions(
    connection: asyncpg.Connection, positions: Mapping[SeriesRef, tuple[int, int | None]]
) -> dict[SeriesRef, Standing]:
    """Take over (issued_to, oldest_kept) of a hello and say how each series stands."""
    refs = sorted(positions)
    rows = await connection.fetch(HELLO, *_keys(refs), [positions[r][0] for r in refs], [positions[r][1] for r in refs])
    return {_ref(row): _standing(row) for row in rows}


def _standing(row: Any) -> Standing:
    return Standing(from_multirange(row["settled"]), from_multirange(row["missing"]), _highest(row["settled"], row["held"]))


def _keys(refs: list[SeriesRef]) -> tuple[list[int], list[str], list[str]]:
    return [r.station_key for r in refs], [r.epoch for r in refs], [r.series for r in refs]


def _ref(row: Any) -> SeriesRef:
    return SeriesRef(row["station_key"], str(row["epoch"]), row["series"])


def _highest(*sets: Any) -> int:
    return max((ranges[-1].upper - 1 for ranges in sets if ranges), default=0)
