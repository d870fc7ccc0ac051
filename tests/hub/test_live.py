"""The live socket: a snapshot at once, changes soon, encoded once, slow viewers never in the way."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hub_under_test import LUX, HubUnderTest, hub_under_test, now_us, passed, reading, status
from lineside.hub.live import LINE_INTERVAL_S, Live, Viewer
from lineside.hub.topics import topics_of
from servers import eventually
from small_plant import DOCUMENT, small_plant

LINE = "line/lux/line-1"


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


@contextlib.asynccontextmanager
async def watching(hub: HubUnderTest, *topics: str, **options: Any) -> AsyncIterator[ClientConnection]:
    address = str(hub.client.base_url).replace("http", "ws") + "/api/v1/live"
    async with connect(address, **options) as socket:
        if topics:
            await socket.send(msgspec.json.encode({"subscribe": list(topics)}).decode())
        yield socket


async def frame(socket: ClientConnection, topic: str) -> dict[str, Any]:
    """The next frame of this topic."""
    async with asyncio.timeout(10):
        while True:
            found = msgspec.json.decode(await socket.recv())
            if found["topic"] == topic:
                return found


async def frames(socket: ClientConnection, *topics: str) -> dict[str, dict[str, Any]]:
    """One frame of each, in whatever order they come."""
    found: dict[str, dict[str, Any]] = {}
    async with asyncio.timeout(10):
        while not set(topics) <= set(found):
            one = msgspec.json.decode(await socket.recv())
            found[one["topic"]] = one
    return found


async def test_snapshot_equals_rest_then_changes(hub: HubUnderTest) -> None:
    async with watching(hub, "enterprise", "site/lux", LINE) as socket:
        shown = await frames(socket, "enterprise", "site/lux", LINE)
        line = await hub.get("/api/v1/lines/lux/line-1")
        assert {**shown[LINE]["data"], "at": 0} == {**line, "at": 0}
        assert shown["site/lux"]["data"]["scope"] == "site:lux"
        assert [site["id"] for site in shown["enterprise"]["data"]["sites"]] == ["lux", "bangkok"]
        await hub.feed(LUX, passed(1, now_us()))
        after = await frames(socket, LINE, "site/lux")
        assert after[LINE]["version"] > shown[LINE]["version"]
        assert [p["trigger_count"] for p in after[LINE]["data"]["products"]] == [1]
        assert after["site/lux"]["data"]["lines"][0]["summary"]["last_seen"] is not None


async def test_a_change_of_a_line_reaches_the_places_that_hold_it(hub: HubUnderTest) -> None:
    places = ("site/lux", "country/LU", "region/emea")
    async with watching(hub, *places) as socket:
        shown = await frames(socket, *places)
        for name in places:
            rest = await hub.get(f"/api/v1/scopes/{name.replace('/', ':')}")
            assert {**shown[name]["data"], "at": 0} == {**rest, "at": 0}
        await hub.feed(LUX, passed(1, now_us()))
        after = await frames(socket, *places)
        for name in places:
            assert after[name]["version"] > shown[name]["version"]
            assert after[name]["data"]["lines"][0]["summary"]["last_seen"] is not None


async def test_a_change_concerns_the_line_and_the_places_that_hold_it() -> None:
    plant = small_plant()
    assert topics_of(plant, ("lux", "line-1")) == [LINE, "site/lux", "country/LU", "region/emea", "enterprise"]
    assert topics_of(plant, ("gone", "line-1")) == ["line/gone/line-1", "site/gone", "enterprise"]


async def test_places_that_are_not_there_are_no_topics(hub: HubUnderTest) -> None:
    async with watching(hub, "region/nowhere", "country/LU/x", "enterprise/acme", LINE) as socket:
        found = await frames(socket, "region/nowhere", "country/LU/x", "enterprise/acme", LINE)
    assert [found[name]["data"] for name in ("region/nowhere", "country/LU/x", "enterprise/acme")] == [None] * 3


async def test_pings_come_by_themselves(hub: HubUnderTest) -> None:
    async with watching(hub) as socket:
        assert "at" in (await frame(socket, "ping"))["data"]


async def test_subscription_is_replaced(hub: HubUnderTest) -> None:
    async with watching(hub, LINE) as socket:
        await frame(socket, LINE)
        await socket.send('{"subscribe":["line/bangkok/line-1"]}')
        await frame(socket, "line/bangkok/line-1")
        await hub.feed(LUX, passed(1, now_us()))
        await socket.send('{"subscribe":["enterprise"]}')
        while (found := msgspec.json.decode(await socket.recv()))["topic"] != "enterprise":
            assert found["topic"] != LINE


async def test_unknown_topics_are_answered(hub: HubUnderTest) -> None:
    async with watching(hub, "line/lux/line-9", "weather", LINE) as socket:
        found = await frames(socket, "weather", LINE)
    assert found["weather"]["data"] is None
    assert found[LINE]["data"]["line"] == "line-1"


@pytest.mark.parametrize("text", ["hello", "[]", '{"subscribe":"x"}', '{"subscribe":[],"more":1}'])
async def test_nonsense_closes_only_this_socket(hub: HubUnderTest, text: str) -> None:
    async with watching(hub, LINE) as other, watching(hub) as socket:
        await socket.send(text)
        with pytest.raises(ConnectionClosed):
            await frame(socket, "nothing has this name")
        await frame(other, LINE)


async def test_a_page_of_another_site_cannot_listen(hub: HubUnderTest) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with watching(hub, additional_headers={"Origin": "http://evil.example"}) as socket:
            await socket.recv()


async def test_a_new_site_reaches_open_pages(hub: HubUnderTest) -> None:
    document = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    document["site"].append({**document["site"][0], "id": "nairobi", "name": "Nairobi"})
    async with watching(hub, "enterprise") as socket:
        await frame(socket, "enterprise")
        assert (await hub.client.put("/api/v1/plant/document", json=document)).status_code == 200
        while len((await frame(socket, "enterprise"))["data"]["sites"]) < 3:
            pass


async def test_viewers_leave(hub: HubUnderTest) -> None:
    async with watching(hub, LINE) as socket:
        await frame(socket, LINE)
        assert hub.hub.live.viewers == 1
    await eventually(lambda: hub.hub.live.viewers == 0)


async def test_a_burst_is_few_frames(hub: HubUnderTest) -> None:
    async with watching(hub, LINE) as socket:
        await frame(socket, LINE)
        began = time.monotonic()
        t = now_us()
        await hub.feed(LUX, *[reading(n, t + n, [("press.pressure", float(n))]) for n in range(1, 41)], status(1, t + 50, "RUNNING"))
        frames = 0
        while (await frame(socket, LINE))["data"]["state"] != "RUNNING":
            frames += 1
        assert frames <= (time.monotonic() - began) / LINE_INTERVAL_S + 1


async def test_a_slow_viewer_holds_the_newest_frame_only() -> None:
    live = Live(lambda topic: Counted(0) if topic == LINE else None, lambda _line: [LINE])
    viewer = live.join()
    live.watch(viewer, [LINE])
    for n in range(100):
        viewer.offer(LINE, b"%d" % n)
    assert await viewer.next_frames() == [b"99"]


async def test_encoded_once_for_all_and_only_when_watched() -> None:
    built = []
    live = Live(lambda topic: built.append(topic) or Counted(len(built)), lambda _line: [LINE])
    live.changed(("lux", "line-1"))
    assert built == []
    viewers = [live.join() for _ in range(50)]
    for viewer in viewers:
        live.watch(viewer, [LINE])
    assert built == [LINE]
    running = asyncio.create_task(live.run())
    for viewer in viewers:
        await _line(viewer)
    live.changed(("lux", "line-1"))
    frames = {await _line(viewer) for viewer in viewers}
    running.cancel()
    assert (len(frames), built) == (1, [LINE, LINE])


async def _line(viewer: Viewer) -> bytes:
    while True:
        for found in await viewer.next_frames():
            if b'"ping"' not in found:
                return found


class Counted(msgspec.Struct):
    n: int


async def test_viewers_that_vanish_leave_no_trace(hub: HubUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    async with watching(hub, LINE) as stays:
        for n in range(1, 6):
            async with watching(hub, LINE, "enterprise") as socket:
                await frame(socket, LINE)
                socket.transport.abort()
            await hub.feed(LUX, passed(n, now_us()))
        await eventually(lambda: hub.hub.live.viewers == 1)
        while len((await frame(stays, LINE))["data"]["products"]) < 5:
            pass
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_viewer_that_does_not_read_is_let_go(hub: HubUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineside.hub.api.live.SEND_TIMEOUT_S", 0.3)
    async with watching(hub, max_queue=1) as sleepy, watching(hub, LINE) as awake:
        await eventually(lambda: hub.hub.live.viewers == 2)
        slow = next(viewer for viewer in hub.hub.live._viewers if LINE not in viewer.topics)
        frames = 0

        async def is_gone() -> bool:
            nonlocal frames
            frames += 1
            slow.offer(LINE, b"x" * 1_000_000)
            return hub.hub.live.viewers == 1

        await eventually(is_gone)
        assert frames > 1
        await frame(awake, LINE)
        assert sleepy.state is not None
