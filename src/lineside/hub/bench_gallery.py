"""`lineside bench gallery`: pages of the inspections gallery over a million products, against the bare primary-key lookup of the same run.

A real PostgreSQL with the product's own settings gets the example plant's lines full of products: of 1,000 some 940 pass, 50 are rejected
with boxes, 10 are explained; one type of defect and one reason are rare. Then every kind of filter is asked, at the newest page, in the
middle of the history and deep in it, of the store and over HTTP.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from msgspec import Struct

from lineside.hub.api.inspections import read_filter
from lineside.hub.api.question import Question, make_cursor
from lineside.hub.api.routes import make_api
from lineside.hub.bench import bench_folder
from lineside.hub.bench_products import START_US, STEP_US, seed
from lineside.hub.config import HubConfig
from lineside.hub.credentials import Credentials
from lineside.hub.embedded import embedded_postgres
from lineside.hub.hub import Hub
from lineside.hub.store.inspections import Place, list_inspections
from lineside.hub.store.migrate import migrate
from lineside.hub.store.pool import open_pool
from lineside.hub.web_server import address, listener, serving
from lineside.plants import plant_path
from lineside.stream.memory import MemoryBroker
from lineside.types.errors import Problem
from lineside.types.plant import Plant
from lineside.types.plant_file import load_plant

LIMIT_MS = 50.0
PAGE = 50
ROUNDS = 40
"""How often each question is asked at each depth."""
DEPTHS = {"newest": 1.0, "middle": 0.5, "deep": 0.02}
"""Where the page begins: this share of the history is older."""
BARE = "select body from inspection where station_key = $1 and epoch = $2 and seq = $3"
NUMBERS = "select station_key, epoch, seq from inspection where trigger_count = any ($1::bigint[])"

QUESTIONS: dict[str, dict[str, str]] = {
    "everything": {},
    "one site": {"scope": "site:luxembourg"},
    "one line": {"site": "luxembourg", "line": "line-1"},
    "a region": {"scope": "region:emea"},
    "rejected": {"verdict": "reject"},
    "passed": {"verdict": "pass"},
    "judged": {"outcome": "judged"},
    "explained": {"outcome": "explained"},
    "a frequent reason": {"label": "camera_lost"},
    "a rare reason": {"label": "detector_failed"},
    "a reason that never was": {"label": "station_down"},
    "a frequent type": {"label": "scratch"},
    "a rare type": {"label": "missing_cap"},
    "a rare type at one line": {"label": "missing_cap", "site": "luxembourg", "line": "line-1"},
    "a type that never was": {"label": "crack"},
    "a camera": {"camera": "cam3"},
    "a camera that never was": {"camera": "cam9"},
    "a score": {"min_score": "0.5"},
    "a rare score": {"min_score": "0.995"},
    "a score that never was": {"min_score": "1"},
    "type and camera": {"label": "dent", "camera": "cam2"},
    "type, camera and score": {"label": "dent", "camera": "cam2", "min_score": "0.9", "scope": "region:americas"},
    "camera and rare score": {"camera": "cam1", "min_score": "0.995"},
    "passed with a type": {"verdict": "pass", "label": "scratch"},
    "explained with a camera": {"outcome": "explained", "camera": "cam1"},
    "rejected with a rare type": {"verdict": "reject", "label": "missing_cap", "scope": "enterprise"},
}


class Asked(Struct, frozen=True):
    """One page: parameters as in the address, and how often and where it was asked."""

    name: str
    given: dict[str, str]
    before_us: int


async def bench_gallery(products: int) -> dict[str, Any]:
    """p50 and p95 in ms by question. `passed`: the p95 of each, of the store and over HTTP, is at most LIMIT_MS (on a machine at rest)."""
    with bench_folder() as folder:
        async with embedded_postgres(folder) as server:
            pool = await open_pool(server.dsn)
            try:
                return await _measure(pool, folder, products)
            finally:
                await pool.close()


async def _measure(pool: asyncpg.Pool, folder: Path, products: int) -> dict[str, Any]:
    plant = load_plant(plant_path("example"))
    async with pool.acquire() as connection:
        await migrate(connection)
    config = HubConfig(folder, port=0)
    hub = await Hub.make(config, pool, MemoryBroker().hub(), Credentials.load(folder), plant, _ready)
    began = time.perf_counter()
    boxes = await seed(pool, products)
    seeded_s = time.perf_counter() - began
    asked = _questions(products // len(list(plant.lines())))
    with listener(config) as socket:
        async with serving(make_api(hub.parts), config, socket), httpx.AsyncClient(base_url=address(config, socket)) as client:
            store = await _timed(asked, lambda one: _of_store(pool, plant, one))
            http = await _timed(asked, lambda one: _over_http(client, one))
    found = {"products": products, "boxes": boxes, "seeded_s": round(seeded_s, 1), "page": PAGE, "rounds": ROUNDS}
    return {**found, **_report(await _baseline(pool, products), store, http)}


async def _ready() -> list[Problem]:
    return []


def _questions(per_line: int) -> list[Asked]:
    """Every question at every depth, ROUNDS times at places that differ, shuffled: no two of a kind follow one another."""
    chance = random.Random(1)
    asked = [
        Asked(f"{name}, {depth}", given, START_US + round(per_line * share * chance.uniform(0.98, 1.0)) * STEP_US + STEP_US)
        for name, given in QUESTIONS.items()
        for depth, share in DEPTHS.items()
        for _ in range(ROUNDS)
    ]
    chance.shuffle(asked)
    return asked


async def _of_store(pool: asyncpg.Pool, plant: Plant, asked: Asked) -> None:
    await list_inspections(pool, read_filter(plant, Question(), asked.given), Place(asked.before_us, 0, 0), PAGE)


async def _over_http(client: httpx.AsyncClient, asked: Asked) -> None:
    cursor = make_cursor(Place(asked.before_us, 0, 0))
    answer = await client.get("/api/v1/inspections", params={**asked.given, "cursor": cursor, "limit": str(PAGE)})
    answer.raise_for_status()


async def _timed(asked: Sequence[Asked], ask: Callable[[Asked], Awaitable[None]]) -> dict[str, list[float]]:
    """Milliseconds by question."""
    found: dict[str, list[float]] = {}
    for one in asked:
        began = time.perf_counter()
        await ask(one)
        found.setdefault(one.name, []).append((time.perf_counter() - began) * 1000)
    return found


async def _baseline(pool: asyncpg.Pool, products: int) -> list[float]:
    """Milliseconds of one record by its primary key."""
    counts = random.Random(2).sample(range(1, products // 8), 100)
    rows = await pool.fetch(NUMBERS, counts)
    found = []
    for row in rows:
        began = time.perf_counter()
        await pool.fetchval(BARE, *row.values())
        found.append((time.perf_counter() - began) * 1000)
    return found


def _report(bare: list[float], store: Mapping[str, list[float]], http: Mapping[str, list[float]]) -> dict[str, Any]:
    worst_store, worst_http = (max(_p95(times) for times in found.values()) for found in (store, http))
    return {
        "baseline_ms": {"p50": round(statistics.median(bare), 3), "p95": _p95(bare)},
        "store_ms": {"p50": _all(store, statistics.median), "p95": _all(store, _p95), "worst_p95": worst_store},
        "http_ms": {"p50": _all(http, statistics.median), "p95": _all(http, _p95), "worst_p95": worst_http},
        "questions_p95_ms": {name: {"store": _p95(store[name]), "http": _p95(http[name])} for name in sorted(store)},
        "limit_ms": LIMIT_MS,
        "ratio": round(_all(store, _p95) / _p95(bare), 1),
        "passed": max(worst_store, worst_http) <= LIMIT_MS,
    }


def _all(found: Mapping[str, list[float]], figure: Callable[[list[float]], float]) -> float:
    return round(figure([ms for times in found.values() for ms in times]), 3)


def _p95(times: list[float]) -> float:
    """Nearest rank."""
    return round(sorted(times)[-(-len(times) * 95 // 100) - 1], 3)
