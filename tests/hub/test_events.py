"""What people enter about a step: refused with a remedy when it cannot be, shown at once, and held against the products of its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import connect

from hub_under_test import LUX, HubUnderTest, hub_under_test, inspection, now_us, reading
from lineside.types.identity import instant
from small_plant import small_plant

S = 1_000_000
LINE, EVENTS = "/api/v1/lines/lux/line-1", "/api/v1/lines/lux/line-1/events"


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        await running.hub.parts.pool.execute("insert into person (name) values ('Ada')")
        yield running


def iso(at_us: int) -> str:
    return instant(at_us).isoformat().replace("+00:00", "Z")


async def post(hub: HubUnderTest, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = await hub.client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def enter(hub: HubUnderTest, **changed: Any) -> Any:
    return await post(hub, EVENTS, {"person": 1, "kind": "fault", "text": "Pump leaks", "step": "press"} | changed)


async def test_an_event_is_shown_while_it_is_open(hub: HubUnderTest) -> None:
    fault = await enter(hub, text=" Pump leaks ")
    note = await enter(hub, kind="note", step=None, text="New shift")
    assert (fault["step"], fault["kind"], fault["text"], fault["person"], fault["end"]) == ("press", "fault", "Pump leaks", "Ada", None)
    line = await hub.get(LINE)
    assert (line["events"], line["steps"][0]["events"]) == ([note], [fault])
    assert line["failed"] is None  # no product points to it
    ended = await post(hub, f"{EVENTS}/{fault['id']}/end", {"person": 1})
    assert ended["end"] > ended["start"]
    line = await hub.get(LINE)
    assert (line["events"], line["steps"][0]["events"]) == ([note], [])
    assert [event["id"] for event in (await hub.get(EVENTS))["items"]] == [note["id"], fault["id"]]


async def test_viewers_see_it_at_once(hub: HubUnderTest) -> None:
    async with connect(str(hub.client.base_url).replace("http", "ws") + "/api/v1/live") as socket, asyncio.timeout(4):
        await socket.send('{"subscribe": ["line/lux/line-1"]}')
        assert (await _line(socket))["steps"][0]["events"] == []
        fault = await enter(hub)
        assert (await _line(socket))["steps"][0]["events"] == [fault]


async def _line(socket: Any) -> dict[str, Any]:
    while (frame := msgspec.json.decode(await socket.recv()))["topic"] != "line/lux/line-1":
        pass
    return frame["data"]


async def test_an_entered_fault_speaks_for_its_step_until_it_is_taken_back(hub: HubUnderTest) -> None:
    t = now_us() - 30 * S
    await hub.feed(LUX, *[reading(n, t + s * S, [("press.pressure", 5.0)]) for n, s in enumerate((-14, 0), 1)])
    await hub.feed(LUX, inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    assert (await hub.get(LINE))["failed"] is None
    fault = await enter(hub, start=iso(t - 20 * S))
    await hub.hub.follow.once(now_us())
    failed = (await hub.get(LINE))["failed"]
    assert (failed["step"], failed["tag"], failed["cause"]["event"]) == ("press", None, "Pump leaks")
    assert (await hub.get("/api/v1/products/lux/line-1-1"))["causes"] == [failed["cause"]]
    # It was over before this product came to the press.
    await post(hub, f"{EVENTS}/{fault['id']}/end", {"person": 1, "end": iso(t - 15 * S)})
    await hub.hub.follow.once(now_us())
    assert (await hub.get(LINE))["failed"] is None
    assert (await hub.get("/api/v1/products/lux/line-1-1"))["causes"] == []


async def test_what_was_entered_counts_after_a_crash(hub: HubUnderTest, database: str, tmp_path: Path) -> None:
    t = now_us() - 30 * S
    await hub.feed(LUX, reading(1, t, [("press.pressure", 5.0)]), inspection(1, t, belt_speed_mps=0.5))
    await hub.hub.follow.once(now_us())
    fault = await enter(hub, start=iso(t - 20 * S))  # and the hub dies
    async with hub_under_test(database, tmp_path / "again", small_plant()) as again:
        assert (await again.get(LINE))["steps"][0]["events"] == [fault]
        await again.hub.follow.once(now_us())
        assert (await again.get(LINE))["failed"]["step"] == "press"


async def test_the_list_answers_events_that_touch_the_range(hub: HubUnderTest) -> None:
    t = now_us() - 1000 * S
    over = await enter(hub, start=iso(t), end=iso(t + 10 * S))
    lasting = await enter(hub, start=iso(t + 5 * S), kind="stop", step=None)

    async def found(start_us: int, end_us: int) -> list[int]:
        return [event["id"] for event in (await hub.get(f"{EVENTS}?from={iso(start_us)}&to={iso(end_us)}"))["items"]]

    assert await found(t, t + 20 * S) == [lasting["id"], over["id"]]
    assert await found(t + 10 * S, t + 20 * S) == [lasting["id"]]
    assert await found(t - 20 * S, t) == []
    assert await found(t - 20 * S, t + 1) == [over["id"]]
    assert (await hub.get("/api/v1/lines/bangkok/line-1/events"))["items"] == []


async def test_wrong_events_are_refused_with_every_problem_and_a_remedy(hub: HubUnderTest) -> None:
    now = now_us()
    wrong: list[tuple[dict[str, Any], list[str]]] = [
        ({"person": 7}, ["person"]),
        ({"person": 2**40}, ["person"]),
        ({"person": 0, "step": "oven"}, ["person", "step"]),
        ({"text": "  "}, ["text"]),
        ({"text": "a\0b"}, ["text"]),
        ({"start": iso(now + 90 * S)}, ["start"]),
        ({"start": "2026-01-01T08:00:00"}, ["start"]),
        ({"end": iso(now + 90 * S)}, ["end"]),
        ({"start": "0001-01-01T00:00:00+23:00"}, ["start"]),
        ({"end": "9999-12-31T23:59:59-23:00"}, ["end"]),
        ({"start": iso(now - 10 * S), "end": iso(now - 20 * S)}, ["end"]),
        ({"start": iso(now - 10 * S), "end": iso(now - 10 * S)}, ["end"]),
    ]
    for changed, paths in wrong:
        answer = await hub.client.post(EVENTS, json={"person": 1, "kind": "fault", "text": "x", "step": "press"} | changed)
        assert answer.status_code == 400, (changed, answer.text)
        errors = answer.json()["errors"]
        assert [error["path"] for error in errors] == paths, changed
        assert all(error["rule"] and error["remedy"] and error["value"] for error in errors), changed
    for broken in ({"kind": "party"}, {"text": ""}, {"text": "x" * 501}, {"colour": "red"}, {"start": "soon"}):
        await post(hub, EVENTS, {"person": 1, "kind": "fault", "text": "x"} | broken, 400)
    assert (await hub.get(EVENTS))["items"] == []
    # A device's clock may be a little ahead.
    await enter(hub, start=iso(now_us() + 30 * S))


async def test_only_an_open_event_of_this_line_can_be_ended(hub: HubUnderTest) -> None:
    event = await enter(hub, start=iso(now_us() - 60 * S))
    end = f"{EVENTS}/{event['id']}/end"
    for path, body, status in (
        (f"{EVENTS}/4711/end", {"person": 1}, 404),
        (f"{EVENTS}/{2**70}/end", {"person": 1}, 404),
        (f"/api/v1/lines/bangkok/line-1/events/{event['id']}/end", {"person": 1}, 404),
        ("/api/v1/lines/lux/line-9/events/1/end", {"person": 1}, 404),
        (end, {"person": 9}, 400),
        (end, {"person": 1, "end": event["start"]}, 400),
        (end, {"person": 1, "end": iso(now_us() + 90 * S)}, 400),
    ):
        assert (await post(hub, path, body, status))["errors"][0]["remedy"], path
    await post(hub, end, {"person": 1})
    again = await post(hub, end, {"person": 1}, 409)
    assert (again["errors"][0]["path"], bool(again["errors"][0]["remedy"])) == ("event", True)
    await hub.get("/api/v1/lines/lux/line-9/events", 404)
    await hub.get(f"{EVENTS}?from=yesterday", 400)
