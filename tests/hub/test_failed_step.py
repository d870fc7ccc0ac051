"""From a rejected product to the failed step on the line's page and in its dossier, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hub_under_test import LUX, HubUnderTest, hub_under_test, inspection, now_us, passed, reading
from lineside.hub.insight.follow import PATIENCE_US, SWEEP_US
from lineside.stream.background import background
from lineside.types.plant import Plant
from lineside.types.plant_file import parse_plant
from servers import eventually
from small_plant import DOCUMENT

S = 1_000_000
LINE = "/api/v1/lines/lux/line-1"


def plant_with_belt() -> Plant:
    """The press lies 10 s before the inspection; the belt's speed is told by a tag."""
    document: dict[str, Any] = deepcopy(DOCUMENT)
    document["process"][0]["belt_speed_tag"] = "inspection.speed"
    tag = {"id": "speed", "name": "Belt speed", "unit": "m/s"}
    document["process"][0]["step"][1]["equipment"] = [{"id": "belt", "name": "Belt", "tag": [tag]}]
    return parse_plant(document, "tests")


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, plant_with_belt()) as running:
        yield running


async def feed_pressures(hub: HubUnderTest, t: int, *pressures: tuple[float, float], first: int = 1) -> None:
    """(seconds after `t`, bar)."""
    await hub.feed(LUX, *[reading(n, t + round(s * S), [("press.pressure", bar)]) for n, (s, bar) in enumerate(pressures, first)])


async def rows(hub: HubUnderTest) -> list[tuple[int, str | None]]:
    found = await hub.hub.parts.pool.fetch("select trigger_count, step from attribution order by 1")
    return [(row["trigger_count"], row["step"]) for row in found]


async def test_a_reject_shows_the_step_that_left_it(hub: HubUnderTest) -> None:
    t = now_us() - 20 * S
    await feed_pressures(hub, t, (-60, 5.0), (-40, 5.0), (-14, 3.5), (0, 3.5))
    await hub.feed(LUX, passed(1, t - 3 * S), inspection(2, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    line = await hub.get(LINE)
    failed = line["failed"]
    assert (failed["step"], failed["step_name"], failed["tag"], failed["tag_name"]) == ("press", "Press", "press.pressure", "Pressure")
    assert (failed["defects"], failed["of"], failed["labels"], failed["last_product"]) == (1, 1, ["scratch"], "line-1-2")
    cause = failed["cause"]
    assert (cause["value"], cause["unit"], cause["normal_low"], cause["normal_high"], cause["score"]) == (3.5, "bar", 4.0, 6.0, 0.5)
    assert [(step["id"], step["failed"], step["defects"]) for step in line["steps"]] == [
        ("press", True, 1),
        ("inspection", False, 0),
        ("shipping", False, 0),
    ]
    assert (await hub.get("/api/v1/sites/lux"))["lines"][0]["failed"] == failed
    assert (await hub.get("/api/v1/products/lux/line-1-2"))["causes"] == [cause]
    assert (await hub.get("/api/v1/products/lux/line-1-1"))["causes"] == []
    assert await rows(hub) == [(2, "press")]


async def test_without_evidence_no_step_is_blamed(hub: HubUnderTest) -> None:
    t = now_us() - 20 * S
    await feed_pressures(hub, t, (-60, 5.0), (-14, 5.0), (-5, 3.0), (0, 3.0))
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    line = await hub.get(LINE)
    assert (line["failed"], line["steps"][0]["failed"], line["steps"][0]["defects"]) == (None, False, 0)
    assert (await hub.get("/api/v1/products/lux/line-1-1"))["causes"] == []
    assert await rows(hub) == [(1, None)]


async def test_the_way_is_the_belts(hub: HubUnderTest) -> None:
    """It stood for 30 s: what is a time of 10 s at design speed was 40 s ago. The dossier and the attribution agree."""
    t = now_us() - 20 * S
    await hub.feed(
        LUX, *[reading(n, t + s * S, [("inspection.speed", v)]) for n, (s, v) in enumerate([(-90, 0.5), (-35, 0.0), (-5, 0.5)], 1)]
    )
    await feed_pressures(hub, t, (-80, 5.0), (-42, 3.0), (-38, 5.0), (0, 5.0), first=4)
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    assert await rows(hub) == [(1, "press")]
    product = await hub.get("/api/v1/products/lux/line-1-1")
    pressure = next(r for r in product["readings"] if r["key"] == "press.pressure")
    assert (pressure["value"], pressure["at"]) == (3.0, product["causes"][0]["at"])


async def test_it_waits_for_the_readings_but_not_for_ever(hub: HubUnderTest) -> None:
    t = now_us() - 5 * S
    await feed_pressures(hub, t, (-14, 3.5), (-2, 3.5))
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    assert await rows(hub) == []
    # Its own page does not wait: it says what is known now.
    assert [cause["step"] for cause in (await hub.get("/api/v1/products/lux/line-1-1"))["causes"]] == ["press"]
    await feed_pressures(hub, t, (0, 3.5), first=3)
    await hub.hub.follow.once(now_us())
    assert await rows(hub) == [(1, "press")]
    await hub.feed(LUX, inspection(2, t + 3 * S, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    assert await rows(hub) == [(1, "press")]
    await hub.hub.follow.once(now_us() + PATIENCE_US)
    assert await rows(hub) == [(1, "press"), (2, "press")]


async def test_it_follows_by_itself(hub: HubUnderTest) -> None:
    async def shown() -> bool:
        return (await hub.get(LINE))["failed"] is not None

    async with background(hub.hub.follow.run):
        t = now_us()
        await feed_pressures(hub, t, (-14, 3.5), (0, 3.5))
        await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
        await eventually(shown)


async def test_late_readings_are_looked_at_again(hub: HubUnderTest) -> None:
    t = now_us() - 60 * S
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us() + PATIENCE_US)
    assert await rows(hub) == [(1, None)]
    await feed_pressures(hub, t, (-14, 3.5), (-12, 3.5), (0, 5.0))
    await hub.hub.follow.once(now_us())
    assert await rows(hub) == [(1, "press")]
    assert (await hub.get(LINE))["failed"]["defects"] == 1


async def test_a_restarted_hub_remembers_and_catches_up(hub: HubUnderTest, database: str, tmp_path: Path) -> None:
    t = now_us() - 20 * S
    await feed_pressures(hub, t, (-14, 3.5), (5, 3.5))
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    await hub.feed(LUX, inspection(2, t + 3 * S, belt_speed_mps=0.5))  # committed, and the hub dies before it is looked at
    before = (await hub.get(LINE))["failed"]
    async with hub_under_test(database, tmp_path / "again", plant_with_belt()) as again:
        assert (await again.get(LINE))["failed"] == before
        await again.hub.follow.once(now_us())
        assert (await again.get(LINE))["failed"]["defects"] == 2
    assert await rows(hub) == [(1, "press"), (2, "press")]


async def test_what_another_process_committed_is_found(hub: HubUnderTest) -> None:
    t = now_us() - 20 * S
    await hub.hub.follow.once(now_us())
    landed, hub.hub.follow.landed = hub.hub.follow.landed, lambda _: None  # type: ignore[method-assign]
    await feed_pressures(hub, t, (-14, 3.5), (0, 3.5))
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    hub.hub.follow.landed = landed  # type: ignore[method-assign]
    await hub.hub.follow.once(now_us())
    assert await rows(hub) == []
    await hub.hub.follow.once(now_us() + SWEEP_US)
    assert await rows(hub) == [(1, "press")]


async def test_more_rejects_than_one_round_takes(hub: HubUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineside.hub.insight.follow.PER_LINE", 2)
    t = now_us() - 60 * S
    await feed_pressures(hub, t, (-14, 3.5), (20, 3.5))
    await hub.feed(LUX, *[inspection(n, t + n * S, belt_speed_mps=0.5) for n in range(1, 6)])
    await hub.hub.follow.once(now_us())
    assert [count for count, _ in await rows(hub)] == [4, 5]  # the newest first: people look at the line now
    await hub.hub.follow.once(now_us())
    await hub.hub.follow.once(now_us())
    assert [count for count, _ in await rows(hub)] == [1, 2, 3, 4, 5]
