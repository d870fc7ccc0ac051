"""Wrong clocks: measured from hellos, corrected by an audited row for each boot; `at` itself is never rewritten.

A boot whose hello is more than CLOCK_LIMIT away is under suspicion: its records are held, with their bytes, until a correction exists or
a later hello shows that it was the hello that was late.
"""

from __future__ import annotations

import logging

import asyncpg

from lineside.hub.border import DECODERS, Checked
from lineside.hub.commit import Outcome, commit_batch
from lineside.hub.store.batch import Incoming, Record, SeriesRef
from lineside.hub.store.ledger import release_held
from lineside.hub.store.plant import StationRow
from lineside.hub.store.ranges import ranges_of
from lineside.hub.store.records import HeldRow, has_held
from lineside.hub.store.records import release_held as release_records
from lineside.hub.store.stations import CLOCK_LIMIT_US, add_correction
from lineside.stream.subjects import subject
from lineside.types.machine import Hello

log = logging.getLogger(__name__)

STEADY_US = 2_000_000


def wrong_by(before: tuple[Hello, int] | None, hello: Hello, received_us: int) -> int:
    """How far the station's clock is behind (µs, negative: ahead); 0 when it is right or cannot be told.

    A hello that was held up on its way looks like a clock that is behind. So that is believed only of a hello that came as long
    after the one before as the station, which cannot know of any delay, says that it was sent.
    """
    behind_us = received_us - hello.at
    if abs(behind_us) <= CLOCK_LIMIT_US:
        return 0
    if behind_us < 0:
        return behind_us
    if before is None or before[0].boot_id != hello.boot_id:
        return 0
    sent_apart_us = (hello.mono_ns - before[0].mono_ns) // 1000
    return behind_us if abs(received_us - before[1] - sent_apart_us) <= STEADY_US else 0


async def hear_clock(connection: asyncpg.Connection, station: StationRow, hello: Hello, received_us: int, wrong_us: int) -> Outcome | None:
    """Write down what `wrong_by` found, and commit the records that waited for it; None when none did."""
    if wrong_us:
        measured = await add_correction(connection, station.station_key, hello.boot_id, hello.at, received_us)
        if measured is not None:
            log.warning("The clock of %s is wrong by %.0f s; its records of this boot are corrected.", station.key, -measured / 1e6)
    elif abs(received_us - hello.at) > CLOCK_LIMIT_US:
        return None
    if not await has_held(connection, station.station_key, hello.boot_id):
        return None
    return await _free(connection, await release_records(connection, station.station_key, hello.boot_id), received_us)


async def _free(connection: asyncpg.Connection, rows: list[HeldRow], received_us: int) -> Outcome:
    by_series: dict[SeriesRef, list[int]] = {}
    for row in rows:
        by_series.setdefault(row.ref, []).append(row.seq)
    for ref in sorted(by_series):
        await release_held(connection, ref, ranges_of(by_series[ref]))
    return await commit_batch(connection, [Checked([_as_record(row) for row in rows], [])], received_us)


def _as_record(row: HeldRow) -> Record:
    incoming = Incoming(subject(row.station.key, row.ref.series), {}, row.body)
    return Record(row.ref, row.station, row.seq, row.digest, row.body, DECODERS[row.ref.series].decode(row.body), incoming)
