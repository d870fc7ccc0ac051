"""What the stations of the benches say: each line a product every three seconds and readings every second, over the real broker.

Only what a station sends is made here, no picture is looked at: the hub cannot tell the difference.
"""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from lineside.hub.bench import sample_inspection
from lineside.hub.memory import SAMPLES
from lineside.stream.background import background
from lineside.stream.envelope import MAX_RECORDS, Envelope, Message, pack
from lineside.stream.nats import NatsStationStream, station_stream
from lineside.types.identity import SeqRange, Series, StationKey
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading, Sample, Status
from lineside.types.plant import Plant, Tag

PRODUCT_EVERY_S, STATUS_EVERY_S = 3, 10
SPOKEN = 3
"""Every n-th tag has something new in a second; the others are inside their dead-band."""
BOOT = "01920000-0000-7000-8000-0000000000b0"


class StationFeed:
    """One station. `second` sends what is due in the n-th second of the run."""

    def __init__(self, stream: NatsStationStream, key: StationKey, tags: Sequence[tuple[str, Tag]]) -> None:
        self._stream, self._key, self._tags = stream, key, tags
        self._epoch = str(uuid.uuid4())
        self._seqs = {"inspection": itertools.count(1), "reading": itertools.count(1), "status": itertools.count(1)}

    async def connected(self) -> None:
        async for control in self._stream.heard():
            if control.name == "connected":
                return

    async def remember(self) -> None:
        """Readings of the past, so that the lines' views are as large as those of a line that runs for a while."""
        now = now_us()
        readings = [self._reading(now - ago * 1_000_000, ago) for ago in range(SAMPLES * SPOKEN, 0, -1)]
        for first in range(0, len(readings), MAX_RECORDS):
            await self._send("reading", readings[first : first + MAX_RECORDS])

    async def second(self, n: int) -> None:
        await self._send("reading", [self._reading(now_us(), n)])
        if n % PRODUCT_EVERY_S == 0:
            await self._send("inspection", [self._inspection(now_us())])
        if n % STATUS_EVERY_S == 0:
            await self._send("status", [self._status(now_us())])

    def _reading(self, at_us: int, n: int) -> Reading:
        spoken = [one for place, one in enumerate(self._tags) if (place + n) % SPOKEN == 0]
        samples = tuple(Sample(key, at_us, _value(tag, n)) for key, tag in spoken)
        return Reading(seq=next(self._seqs["reading"]), at=at_us, boot_id=BOOT, mono_ns=at_us * 1000, samples=samples)

    def _inspection(self, at_us: int) -> Inspection:
        made = sample_inspection(self._key.line, next(self._seqs["inspection"]))
        return msgspec.structs.replace(made, at=at_us, judged_at=at_us, output=msgspec.structs.replace(made.output, at=at_us))

    def _status(self, at_us: int) -> Status:
        return Status(seq=next(self._seqs["status"]), at=at_us, boot_id=BOOT, mono_ns=at_us * 1000, state="RUNNING")

    async def _send(self, series: Series, records: Sequence[Reading | Inspection | Status]) -> None:
        seqs = SeqRange(records[0].seq, records[-1].seq)
        await self._stream.send(Message(Envelope(self._epoch, series, seqs), pack([msgspec.json.encode(record) for record in records])))


@asynccontextmanager
async def feeding(plant: Plant, url: str, credentials: Path) -> AsyncIterator[None]:
    """Every line of the plant speaks inside the body; they are spread over the second, as clocks are. `credentials`: the hub's folder."""
    async with AsyncExitStack() as stack:
        feeds = []
        for site, line in plant.lines():
            key = StationKey(site.id, line.id, line.station)
            stream = await stack.enter_async_context(station_stream(url, credentials / f"{site.id}-{line.id}-{line.station}.creds", key))
            feeds.append(
                StationFeed(stream, key, [(name, tag) for name, _, tag in plant.find_process(line).tags() if tag.kind == "number"])
            )
        for feed in feeds:
            await feed.connected()
            await feed.remember()
        async with background(*(lambda feed=feed, n=n: _run(feed, n, n / len(feeds)) for n, feed in enumerate(feeds))):
            yield


async def _run(feed: StationFeed, number: int, delay_s: float) -> None:
    """Until cancelled. `number` keeps the lines' products apart."""
    began = time.monotonic() + delay_s
    for n in itertools.count():
        await asyncio.sleep(max(0.0, began + n - time.monotonic()))
        await feed.second(n + number)


def _value(tag: Tag, n: int) -> float:
    """Walks about the middle of its normal range."""
    low, high = tag.normal_low or 0.0, tag.normal_high if tag.normal_high is not None else 1.0
    return round(low + (high - low) * (0.4 + 0.2 * (n % 7) / 6), 4)


def now_us() -> int:
    return time.time_ns() // 1000
