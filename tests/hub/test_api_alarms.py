"""What people do about an alarm over HTTP, what they are told when it cannot be, and that other browsers see it at once."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import connect

from hub_under_test import LUX, HubUnderTest, hub_under_test, inspection, now_us, passed, reading
from lineside.types.plant_file import parse_plant
from small_plant import DOCUMENT

RULES = [
    {"id": "quality-low", "name": "Quality low", "metric": "quality", "threshold": 0.8, "window_s": 120.0, "step_s": 10.0, "for_s": 0.0}
    | {"keep_for_s": 0.0, "lateness_s": 0.0},
    {"id": "range", "name": "Out of range", "metric": "tag", "severity": "minor", "step_s": 5.0, "for_s": 0.0, "lateness_s": 0.0},
]
S = 1_000_000


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    """Half of lux's last twenty products are bad and its pressure is low: two alarms are open."""
    plant = parse_plant({**copy.deepcopy(DOCUMENT), "rule": RULES}, "tests")
    async with hub_under_test(database, tmp_path, plant) as running:
        start = now_us() - 60 * S
        made = [inspection(n, start + n * 2 * S) if n % 2 else passed(n, start + n * 2 * S) for n in range(1, 21)]
        await running.feed(LUX, *made)
        # A tick lies between the two, whenever the test runs.
        await running.feed(LUX, *[reading(n, start + at_s * S, [("press.pressure", 3.0)]) for n, at_s in ((1, 44), (2, 50))])
        await running.hub.engine.once(now_us())
        yield running


async def person(hub: HubUnderTest, name: str) -> int:
    return (await hub.client.post("/api/v1/persons", json={"name": name})).json()["id"]


async def act(hub: HubUnderTest, alarm: int, what: str, status: int = 200, **body: Any) -> Any:
    answer = await hub.client.post(f"/api/v1/alarms/{alarm}/{what}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def opened(hub: HubUnderTest) -> dict[str, int]:
    """Rule → alarm."""
    return {alarm["rule"]: alarm["id"] for alarm in (await hub.get("/api/v1/alarms"))["items"]}


async def test_the_board_and_the_counts_everywhere(hub: HubUnderTest) -> None:
    board = await hub.get("/api/v1/alarms/board")
    assert [(a["rule"], a["severity"], a["site_name"], a["line_name"]) for a in board["open"]] == [
        ("quality-low", "major", "Lux", "Line 1"),
        ("range", "minor", "Lux", "Line 1"),
    ]
    assert (board["counts"], board["unacknowledged"], board["unseen"]) == ({"major": 1, "minor": 1}, 2, [])
    count = {"open": 2, "unacknowledged": 2, "highest": "major"}
    assert (await hub.get("/api/v1/lines/lux/line-1"))["alarms"] == count
    site = await hub.get("/api/v1/sites/lux")
    assert (site["alarms"], site["lines"][0]["alarms"]) == (count, count)
    assert (await hub.get("/api/v1/sites/bangkok"))["alarms"] == {"open": 0, "unacknowledged": 0, "highest": None}


async def test_a_dossier_has_history_evidence_and_the_rejected_products(hub: HubUnderTest) -> None:
    found = await hub.get(f"/api/v1/alarms/{(await opened(hub))['quality-low']}")
    assert [event["kind"] for event in found["events"]] == ["raised"]
    assert found["evidence"]["judged"] >= 10
    assert found["evidence"]["threshold"] == 0.8
    assert {product["verdict"] for product in found["products"]} == {"reject"}
    tag = (await hub.get(f"/api/v1/alarms/{(await opened(hub))['range']}"))["alarm"]
    assert (tag["step"], tag["tag"], tag["tag_name"]) == ("press", "press.pressure", "Pressure")
    assert (tag["source"], tag["text"]) == (
        "lux/line-1/press.pressure",
        "Pressure 3.0, below 4.0 bar".replace("3.0,", "3 bar,").replace("4.0", "4"),
    )


async def test_acknowledge_assign_comment_clear(hub: HubUnderTest) -> None:
    alarm, ada, bob = (await opened(hub))["range"], await person(hub, "Ada"), await person(hub, "Bob")
    await act(hub, alarm, "acknowledge", person=ada, text="I look at it")
    await act(hub, alarm, "assign", person=ada, assignee=bob)
    await act(hub, alarm, "comment", person=bob, text="The pump leaks.")
    found = await act(hub, alarm, "clear", person=bob, text="mended")
    shown = found["alarm"]
    assert (shown["acknowledged_by"], shown["assignee"], shown["cleared_by"], shown["comments"]) == ("Ada", "Bob", "Bob", 1)
    assert [(event["kind"], event["person"]) for event in found["events"]] == [
        ("raised", None),
        ("acknowledged", "Ada"),
        ("assigned", "Ada"),
        ("commented", "Bob"),
        ("cleared", "Bob"),
    ]
    assert [a["rule"] for a in (await hub.get("/api/v1/alarms/board"))["open"]] == ["quality-low"]


async def test_done_before_is_told_with_who_and_when(hub: HubUnderTest) -> None:
    alarm, ada, bob = (await opened(hub))["range"], await person(hub, "Ada"), await person(hub, "Bob")
    await act(hub, alarm, "acknowledge", person=ada)
    assert "acknowledged by Ada at 20" in (await act(hub, alarm, "acknowledge", 409, person=bob))["detail"]
    await act(hub, alarm, "clear", person=ada)
    assert "cleared by Ada at 20" in (await act(hub, alarm, "clear", 409, person=bob))["detail"]
    assert "cleared by Ada" in (await act(hub, alarm, "assign", 409, person=bob, assignee=bob))["detail"]
    await act(hub, alarm, "comment", person=bob, text="It was the pump.")


async def test_of_many_at_once_one_is_first(hub: HubUnderTest) -> None:
    alarm, ada = (await opened(hub))["range"], await person(hub, "Ada")
    for what in ("acknowledge", "clear"):
        path = f"/api/v1/alarms/{alarm}/{what}"
        answers = await asyncio.gather(*(hub.client.post(path, json={"person": ada}) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    kinds = [event["kind"] for event in (await hub.get(f"/api/v1/alarms/{alarm}"))["events"]]
    assert kinds == ["raised", "acknowledged", "cleared"]


async def test_whoever_acts_must_be_known(hub: HubUnderTest) -> None:
    alarm = (await opened(hub))["range"]
    for what, body in (("acknowledge", {}), ("assign", {"assignee": None}), ("comment", {"text": "x"}), ("clear", {})):
        for number in (4711, 0, 2**40):
            found = await act(hub, alarm, what, 400, person=number, **body)
            assert found["errors"][0]["path"] == "person"
            assert "/api/v1/persons" in found["errors"][0]["remedy"]
    assert len((await hub.get(f"/api/v1/alarms/{alarm}"))["events"]) == 1


async def test_an_assignee_must_be_known(hub: HubUnderTest) -> None:
    alarm, ada = (await opened(hub))["range"], await person(hub, "Ada")
    assert (await act(hub, alarm, "assign", 400, person=ada, assignee=99))["errors"][0]["path"] == "assignee"
    await act(hub, alarm, "assign", person=ada, assignee=ada)
    again = await act(hub, alarm, "assign", person=ada, assignee=ada)
    assert [event["kind"] for event in again["events"]] == ["raised", "assigned"]
    assert (await act(hub, alarm, "assign", person=ada, assignee=None))["alarm"]["assignee"] is None


async def test_a_comment_says_something(hub: HubUnderTest) -> None:
    alarm, ada = (await opened(hub))["range"], await person(hub, "Ada")
    for text in ("", "   ", "a\x00b"):
        assert (await act(hub, alarm, "comment", 400, person=ada, text=text))["errors"][0]["path"] == "text"


async def test_an_alarm_that_is_not_there(hub: HubUnderTest) -> None:
    ada = await person(hub, "Ada")
    for alarm in (0, 999, 2**70):
        await hub.get(f"/api/v1/alarms/{alarm}", 404)
        await act(hub, alarm, "acknowledge", 404, person=ada)


async def test_people_are_one_for_each_name(hub: HubUnderTest) -> None:
    first = await person(hub, "  Ada   Lovelace ")
    assert await person(hub, "Ada Lovelace") == first
    await person(hub, "bob")
    assert [p["name"] for p in (await hub.get("/api/v1/persons"))["items"]] == ["Ada Lovelace", "bob"]
    for name in ("", "   ", "a\x00b", "x" * 81):
        assert (await hub.client.post("/api/v1/persons", json={"name": name})).status_code == 400


async def test_lists_by_scope_state_time_and_page(hub: HubUnderTest) -> None:
    alarms, ada = await opened(hub), await person(hub, "Ada")
    await act(hub, alarms["range"], "acknowledge", person=ada)
    await act(hub, alarms["range"], "clear", person=ada)

    async def listed(query: str) -> list[str]:
        return sorted(alarm["rule"] for alarm in (await hub.get(f"/api/v1/alarms?{query}"))["items"])

    assert await listed("state=open") == await listed("state=unacknowledged") == ["quality-low"]
    assert await listed("state=cleared") == ["range"]
    assert await listed("state=all&scope=line:lux/line-1") == await listed("state=all&scope=region:emea") == ["quality-low", "range"]
    assert await listed("state=all&scope=site:bangkok") == []
    assert await listed("state=all&to=2020-01-01T00:00:00Z") == []
    first = await hub.get("/api/v1/alarms?state=all&limit=1")
    second = await hub.get(f"/api/v1/alarms?state=all&limit=1&cursor={first['next']}")
    assert {first["items"][0]["id"], second["items"][0]["id"]} == set(alarms.values())
    assert second["next"] is None
    for query in ("state=closed", "scope=moon", "from=yesterday", "limit=0", "cursor=x"):
        await hub.get(f"/api/v1/alarms?{query}", 400)
    await hub.get("/api/v1/alarms?scope=site:atlantis", 404)


async def test_another_browser_sees_it_within_a_second(hub: HubUnderTest) -> None:
    alarm, ada = (await opened(hub))["range"], await person(hub, "Ada")
    address = str(hub.client.base_url).replace("http", "ws") + "/api/v1/live"
    async with connect(address) as socket:
        await socket.send('{"subscribe":["alarms","line/lux/line-1"]}')
        seen: dict[str, Any] = {}
        while set(seen) < {"alarms", "line/lux/line-1"}:
            found = msgspec.json.decode(await socket.recv())
            seen[found["topic"]] = found["data"]
        assert seen["alarms"]["unacknowledged"] == 2
        await act(hub, alarm, "acknowledge", person=ada)
        async with asyncio.timeout(1):
            while seen["alarms"]["unacknowledged"] == 2 or seen["line/lux/line-1"]["alarms"]["unacknowledged"] == 2:
                found = msgspec.json.decode(await socket.recv())
                seen[found["topic"]] = found["data"]
    assert next(a for a in seen["alarms"]["open"] if a["id"] == alarm)["acknowledged_by"] == "Ada"


async def test_cleared_before_anybody_saw_it_stays_to_be_acknowledged(hub: HubUnderTest) -> None:
    alarm, ada = (await opened(hub))["quality-low"], await person(hub, "Ada")
    now = now_us()
    await hub.feed(LUX, *[passed(n, now - (121 - n) * S // 10) for n in range(21, 121)])
    await hub.hub.engine.once(now)
    await hub.hub.engine.once(now + 45 * S)
    board = await hub.get("/api/v1/alarms/board")
    assert [a["id"] for a in board["unseen"]] == [alarm]
    await act(hub, alarm, "acknowledge", person=ada)
    assert (await hub.get("/api/v1/alarms/board"))["unseen"] == []
