"""`lineside bench ingest`: the whole intake against COPY + ON CONFLICT alone, into the same tables of the same server in the same run.

Both get the same records in batches of the same size. The baseline gets rows that are ready to be sent and only inserts them; the intake
gets messages of 50 records as the stream delivers them and does everything: decode and check, digests, ledger, one row for each product,
marks, acknowledgement, and the answer to the station. Several rounds alternate, so that both see the same weather.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from lineside.hub.applied import AppliedPlant
from lineside.hub.embedded import embedded_postgres
from lineside.hub.ingest import BATCH_MESSAGES, Ingest
from lineside.hub.store.batch import Landed
from lineside.hub.store.migrate import migrate
from lineside.hub.store.plant import PlantBook, StationRow, apply_plant
from lineside.hub.store.pool import open_pool
from lineside.hub.store.records import INSPECTION
from lineside.plants import plant_path
from lineside.stream.background import background
from lineside.stream.envelope import MAX_RECORDS, Envelope, Message, digest, pack
from lineside.stream.memory import MemoryBroker
from lineside.types.identity import SeqRange, instant
from lineside.types.inspection import Box, Inspection, ModelRun, Output, Shot, Timings, product_id
from lineside.types.plant_file import load_plant

MIN_RATIO = 0.4
GOAL_RPS = 10_000
ROUNDS = 3
EPOCH = "01920000-0000-7000-8000-{:012}"
"""Of each station's outbox."""
START_US = 1_700_000_000_000_000
BATCH = BATCH_MESSAGES * MAX_RECORDS

STAGE = "create temp table if not exists stage (like inspection including defaults) on commit delete rows"
INSERT = f"insert into inspection ({', '.join(INSPECTION)}) select {', '.join(INSPECTION)} from stage on conflict do nothing"  # noqa: S608
EMPTY = "truncate inspection, found, ledger, mark"


async def bench_ingest(records: int) -> dict[str, Any]:
    """Records per second of both, and their ratio. `passed`: the ratio is at least MIN_RATIO."""
    with bench_folder() as folder:
        async with embedded_postgres(folder) as server:
            pool = await open_pool(server.dsn)
            try:
                return await _compare(pool, records)
            finally:
                await pool.close()


@contextlib.contextmanager
def bench_folder() -> Iterator[Path]:
    """A folder for one run; with it goes what the database, started by root, keeps outside it."""
    with tempfile.TemporaryDirectory(prefix="lineside-bench-", ignore_cleanup_errors=True) as name:
        note = Path(name) / "postgres"
        try:
            yield Path(name)
        finally:
            if note.is_file():
                shutil.rmtree(Path(note.read_text(encoding="utf-8").strip()).parent, ignore_errors=True)


async def _compare(pool: asyncpg.Pool, records: int) -> dict[str, Any]:
    async with pool.acquire() as connection:
        await migrate(connection)
        await apply_plant(connection, load_plant(plant_path("example")))
    plant = await AppliedPlant.read(pool)
    made = make_records(plant.book, records)
    baseline, ingest = [], []
    for _ in range(ROUNDS):
        baseline.append(await _baseline(pool, made))
        ingest.append(await _ingest(pool, plant, made))
    ratio = statistics.median(fast / slow for slow, fast in zip(baseline, ingest, strict=True))
    return {
        "records": records,
        "record_bytes": round(statistics.mean(len(body) for _, _, body in made)),
        "records_per_message": MAX_RECORDS,
        "baseline_rps": round(statistics.median(baseline)),
        "ingest_rps": round(statistics.median(ingest)),
        "ratio": round(ratio, 3),
        "min_ratio": MIN_RATIO,
        "goal_rps": GOAL_RPS,
        "max_resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "passed": ratio >= MIN_RATIO,
    }


Made = tuple[StationRow, Inspection, bytes]


def make_records(book: PlantBook, records: int) -> list[Made]:
    """Inspections as stations send them (four shots, two detectors each), station by station in messages' worth."""
    stations = list(book.stations.values())
    made = []
    for n in range(records):
        message, place = divmod(n, MAX_RECORDS)
        station = stations[message % len(stations)]
        seq = message // len(stations) * MAX_RECORDS + place + 1
        inspection = _inspection(station, seq)
        made.append((station, inspection, msgspec.json.encode(inspection)))
    return made


def _inspection(station: StationRow, seq: int) -> Inspection:
    boxes = (Box("scratch", 0.91, 401.5, 122.25, 460.0, 180.75),) if seq % 20 == 0 else ()
    runs = tuple(ModelRun(name * 64, 1_900, 9_800) for name in ("a", "b"))
    shots = tuple(Shot(f"cam{n}", None, boxes if n == 1 else (), runs, Timings(9_000, 3_800, 19_600, 61_000)) for n in range(1, 5))
    at = START_US + seq * 3_000_000
    return Inspection(
        seq=seq,
        at=at,
        boot_id="01920000-0000-7000-8000-0000000000b0",
        mono_ns=seq * 3_000_000_000,
        product=product_id(station.key.line, seq),
        trigger_count=seq,
        outcome="judged",
        verdict="reject" if boxes else "pass",
        reasons=("scratch",) if boxes else (),
        shots=shots,
        belt_speed_mps=0.5,
        line_state="RUNNING",
        output=Output("reject" if boxes else "pass", at + 120_000, True),
        judged_at=at + 110_000,
    )


async def _baseline(pool: asyncpg.Pool, made: Sequence[Made]) -> float:
    """Records/s of COPY to a staging table and INSERT … ON CONFLICT DO NOTHING."""
    rows = [_row(*one) for one in made]
    await pool.execute(EMPTY)
    async with pool.acquire() as connection:
        await connection.execute(STAGE)
        began = time.perf_counter()
        for first in range(0, len(rows), BATCH):
            async with connection.transaction():
                await connection.copy_records_to_table("stage", records=rows[first : first + BATCH], columns=INSPECTION)
                await connection.execute(INSERT)
        return len(rows) / (time.perf_counter() - began)


def _row(station: StationRow, made: Inspection, body: bytes) -> tuple[Any, ...]:
    head = (
        station.station_key,
        station.line_key,
        EPOCH.format(station.station_key),
        made.seq,
        made.at,
        made.at,
        instant(made.at),
        digest(body),
    )
    return (*head, made.product, made.trigger_count, made.outcome, made.verdict, made.reasons, body)


async def _ingest(pool: asyncpg.Pool, plant: AppliedPlant, made: Sequence[Made]) -> float:
    """Records/s of the whole path, from the stream's delivery to the station's answer."""
    await pool.execute(EMPTY)
    broker, landed, done = MemoryBroker(), 0, asyncio.Event()

    def announce(records: Sequence[Landed]) -> None:
        nonlocal landed
        landed += len(records)
        if landed == len(made):
            done.set()

    for first in range(0, len(made), MAX_RECORDS):
        part = made[first : first + MAX_RECORDS]
        station, records = part[0][0], [body for _, _, body in part]
        seqs = SeqRange(part[0][1].seq, part[-1][1].seq)
        await broker.station(station.key).send(Message(Envelope(EPOCH.format(station.station_key), "inspection", seqs), pack(records)))
    ingest = Ingest(broker.hub(), pool, plant, announce)
    began = time.perf_counter()
    async with background(ingest.run):
        await done.wait()
        return len(made) / (time.perf_counter() - began)
