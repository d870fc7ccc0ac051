"""The gallery's filters and pages against a plain reading of the same records: every product once, in order, under every mix."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub_under_test import BANGKOK, LUX, MODEL, HubUnderTest, hub_under_test, inspection, now_us, passed
from lineside.hub.bench_gallery import bench_gallery
from lineside.types.identity import instant, micros
from lineside.types.inspection import Box, Inspection, ModelRun, Shot
from small_plant import small_plant

S = 1_000_000


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


def shot(camera: str, boxes: list[tuple[str, float]]) -> Shot:
    return Shot(camera, None, tuple(Box(label, score, 1.0, 1.0, 9.0, 9.0) for label, score in boxes), (ModelRun(MODEL, 1, 1),), None)


def anything(seq: int, t: int, chance: random.Random) -> Inspection:
    """A product of any fate; many share one instant."""
    at = t + chance.randint(0, 6) * S
    seen = [
        [(chance.choice(["scratch", "dent"]), chance.choice([0.5, 0.7, 0.9])) for _ in range(chance.choice([0, 0, 1, 2]))] for _ in range(2)
    ]
    shots = tuple(shot(camera, boxes) for camera, boxes in zip(("cam1", "cam2"), seen, strict=True))
    labels = tuple(sorted({label for boxes in seen for label, _ in boxes}))
    if chance.random() < 0.25:
        return inspection(seq, at, outcome="explained", verdict=None, reasons=(chance.choice(["deadline", "camera_lost"]),), shots=shots)
    return inspection(seq, at, verdict="reject" if labels else "pass", reasons=labels, shots=shots)


def matches(record: Inspection, given: dict[str, str], boxes: bool) -> bool:
    if given.get("outcome", record.outcome) != record.outcome or given.get("verdict", record.verdict) != record.verdict:
        return False
    if not boxes:
        return given.get("label", record.reasons[0] if record.reasons else None) in (*record.reasons, None)
    return any(
        given.get("label", box.label) == box.label
        and given.get("camera", one.camera) == one.camera
        and box.score >= float(given.get("min_score", 0))
        for one in record.shots
        for box in one.boxes or ()
    )


MIXES: list[dict[str, str]] = [
    {name: value for name, value in zip(("outcome", "verdict", "label", "camera", "min_score"), mix, strict=True) if value}
    for mix in itertools.product(
        ("", "judged", "explained"), ("", "pass", "reject"), ("", "scratch", "deadline"), ("", "cam2", "cam9"), ("", "0.7", "1")
    )
]


async def test_every_mix_of_filters_pages_through_its_products_once(hub: HubUnderTest) -> None:
    chance, t = random.Random(11), now_us() - 100 * S
    records = {LUX: [anything(n, t, chance) for n in range(1, 41)], BANGKOK: [anything(n, t, chance) for n in range(1, 31)]}
    for station, made in records.items():
        hub.epoch = f"01939c1e-0000-7000-8000-{len(made):012}"
        await hub.feed(station, *made)
    keys = {row["site"]: row["station_key"] for row in await hub.hub.parts.pool.fetch("select site, station_key from station")}
    for given in MIXES:
        boxes = "camera" in given or "min_score" in given or given.get("label") == "scratch"
        expected = sorted(
            ((r.at, keys[station.site], r.trigger_count) for station, made in records.items() for r in made if matches(r, given, boxes)),
            reverse=True,
        )
        assert [(at, keys[site], count) for at, site, count in await pages(hub, given, 7)] == expected, given


async def pages(hub: HubUnderTest, given: dict[str, str], limit: int) -> list[tuple[int, str, int]]:
    """(µs, site, trigger count) of every page in turn."""
    found: list[tuple[int, str, int]] = []
    cursor: str | None = None
    while True:
        asked = {**given, "limit": str(limit), **({"cursor": cursor} if cursor else {})}
        answer = await hub.client.get("/api/v1/inspections", params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [(record_us(item), item["site"], item["trigger_count"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found
        assert len(page["items"]) == limit


def record_us(item: dict[str, Any]) -> int:
    return micros(datetime.fromisoformat(item["at"]))


async def test_products_that_come_while_one_pages_shift_nothing(hub: HubUnderTest) -> None:
    t = now_us() - 100 * S
    await hub.feed(LUX, *[passed(n, t + n * S) for n in range(1, 8)])
    first = await hub.get("/api/v1/inspections?limit=3")
    await hub.feed(LUX, *[passed(n, t + n * S) for n in range(8, 12)])
    rest = await hub.get(f"/api/v1/inspections?limit=10&cursor={first['next']}")
    assert [item["trigger_count"] for item in first["items"] + rest["items"]] == [7, 6, 5, 4, 3, 2, 1]


async def test_scopes_and_ranges(hub: HubUnderTest) -> None:
    t = now_us() - 100 * S
    await hub.feed(LUX, *[inspection(n, t + n * S) for n in range(1, 5)])
    hub.epoch = "01939c1e-0000-7000-8000-000000000002"
    await hub.feed(BANGKOK, *[inspection(n, t + n * S, shots=(shot("cam2", [("scratch", 0.9)]),)) for n in range(1, 3)])

    async def sites(query: str) -> list[str]:
        return [item["site"] for item in (await hub.get(f"/api/v1/inspections?{query}"))["items"]]

    for label in ("", "&label=scratch", "&verdict=reject", "&camera=cam2&min_score=0.9"):
        assert await sites(f"scope=region:emea{label}") == ["lux"] * 4
        assert await sites(f"scope=country:TH{label}") == ["bangkok"] * 2
        assert await sites(f"scope=line:lux/line-1{label}") == await sites(f"site=lux&line=line-1{label}") == ["lux"] * 4
        assert len(await sites(f"scope=enterprise{label}")) == len(await sites(label[1:])) == 6
        between = f"from={instant(t + 2 * S).isoformat()[:-6]}Z&to={instant(t + 4 * S).isoformat()[:-6]}Z"
        assert await sites(f"scope=site:lux&{between}{label}") == ["lux"] * 2


async def test_a_summary_says_how_sure_and_which_cameras(hub: HubUnderTest) -> None:
    t = now_us()
    seen = (shot("cam1", [("scratch", 0.5), ("dent", 0.75)]), shot("cam2", []), shot("cam3", [("dent", 0.6)]))
    await hub.feed(LUX, inspection(1, t, shots=seen, reasons=("dent", "scratch")), passed(2, t + S))
    with_boxes, without = (await hub.get("/api/v1/inspections"))["items"][::-1]
    assert (with_boxes["score"], with_boxes["cameras"]) == (0.75, ["cam1", "cam3"])
    assert (without["score"], without["cameras"]) == (None, [])
    assert (await hub.get("/api/v1/lines/lux/line-1"))["products"][1] == with_boxes
    rows = await hub.hub.parts.pool.fetch("select camera, label, score::text, boxes, fate from found order by 1, 2")
    assert [tuple(row) for row in rows] == [
        *(("cam1", "dent", "0.75", 1, "reject"), ("cam1", "scratch", "0.5", 1, "reject"), ("cam3", "dent", "0.6", 1, "reject"))
    ]


async def test_a_record_that_gives_way_takes_its_boxes_with_it(hub: HubUnderTest) -> None:
    t = now_us()
    down = {"outcome": "explained", "verdict": None, "reasons": ("station_down",)}
    await hub.feed(LUX, inspection(1, t, **down, shots=(shot("cam1", [("dent", 0.9)]),)))
    assert len((await hub.get("/api/v1/inspections?label=dent"))["items"]) == 1
    hub.epoch = "01939c1e-0000-7000-8000-000000000003"
    judged = msgspec.structs.replace(passed(1, t + S), shots=(shot("cam2", []),))
    await hub.feed(LUX, judged)
    assert (await hub.get("/api/v1/inspections?label=dent"))["items"] == []
    assert [item["verdict"] for item in (await hub.get("/api/v1/inspections"))["items"]] == ["pass"]


@pytest.mark.slow
async def test_the_bench_measures_every_question() -> None:
    found = await bench_gallery(40_000)
    assert found["products"] == 40_000
    assert 1_900 <= found["boxes"] <= 2_100
    assert {name.split(", ")[0] for name in found["questions_p95_ms"]} >= {"everything", "a rare type", "explained with a camera"}
    assert isinstance(found["passed"], bool)
