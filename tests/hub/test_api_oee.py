"""OEE answers: the numbers of the records, whatever their order; nothing is not zero; bins add up."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub_under_test import BANGKOK, LUX, HubUnderTest, Record, explained, hub_under_test, inspection, passed, status
from lineside.types.identity import instant, micros
from small_plant import small_plant

S, MINUTE = 1_000_000, 60_000_000
START = micros(instant(1_767_225_600_000_000))
"""2026-01-01T00:00:00Z"""
RANGE = "from=2026-01-01T00:00:00Z&to=2026-01-01T00:10:00Z"


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


def a_run(minutes: int) -> list[Record]:
    """RUNNING from the start with a product every 3 s: of 10 one is rejected and one explained; a stop of 30 s in minute 2."""
    beats: list[Record] = [
        status(n + 1, START + n * 10 * S, "STOPPED" if 12 <= n < 15 else "RUNNING", "jam") for n in range(minutes * 6 + 1)
    ]
    made = {0: inspection, 1: explained}
    products = [made.get(n % 10, passed)(n + 1, START + n * 3 * S + 1) for n in range(minutes * 20) if not 40 <= n < 50]
    numbered = [_renumber(record, seq) for seq, record in enumerate(products, 1)]
    return [*beats, *numbered]


def _renumber(record: Any, seq: int) -> Any:
    return msgspec.structs.replace(record, seq=seq, shots=())


async def fed(hub: HubUnderTest, records: list[Record]) -> None:
    await hub.feed(LUX, *records)
    await hub.hub.recompute.settle(START + 20 * MINUTE)


async def test_numbers_of_a_run(hub: HubUnderTest) -> None:
    await fed(hub, a_run(5))
    total = (await hub.get("/api/v1/oee?scope=line:lux/line-1&from=2026-01-01T00:00:00Z&to=2026-01-01T00:05:00Z"))["bins"]
    assert len(total) == 1
    c, r = total[0]["components"], total[0]["ratios"]
    assert (c["calendar_us"], c["planned_us"], c["run_us"], c["down_us"], c["nodata_us"]) == (5 * MINUTE, 5 * MINUTE, 270 * S, 30 * S, 0)
    assert (c["pq"], c["gq"], c["sq"], c["uq"]) == (90, 72, 9, 9)
    assert (c["ideal_us"], c["good_us"]) == (90 * 2 * S, 72 * 2 * S)
    assert r["availability"] == 0.9
    assert r["quality_by_count"] == 72 / 81
    assert r["oee"] == 144 / 300
    assert r["coverage"] == 1.0
    assert total[0]["defects"] == {"scratch": 9}


async def test_bins_add_up_at_every_scope(hub: HubUnderTest) -> None:
    await fed(hub, a_run(5))
    whole = (await hub.get(f"/api/v1/oee?scope=enterprise&{RANGE}"))["bins"][0]["components"]
    for scope in ("enterprise", "region:emea", "country:LU", "site:lux", "line:lux/line-1"):
        for size in ("1m", "1h", "1d", "total"):
            bins = (await hub.get(f"/api/v1/oee?scope={scope}&bin={size}&{RANGE}"))["bins"]
            assert {name: sum(b["components"][name] for b in bins) for name in whole} == whole, (scope, size)
    assert len((await hub.get(f"/api/v1/oee?scope=site:lux&bin=1m&{RANGE}"))["bins"]) == 10
    assert len((await hub.get(f"/api/v1/oee?scope=site:lux&bin=shift&{RANGE}"))["bins"]) == 1
    empty = (await hub.get(f"/api/v1/oee?scope=region:asia&{RANGE}"))["bins"][0]
    assert all(value == 0 for value in empty["components"].values())
    assert empty["ratios"]["oee"] is None


async def test_any_order_and_repetition_gives_the_same_bytes(hub: HubUnderTest, database: str, tmp_path: Path) -> None:
    records = a_run(4)
    await fed(hub, records)
    queries = [f"/api/v1/oee?scope=enterprise&bin={size}&{RANGE}" for size in ("1m", "total")]
    ordered = [(await hub.client.get(query)).content for query in queries]
    shuffled = records * 2
    random.Random(3).shuffle(shuffled)
    hub.epoch = "01939c1e-0000-7000-8000-000000000009"
    await hub.feed(BANGKOK, *shuffled)
    await hub.hub.recompute.settle(START + 21 * MINUTE)
    site = [(await hub.client.get(query.replace("enterprise", "site:bangkok"))).content for query in queries]
    assert site == [answer.replace(b'"scope":"enterprise"', b'"scope":"site:bangkok"') for answer in ordered]


async def test_live_figures_follow_a_recompute(hub: HubUnderTest) -> None:
    await hub.feed(LUX, *a_run(5))
    await hub.hub.recompute.settle(START + 5 * MINUTE)
    await hub.hub.figures.refresh([("lux", "line-1")])
    line = await hub.get("/api/v1/lines/lux/line-1")
    assert line["oee"]["components"]["pq"] == 90
    assert line["oee"]["start"] == "2026-01-01T00:00:00Z"
    plant = await hub.get("/api/v1/plant")
    assert plant["oee"]["components"] == line["oee"]["components"]
    assert {g["id"]: g["oee"]["components"]["pq"] for g in plant["regions"]} == {"emea": 90, "asia": 0}
