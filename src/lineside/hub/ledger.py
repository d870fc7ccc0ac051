"""The hub's answer to a hello: what is settled, what is missing, and how wrong the station's clock is.

A hello names for each series the highest number issued and the lowest still kept. What the ledger does not know by then, and is not under
way any more, is asked for again. The answer is idempotent: a station may say hello at any time to learn where it stands.
"""

from __future__ import annotations

import asyncio
import logging
import time
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from lineside.hub.applied import AppliedPlant
from lineside.hub.border import MAX_AT_US, MAX_NUMBER
from lineside.hub.clock import hear_clock, wrong_by
from lineside.hub.commit import Outcome
from lineside.hub.gaps import Noted, look
from lineside.hub.ingest import Announce, Ingest
from lineside.hub.outage import DatabaseOutage, Outage
from lineside.hub.store.batch import SeriesRef
from lineside.hub.store.ledger import Standing, hear_positions
from lineside.hub.store.plant import StationRow
from lineside.hub.store.ranges import Ranges, limit, overlap
from lineside.hub.store.stations import save_hello
from lineside.stream.background import background
from lineside.stream.port import Control, HubStream, StreamError
from lineside.types.identity import SERIES, StationKey
from lineside.types.machine import Committed, Hello, Resend

log = logging.getLogger(__name__)

MAX_TOLD_RANGES = 1_000
MEANWHILE = "Hellos are answered when it is back."
BROKEN = "it breaks the rules of a hello"
HELLO = msgspec.json.Decoder(Hello)


class Heard(Struct, frozen=True):
    """What a hello led to: how each series stands, and the records that its clock correction set free."""

    standings: dict[SeriesRef, Standing]
    freed: Outcome | None = None


class Ledger:
    """Hears every hello and answers it."""

    def __init__(self, stream: HubStream, pool: asyncpg.Pool, plant: AppliedPlant, ingest: Ingest, announce: Announce) -> None:
        self._stream = stream
        self._pool = pool
        self._plant = plant
        self._ingest = ingest
        self._announce = announce
        self._noted: dict[SeriesRef, Noted] = {}
        self._broker = Outage("The stream")
        self._database = DatabaseOutage()
        self._complained: set[StationKey] = set()
        self._waiting: dict[StationKey, tuple[Control, int]] = {}
        """The newest hello of each station and when it came: while the database is away they must not pile up and grow old."""
        self._news = asyncio.Event()
        self._before: dict[StationKey, tuple[Hello, int]] = {}

    async def run(self) -> None:
        """Ends only by cancellation."""
        async with background(self._listen):
            await self._answer_newest()

    async def _listen(self) -> None:
        async for key, control in self._stream.hellos():
            if control.name == "hello" and read_hello(control.body) is None:
                self._complain(key, BROKEN)
            elif control.name == "hello":
                self._waiting[key] = control, time.time_ns() // 1000
                self._news.set()

    async def _answer_newest(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                key = next(iter(self._waiting))
                await self.hear(key, *self._waiting.pop(key))

    async def hear(self, key: StationKey, control: Control, received_us: int) -> None:
        """Answer one hello; `received_us` is when it came, by the hub's clock."""
        station = await self._station(key)
        hello = read_hello(control.body)
        if station is None or hello is None:
            self._complain(key, "its station is not in the applied plant" if station is None else BROKEN)
            return
        self._complained.discard(key)
        wrong_us = wrong_by(self._before.get(key), hello, received_us)
        self._before[key] = hello, received_us
        heard = await self._database.through(lambda: self._transaction(station, hello, received_us, wrong_us), MEANWHILE)
        if heard.freed is not None:
            self._announce(heard.freed.landed)
        try:
            for ref, standing in heard.standings.items():
                await self._answer(station, hello, ref, standing)
            self._broker.end()
        except StreamError as error:
            self._broker.begin(error, "The next hello is answered instead.")

    async def _station(self, key: StationKey) -> StationRow | None:
        if key not in self._plant.book.stations:
            await self._database.through(self._plant.refresh, MEANWHILE)
        return self._plant.book.stations.get(key)

    async def _transaction(self, station: StationRow, hello: Hello, received_us: int, wrong_us: int) -> Heard:
        async with self._pool.acquire() as connection, connection.transaction():
            await save_hello(connection, station.station_key, hello, received_us)
            freed = await hear_clock(connection, station, hello, received_us, wrong_us)
            positions = {
                SeriesRef(station.station_key, hello.epoch, series): (position.issued_to, position.oldest_kept)
                for series, position in hello.series.items()
                if series in SERIES
            }
            return Heard(await hear_positions(connection, positions), freed)

    async def _answer(self, station: StationRow, hello: Hello, ref: SeriesRef, standing: Standing) -> None:
        position = hello.series[ref.series]
        told = settled_of(standing, position.oldest_kept, position.issued_to)
        committed = Committed(ref.epoch, ref.series, told, standing.highest)
        await self._stream.tell(station.key, "committed", msgspec.json.encode(committed))
        finding = look(self._noted.get(ref), time.monotonic(), standing.missing, standing.highest, self._ingest.drained_at)
        self._noted[ref] = finding.noted
        kept = overlap(finding.ask, ((position.oldest_kept, position.issued_to),)) if position.oldest_kept is not None else ()
        if kept:
            log.info("Asked %s for %s %s again.", station.key, ref.series, kept)
            await self._stream.tell(station.key, "resend", msgspec.json.encode(Resend(ref.epoch, ref.series, kept)))

    def _complain(self, key: StationKey, why: str) -> None:
        if key not in self._complained:
            self._complained.add(key)
            log.warning("A hello of %s is not answered: %s.", key, why)


def read_hello(body: bytes) -> Hello | None:
    """None when it breaks the rules."""
    try:
        hello: Hello = HELLO.decode(body)
        epoch = str(UUID(hello.epoch))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    numbers = [n for p in hello.series.values() for n in (p.issued_to, p.oldest_kept or 0)]
    if hello.at > MAX_AT_US or any(n > MAX_NUMBER for n in numbers) or "\\u0000" in body.decode("utf-8", "replace"):
        return None
    return msgspec.structs.replace(hello, epoch=epoch)


def settled_of(standing: Standing, oldest_kept: int | None, issued_to: int) -> Ranges:
    """What the station still keeps and may let go of. Nothing when the hub holds numbers that the station has not issued yet: then its
    disk was restored, and what stands under these numbers may be other content."""
    if oldest_kept is None or standing.highest > issued_to:
        return ()
    return limit(overlap(standing.settled, ((oldest_kept, issued_to),)), MAX_TOLD_RANGES, MAX_NUMBER)
