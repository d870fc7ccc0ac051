"""Records as stations make them, and a hub's intake on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from lineside.hub.applied import AppliedPlant
from lineside.hub.ingest import Ingest
from lineside.hub.ledger import Ledger
from lineside.hub.store.batch import Landed
from lineside.hub.store.plant import apply_plant
from lineside.hub.store.pool import open_pool
from lineside.plants import plant_path
from lineside.stream.envelope import Envelope, Message, pack
from lineside.stream.memory import MemoryBroker, MemoryDelivery
from lineside.stream.subjects import subject
from lineside.types.identity import SeqRange, StationKey
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading, Sample, Status
from lineside.types.plant import Plant
from lineside.types.plant_file import load_plant

BEIJING = StationKey("beijing", "line-1", "station-1")
BANGKOK = StationKey("bangkok", "line-1", "station-1")
EPOCH = "01920000-0000-7000-8000-000000000001"
LATER_EPOCH = "01920000-0000-7000-8000-000000000002"
T0 = 1_700_000_000_000_000 // 60_000_000 * 60_000_000
"""µs; the start of a minute in 2023."""
S = 1_000_000


def inspection(seq: int, *, count: int | None = None, at: int | None = None, **fields: Any) -> Inspection:
    """A passed product every 3 s."""
    count = seq if count is None else count
    given: dict[str, Any] = {"outcome": "judged", "verdict": "pass", "reasons": (), "boot_id": "boot-1", "mono_ns": seq} | fields
    if given["outcome"] == "explained":
        given["verdict"] = None
    return Inspection(seq=seq, at=T0 + seq * 3 * S if at is None else at, product=f"line-1-{count}", trigger_count=count, **given)


def down(seq: int, count: int, at: int | None = None) -> Inspection:
    """A product that passed while the station was away."""
    return inspection(seq, count=count, at=at, outcome="explained", reasons=("station_down",))


def reading(
    seq: int, *, at: int | None = None, tags: Sequence[tuple[str, Any]] = (("lubrication.pressure", 4.2),), boot: str = "boot-1"
) -> Reading:
    at = T0 + seq * S if at is None else at
    return Reading(seq=seq, at=at, boot_id=boot, mono_ns=seq, samples=tuple(Sample(tag, at, value) for tag, value in tags))


def status(seq: int, state: str = "RUNNING", *, at: int | None = None, **fields: Any) -> Status:
    return Status(seq=seq, at=T0 + seq * 10 * S if at is None else at, boot_id="boot-1", mono_ns=seq, state=state, **fields)  # type: ignore[arg-type]


def message(*records: Any, station: StationKey = BEIJING, epoch: str = EPOCH, body: bytes | None = None, **headers: str) -> MemoryDelivery:
    """Records of one series as one delivery; `body` and headers (`ls_seq=…`) override what would be right."""
    series = {Inspection: "inspection", Reading: "reading", Status: "status"}[type(records[0])]
    seqs = SeqRange(records[0].seq, records[-1].seq)
    made = Message(Envelope(epoch, series, seqs), pack([msgspec.json.encode(r) for r in records]))  # type: ignore[arg-type]
    given = made.envelope.headers() | {name.replace("_", "-"): value for name, value in headers.items()}
    return MemoryDelivery(MemoryBroker(), subject(station, series), given, made.body if body is None else body, 1)


class Intake:
    """A hub's ingest and ledger on one database, with what it announced and told."""

    def __init__(self, pool: asyncpg.Pool, plant: AppliedPlant) -> None:
        self.pool = pool
        self.plant = plant
        self.broker = MemoryBroker()
        self.announced: list[Landed] = []
        self.ingest = Ingest(self.broker.hub(), pool, plant, self.announced.extend)
        self.ledger = Ledger(self.broker.hub(), pool, plant, self.ingest, self.announced.extend)

    async def take(self, *deliveries: MemoryDelivery) -> Any:
        return await self.ingest.take(deliveries)

    async def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await self.pool.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: Any) -> Any:
        return await self.pool.fetchval(sql, *arguments)

    async def ledger_row(self, series: str = "inspection") -> dict[str, Any]:
        return dict(await self.pool.fetchrow("select * from v_ledger where series = $1 order by epoch", series))


@asynccontextmanager
async def intake_on(dsn: str, plant: Plant | None = None) -> AsyncIterator[Intake]:
    """A plant, else the example, applied to a migrated database."""
    pool = await open_pool(dsn)
    try:
        async with pool.acquire() as connection:
            await apply_plant(connection, plant or load_plant(plant_path("example")))
        yield Intake(pool, await AppliedPlant.read(pool))
    finally:
        await pool.close()
