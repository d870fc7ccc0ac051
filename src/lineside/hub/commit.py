"""One batch into the database, in one transaction: every number of it is settled, held or refused with its bytes when this returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import asyncpg
from msgspec import Struct

from lineside.hub.border import Checked
from lineside.hub.sift import Settled, Sifted, held_already, place_in_time, products_of, settle_products, sift
from lineside.hub.store.batch import Landed, Record, Refusal, SeriesRef
from lineside.hub.store.ledger import Entry, Numbers, add_numbers, lock_series
from lineside.hub.store.marks import MINUTE_US, Mark, MarkKind, add_marks, marks_at
from lineside.hub.store.quarantine import add_refusals, close_healed, close_reissued
from lineside.hub.store.ranges import Ranges, holds, ranges_of
from lineside.hub.store.records import add_held, add_records, add_superseded, read_digests, read_occupants, replace_inspections
from lineside.hub.store.stations import read_clocks
from lineside.types.machine import Reading, Status


class Answer(Struct, frozen=True):
    """What to tell the station about one series: numbers that are settled now, and the highest the hub holds."""

    settled: Ranges
    highest: int


class Outcome(Struct, frozen=True):
    landed: list[Landed]
    """Records that are rows now, in the order they came."""
    answers: dict[SeriesRef, Answer]
    refusals: list[Refusal]


async def commit_batch(connection: asyncpg.Connection, messages: Sequence[Checked], now_us: int) -> Outcome:
    """Must run inside a transaction. Redelivered, repeated and shuffled messages change nothing."""
    records = [record for message in messages for record in message.records]
    refusals = [refusal for message in messages for refusal in message.refusals]
    held = await lock_series(connection, _issued_to(records, refusals))
    already = held_already(records, held)
    sifted = sift(records, already, await read_digests(connection, already))
    clocks = await read_clocks(connection, {record.ref.station_key for record in sifted.fresh})
    landed, waiting = place_in_time(sifted.fresh, clocks, now_us)
    settled = settle_products(landed, await read_occupants(connection, products_of(landed)))
    refused = [*refusals, *sifted.conflicts, *settled.conflicts]
    await _write(connection, settled, waiting, refused)
    entries = _entries(settled, waiting, refused, held)
    highest = await add_numbers(connection, entries)
    await close_reissued(connection, products_of(settled.standing))
    await close_healed(connection, [ref for ref, entry in entries.items() if _heals(entry, held[ref])])
    await add_marks(connection, set(_marks(settled)))
    return Outcome(settled.standing, _answers(sifted, settled, refusals, held, highest), refused)


async def _write(connection: asyncpg.Connection, settled: Settled, waiting: Sequence[Record], refused: Sequence[Refusal]) -> None:
    await replace_inspections(connection, settled.replaced)
    await add_superseded(connection, settled.superseded)
    await add_records(connection, settled.standing)
    await add_held(connection, waiting)
    await add_refusals(connection, refused)


def _issued_to(records: Sequence[Record], refusals: Sequence[Refusal]) -> dict[SeriesRef, int]:
    """Every series of the batch with its highest number; also those of which a status withdraws numbers: they are locked together."""
    found: dict[SeriesRef, int] = {}
    for record in records:
        found[record.ref] = max(found.get(record.ref, 0), record.seq)
        if isinstance(record.content, Status):
            for ref, _, last in _withdrawn(record):
                found[ref] = max(found.get(ref, 0), last)
    for refusal in refusals:
        if refusal.ref is not None and refusal.seqs is not None:
            found[refusal.ref] = max(found.get(refusal.ref, 0), refusal.seqs.last)
    return found


def _entries(
    settled: Settled, waiting: Sequence[Record], refused: Sequence[Refusal], held: dict[SeriesRef, Numbers]
) -> dict[SeriesRef, Entry]:
    committed, waits = _by_series(_committed(settled)), _by_series(waiting)
    quarantined: dict[SeriesRef, list[tuple[int, int]]] = {}
    withdrawn: dict[SeriesRef, list[tuple[int, int]]] = {}
    for refusal in refused:
        if refusal.ref is not None and refusal.seqs is not None:
            quarantined.setdefault(refusal.ref, []).append((refusal.seqs.first, refusal.seqs.last))
    for record in _committed(settled):
        for ref, first, last in _withdrawn(record):
            withdrawn.setdefault(ref, []).append((first, last))
    return {
        ref: Entry(
            ranges_of(committed.get(ref, ())), tuple(quarantined.get(ref, ())), ranges_of(waits.get(ref, ())), tuple(withdrawn.get(ref, ()))
        )
        for ref in held
    }


def _answers(
    sifted: Sifted, settled: Settled, refusals: Sequence[Refusal], held: dict[SeriesRef, Numbers], highest: dict[SeriesRef, int]
) -> dict[SeriesRef, Answer]:
    """A number in conflict is not told as settled: the station that sent it issues its record again under a new epoch."""
    told = _by_series(_committed(settled))
    for record in sifted.duplicates:
        if not holds(held[record.ref].held, record.seq):
            told.setdefault(record.ref, []).append(record.seq)
    for refusal in refusals:
        if refusal.ref is not None and refusal.seqs is not None:
            told.setdefault(refusal.ref, []).extend(range(refusal.seqs.first, refusal.seqs.last + 1))
    return {ref: Answer(ranges_of(told.get(ref, ())), highest[ref]) for ref in held}


def _committed(settled: Settled) -> list[Record]:
    return [item.record for item in (*settled.standing, *settled.superseded)]


def _by_series(records: Iterable[Record]) -> dict[SeriesRef, list[int]]:
    found: dict[SeriesRef, list[int]] = {}
    for record in records:
        found.setdefault(record.ref, []).append(record.seq)
    return found


def _withdrawn(record: Record) -> Iterator[tuple[SeriesRef, int, int]]:
    if isinstance(record.content, Status):
        for numbers in record.content.withdrawn:
            yield SeriesRef(record.ref.station_key, record.ref.epoch, numbers.series), numbers.first, numbers.last


def _heals(entry: Entry, before: Numbers) -> bool:
    return bool(before.quarantined) and any(holds(before.quarantined, n) for first, last in entry.committed for n in range(first, last + 1))


def _marks(settled: Settled) -> Iterator[Mark]:
    for item in (*settled.standing, *settled.superseded):
        content, line_key = item.record.content, item.record.station.line_key
        kind: MarkKind = "state" if isinstance(content, Status) else "life"
        yield from marks_at(line_key, item.effective_us, kind)
        if isinstance(content, Reading):
            # Samples have times of their own, often before their reading's.
            correction_us = item.effective_us - content.at
            yield from ((line_key, minute, "sample") for minute in {(s.at + correction_us) // MINUTE_US for s in content.samples})
    for station, gone in settled.replaced:
        yield from marks_at(station.line_key, gone.effective_us)
