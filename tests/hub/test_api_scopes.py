"""The factory page's numbers: lines side by side and defects say what OEE says of the same minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub_under_test import BANGKOK, LUX, MODEL, HubUnderTest, Record, explained, hub_under_test, inspection, passed, status
from lineside.types.inspection import Box, ModelRun, Shot
from lineside.types.oee import Components, ratios
from lineside.types.plant_file import parse_plant
from small_plant import DOCUMENT, small_plant

S, MINUTE = 1_000_000, 60_000_000
START = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z"""
RANGE = "from=2026-01-01T00:00:00Z&to=2026-01-01T00:10:00Z"


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


def shot(camera: str, *labels: str) -> Shot:
    boxes = tuple(Box(label, 0.8, 1.0, 1.0, 9.0, 9.0) for label in labels)
    return Shot(camera, None, boxes, (ModelRun(MODEL, 1, 1),), None)


def rejected(seq: int, at_us: int, *shots: Shot) -> Record:
    labels = sorted({box.label for one in shots for box in one.boxes or ()})
    return inspection(seq, at_us, reasons=tuple(labels), shots=shots)


def a_run() -> list[Record]:
    """Five minutes RUNNING: a product every 3 s, of which a few show a scratch, a dent or both, to one or both cameras."""
    made: list[Record] = [status(n + 1, START + n * 10 * S, "RUNNING") for n in range(31)]
    for n in range(1, 100):
        at = START + n * 3 * S
        match n % 10:
            case 0:
                made.append(rejected(n, at, shot("cam1", "scratch", "scratch"), shot("cam2")))
            case 3:
                made.append(rejected(n, at, shot("cam1", "scratch"), shot("cam2", "dent", "scratch")))
            case 6:
                made.append(explained(n, at))
            case _:
                made.append(passed(n, at))
    return made


async def fed(hub: HubUnderTest, shift_us: int = 0) -> None:
    await hub.feed(LUX, *a_run())
    hub.epoch = "01939c1e-0000-7000-8000-000000000009"
    await hub.feed(BANGKOK, *(msgspec.structs.replace(record, at=record.at + shift_us) for record in a_run()[:60]))
    await hub.hub.recompute.settle(START + 20 * MINUTE)


async def test_defects_by_type_camera_and_minute(hub: HubUnderTest) -> None:
    await fed(hub)
    found = await hub.get(f"/api/v1/defects?scope=line:lux/line-1&bin=1m&{RANGE}")
    assert list(found["totals"].items()) == [("scratch", 19), ("dent", 10)]
    assert found["judged"] == 89
    assert [(c["label"], c["camera"], c["products"]) for c in found["cells"]] == [
        *(("dent", "cam2", 10), ("scratch", "cam1", 19), ("scratch", "cam2", 10))
    ]
    assert len(found["bins"]) == 10
    assert sum(b["judged"] for b in found["bins"]) == 89
    assert {label: sum(b["products"].get(label, 0) for b in found["bins"]) for label in ("scratch", "dent")} == found["totals"]


async def test_they_are_the_products_that_oee_counts(hub: HubUnderTest) -> None:
    await fed(hub, 2 * MINUTE)
    for scope in ("enterprise", "region:asia", "country:LU", "site:bangkok", "line:lux/line-1"):
        for size in ("total", "1m", "1h", "1d"):
            oee = (await hub.get(f"/api/v1/oee?scope={scope}&bin={size}&{RANGE}"))["bins"]
            defects = (await hub.get(f"/api/v1/defects?scope={scope}&bin={size}&{RANGE}"))["bins"]
            assert [(b["start"], b["products"], b["judged"]) for b in defects] == [
                (b["start"], b["defects"], b["components"]["pq"] - b["components"]["uq"]) for b in oee
            ], (scope, size)


async def test_outside_the_shift_neither_bins_nor_cameras_count(database: str, tmp_path: Path) -> None:
    document = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    for site in document["site"]:
        site["timezone"], site["shift"][0]["end"] = "UTC", "00:02"
    async with hub_under_test(database, tmp_path, parse_plant(document, "tests")) as hub:
        await fed(hub)
        found = await hub.get(f"/api/v1/defects?scope=line:lux/line-1&{RANGE}")
        assert found["totals"] == {"scratch": 7, "dent": 4}
        assert {(c["label"], c["camera"]): c["products"] for c in found["cells"]} == {
            ("dent", "cam2"): 4,
            ("scratch", "cam1"): 7,
            ("scratch", "cam2"): 4,
        }
        assert await hub.hub.parts.pool.fetchval("select count(*) from found where line_key = 1 and label = 'dent'") == 10


async def test_lines_side_by_side_sum_up_to_the_scope(hub: HubUnderTest) -> None:
    await fed(hub)
    lines = (await hub.get(f"/api/v1/oee/lines?scope=enterprise&{RANGE}"))["lines"]
    assert [(line["site"], line["line"]) for line in lines] == [("lux", "line-1"), ("bangkok", "line-1")]
    for line in lines:
        alone = (await hub.get(f"/api/v1/oee?scope=line:{line['site']}/{line['line']}&{RANGE}"))["bins"][0]
        assert (line["oee"], line["defects"]) == ({name: alone[name] for name in line["oee"]}, alone["defects"])
    whole = (await hub.get(f"/api/v1/oee?scope=enterprise&{RANGE}"))["bins"][0]["components"]
    assert {name: sum(line["oee"]["components"][name] for line in lines) for name in whole} == whole


async def test_a_line_that_was_never_heard_of_stands_beside_the_others(hub: HubUnderTest) -> None:
    await hub.feed(LUX, *a_run()[:40])
    await hub.hub.recompute.settle(START + 20 * MINUTE)
    lines = (await hub.get(f"/api/v1/oee/lines?scope=enterprise&{RANGE}"))["lines"]
    assert lines[1]["oee"]["components"]["calendar_us"] == 0
    assert lines[1]["oee"]["ratios"]["oee"] is None


async def test_a_place_shows_its_lines_and_its_factors(hub: HubUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    await fed(hub)
    monkeypatch.setattr("lineside.hub.api.scopes.now_us", lambda: START + 10 * MINUTE)
    monkeypatch.setattr("lineside.hub.figures.time.time_ns", lambda: (START + 10 * MINUTE) * 1000)
    await hub.hub.figures.refresh([("lux", "line-1"), ("bangkok", "line-1")])
    site, region = [await hub.get(f"/api/v1/scopes/{place}") for place in ("site:lux", "region:emea")]
    assert (site["name"], site["kind"], site["timezone"]) == ("Lux", "site", "Europe/Luxembourg")
    assert (region["name"], region["kind"], region["scope"]) == ("EMEA", "region", "region:emea")
    assert region["sites"] == [{"id": "lux", "name": "Lux"}]
    assert [d["label"] for d in site["defects"]] == ["scratch", "dent"]
    assert [c["id"] for c in site["cameras"]] == ["cam1", "cam2"]
    assert site["alarms"] == {"open": 0, "unacknowledged": 0, "highest": None}
    line = site["lines"][0]
    assert (line["site_name"], line["product_name"], line["summary"]["line"]) == ("Lux", "Can", "line-1")
    assert len(site["trend"]) == len(line["trend"]) == 60
    for point, oee in zip(site["trend"], await last_hour(hub, "site:lux"), strict=True):
        assert {**point} == {name: oee[name] for name in point}
    assert [p["oee"] for p in line["trend"]] == [p["oee"] for p in site["trend"]]
    assert any(p["oee"] is not None and p["performance"] is not None for p in site["trend"])
    assert site["oee"]["ratios"] == msgspec.to_builtins(ratios(Components(**site["oee"]["components"]))) | {"flags": []}


async def last_hour(hub: HubUnderTest, scope: str) -> list[dict[str, Any]]:
    """The 60 minutes before START + 10 min as /api/v1/oee tells them, in the shape of a trend's point."""
    bins = (await hub.get(f"/api/v1/oee?scope={scope}&bin=1m&from=2025-12-31T23:10:00Z&to=2026-01-01T00:10:00Z"))["bins"]
    return [{"at": b["start"], **b["ratios"]} for b in bins]
