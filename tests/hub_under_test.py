"""A hub in the process of the test: real database and web server, memory stream."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import msgspec

from lineside.hub.api.routes import make_api
from lineside.hub.config import HubConfig
from lineside.hub.credentials import Credentials
from lineside.hub.hub import Hub
from lineside.hub.store.pool import open_pool
from lineside.hub.web_server import address, listener, serving
from lineside.stream.background import background
from lineside.stream.envelope import Envelope, Message, pack
from lineside.stream.memory import MemoryBroker
from lineside.types.identity import SeqRange, StationKey
from lineside.types.inspection import Box, Inspection, ModelRun, Output, Picture, Shot, Timings, product_id
from lineside.types.machine import Reading, Sample, Status
from lineside.types.plant import Plant

LUX = StationKey("lux", "line-1", "station-1")
BANGKOK = StationKey("bangkok", "line-1", "station-1")
MODEL = "ab" * 32
Record = Inspection | Reading | Status
SERIES = {Inspection: "inspection", Reading: "reading", Status: "status"}


class HubUnderTest:
    def __init__(self, hub: Hub, broker: MemoryBroker, client: httpx.AsyncClient) -> None:
        self.hub, self.broker, self.client = hub, broker, client
        self.epoch = str(uuid.uuid4())

    async def feed(self, station: StationKey, *records: Record) -> None:
        """Each record as a message of its own through the stream and the whole intake; returns when all is committed."""
        for record in records:
            await self._send(station, SERIES[type(record)], record.seq, msgspec.json.encode(record))
        await self._drain()

    async def feed_bytes(self, station: StationKey, series: str, seq: int, body: bytes) -> None:
        """One record, byte for byte."""
        await self._send(station, series, seq, body)
        await self._drain()

    async def _send(self, station: StationKey, series: str, seq: int, body: bytes) -> None:
        # Sent twice, it must arrive twice: the broker's own memory of message ids is not what is tested here.
        self.broker._known.clear()
        message = Message(Envelope(self.epoch, series, SeqRange(seq, seq)), pack([body]))
        await self.broker.station(station).send(message)

    async def _drain(self) -> None:
        while deliveries := await self.broker.hub().fetch(64, 0.01):
            await self.hub.ingest.take(deliveries)

    async def get(self, path: str, status: int = 200):
        """The decoded JSON of an answer with this status."""
        answer = await self.client.get(path)
        assert answer.status_code == status, (path, answer.text)
        return answer.json()


@contextlib.asynccontextmanager
async def hub_under_test(database: str, data: Path, plant: Plant, token: str | None = None) -> AsyncIterator[HubUnderTest]:
    broker, config = MemoryBroker(), HubConfig(data, port=0, token=token)
    pool = await open_pool(database)
    try:
        hub = await Hub.make(config, pool, broker.hub(), Credentials.load(data), plant, _ready)
        with listener(config) as socket:
            async with (
                background(hub.live.run, hub.keeper.run),
                serving(make_api(hub.parts), config, socket),
                httpx.AsyncClient(base_url=address(config, socket)) as client,
            ):
                yield HubUnderTest(hub, broker, client)
    finally:
        await pool.close()


async def _ready() -> list:
    return []


def now_us() -> int:
    return time.time_ns() // 1000


def inspection(seq: int, at_us: int, **changed: object) -> Inspection:
    """A rejected product with a full record; `changed` replaces fields."""
    picture = Picture(f"lux/defect/2026-01-01/{seq:064x}.jpg", f"{seq:064x}", 1234)
    timings = Timings(capture_us=100, prepare_us=20, infer_us=300, total_us=450)
    whole = Inspection(
        seq=seq,
        at=at_us,
        boot_id="boot-1",
        mono_ns=123,
        product=product_id("line-1", seq),
        trigger_count=seq,
        outcome="judged",
        verdict="reject",
        reasons=("scratch",),
        shots=(
            Shot("cam1", None, (), (ModelRun(MODEL, 10, 150), ModelRun("cd" * 32, 10, 150)), timings),
            Shot("cam2", picture, (Box("scratch", 0.9, 1.5, 2.5, 30.25, 40.75),), (ModelRun(MODEL, 10, 150),), timings),
        ),
        belt_speed_mps=0.25,
        line_state="RUNNING",
        output=Output("reject", at_us + 500_000, True),
        judged_at=at_us + 400_000,
    )
    return msgspec.structs.replace(whole, **changed)


def passed(seq: int, at_us: int) -> Inspection:
    return inspection(seq, at_us, verdict="pass", reasons=(), shots=())


def explained(seq: int, at_us: int) -> Inspection:
    return inspection(seq, at_us, outcome="explained", verdict=None, reasons=("camera_lost",), shots=())


def reading(seq: int, at_us: int, samples: Sequence[tuple[str, object]], quality: str = "good") -> Reading:
    found = tuple(Sample(tag, at_us, value, quality) for tag, value in samples)
    return Reading(seq=seq, at=at_us, boot_id="boot-1", mono_ns=1, samples=found)


def status(seq: int, at_us: int, state: str, reason: str | None = None) -> Status:
    return Status(seq=seq, at=at_us, boot_id="boot-1", mono_ns=1, state=state, reason=reason)
