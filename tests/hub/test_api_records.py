"""What was fed through the intake is what the pages show: lists, products, readings, ledger, quarantine."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from hub_under_test import BANGKOK, LUX, HubUnderTest, explained, hub_under_test, inspection, now_us, passed, reading, status
from lineside.types.identity import instant
from small_plant import DOCUMENT, small_plant

S = 1_000_000


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


def iso(at_us: int) -> str:
    return instant(at_us).isoformat().replace("+00:00", "Z")


async def test_lists_page_through_everything_once(hub: HubUnderTest) -> None:
    t = now_us() - 100 * S
    await hub.feed(LUX, *[passed(n, t + n * S) for n in range(1, 8)], inspection(8, t + 8 * S), explained(9, t + 9 * S))
    hub.epoch = "01939c1e-0000-7000-8000-000000000002"
    await hub.feed(BANGKOK, *[passed(n, t + n * S) for n in range(1, 4)])
    seen, cursor = [], ""
    while True:
        page = await hub.get(f"/api/v1/inspections?limit=5{cursor}")
        seen += [(item["site"], item["trigger_count"]) for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 12
    assert [count for site, count in seen if site == "lux"] == list(range(9, 0, -1))


async def test_filters(hub: HubUnderTest) -> None:
    t = now_us() - 100 * S
    await hub.feed(LUX, passed(1, t), inspection(2, t + S), explained(3, t + 2 * S))

    async def counts(query: str) -> list[int]:
        return [item["trigger_count"] for item in (await hub.get(f"/api/v1/inspections?{query}"))["items"]]

    assert await counts("verdict=reject") == [2]
    assert await counts("outcome=explained") == [3]
    assert await counts("label=scratch") == [2]
    assert await counts("label=camera_lost") == [3]
    assert await counts("site=bangkok") == []
    assert await counts(f"site=lux&line=line-1&from={iso(t + S)}&to={iso(t + 2 * S)}") == [2]


async def test_the_most_telling_picture_is_in_the_list(hub: HubUnderTest) -> None:
    await hub.feed(LUX, inspection(1, now_us()))
    item = (await hub.get("/api/v1/inspections"))["items"][0]
    assert item["picture"] == f"lux/defect/2026-01-01/{1:064x}.jpg"


async def test_readings_when_the_product_was_there(hub: HubUnderTest) -> None:
    t = now_us() - 100 * S
    # Lag 10 s at 0.5 m/s; the belt ran at 0.25 m/s, so the product was at the press 20 s before.
    await hub.feed(
        LUX,
        reading(1, t - 25 * S, [("press.pressure", 5.0), ("press.running", True)]),
        reading(2, t - 19 * S, [("press.pressure", 9.0), ("press.running", False), ("shipping.stock", 3.0)]),
        inspection(1, t),
    )
    product = await hub.get("/api/v1/products/lux/line-1-1")
    assert [r["key"] for r in product["readings"]] == ["press.pressure", "press.running"]
    pressure, running = product["readings"]
    assert (pressure["value"], pressure["state"], pressure["at"], pressure["measured_at"]) == (
        5.0,
        "normal",
        iso(t - 20 * S),
        iso(t - 25 * S),
    )
    assert (pressure["normal_low"], pressure["normal_high"], pressure["design_max"]) == (4.0, 6.0, 8.0)
    assert running["value"] is True


async def test_neighbours_and_missing_readings(hub: HubUnderTest) -> None:
    t = now_us()
    await hub.feed(LUX, passed(1, t), passed(2, t + S), passed(4, t + 2 * S))
    product = await hub.get("/api/v1/products/lux/line-1-2")
    assert (product["previous"], product["next"]) == ("line-1-1", "line-1-4")
    assert [(r["value"], r["state"]) for r in product["readings"]] == [(None, "nodata")] * 2


async def test_reading_series(hub: HubUnderTest) -> None:
    t = now_us() // (60 * S) * 60 * S - 600 * S
    values = [(0, 1.0), (10, 3.0), (125, 7.0)]
    await hub.feed(LUX, *[reading(n, t + s * S, [("press.pressure", v)]) for n, (s, v) in enumerate(values, 1)])
    await hub.feed(LUX, reading(4, t + 20 * S, [("press.pressure", 1000.0)], quality="bad"))
    base = f"/api/v1/readings?site=lux&line=line-1&tag=press.pressure&from={iso(t)}&to={iso(t + 240 * S)}"
    raw = await hub.get(base)
    assert (raw["unit"], [p["value"] for p in raw["points"]]) == ("bar", [1.0, 3.0, 1000.0, 7.0])

    async def points(query: str) -> list[object]:
        return [p["value"] for p in (await hub.get(f"{base}&{query}"))["points"]]

    assert await points("agg=avg&bin=1m") == [2.0, 7.0]
    assert await points("agg=avg&bin=1m&fill=null") == [2.0, None, 7.0, None]
    assert await points("agg=last&bin=1m&fill=previous") == [3.0, 3.0, 7.0, 7.0]
    assert await points("agg=min&bin=1m") == [1.0, 7.0]
    assert await points("agg=count&bin=1m") == [2.0, 1.0]


async def test_ledger_and_quarantine(hub: HubUnderTest) -> None:
    t = now_us()
    await hub.feed(LUX, passed(1, t), passed(2, t + S), passed(5, t + 2 * S))
    await hub.feed_bytes(LUX, "inspection", 6, b'{"seq":6,"at":"soon"}')
    row = next(r for r in (await hub.get("/api/v1/ledger?site=lux"))["items"] if r["series"] == "inspection")
    assert (row["issued_to"], row["committed"], row["quarantined"], row["missing"], row["gaps"]) == (6, 3, 1, 2, [[3, 4]])
    kept = (await hub.get("/api/v1/quarantine"))["items"]
    assert [(k["reason"], k["first_seq"], k["site"]) for k in kept] == [("E_RECORD", 6, "lux")]


async def test_line_and_plant_remember(hub: HubUnderTest) -> None:
    t = now_us() - 5 * S
    await hub.feed(LUX, status(1, t, "RUNNING"), status(2, t + S, "STOPPED", "jam"), reading(1, t, [("press.pressure", 9.0)]))
    await hub.feed(LUX, passed(1, t), inspection(2, t + S), explained(3, t + 2 * S))
    line = await hub.get("/api/v1/lines/lux/line-1")
    assert (line["state"], line["state_reason"], line["state_since"]) == ("STOPPED", "jam", iso(t + S))
    assert [p["trigger_count"] for p in line["products"]] == [3, 2, 1]
    assert line["counts"] == {"passed": 1, "rejected": 1, "explained": 1}
    press = line["steps"][0]
    assert (press["state"], press["worst_tag"], press["tags"][0]["state"]) == ("act", "press.pressure", "over_design")
    assert press["tags"][0]["recent"] == [[t, 9.0]]
    assert [s["state"] for s in line["steps"]][1:] == ["none", "nodata"]
    site = await hub.get("/api/v1/sites/lux")
    assert site["lines"][0]["state"] == "STOPPED"
    plant = await hub.get("/api/v1/plant")
    assert [s["id"] for s in plant["sites"]] == ["lux", "bangkok"]


async def test_a_restarted_hub_remembers(hub: HubUnderTest, database: str, tmp_path: Path) -> None:
    t = now_us() - 5 * S
    await hub.feed(
        LUX, status(1, t - S, "STOPPED"), status(2, t, "RUNNING"), status(3, t + S, "RUNNING"), passed(1, t), inspection(2, t + S)
    )
    await hub.feed(LUX, reading(1, t, [("press.pressure", 5.0), ("press.running", True)]), reading(2, t + S, [("press.pressure", 5.5)]))
    before = await hub.get("/api/v1/lines/lux/line-1")
    async with hub_under_test(database, tmp_path / "again", small_plant()) as again:
        after = await again.get("/api/v1/lines/lux/line-1")
    assert {k: v for k, v in after.items() if k not in ("at", "counts")} == {k: v for k, v in before.items() if k not in ("at", "counts")}
    assert after["counts"] == {"passed": 1, "rejected": 1, "explained": 0}


async def test_apply_shows_the_difference_first(hub: HubUnderTest) -> None:
    document = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    document["site"].append({**document["site"][0], "id": "nairobi", "name": "Nairobi", "timezone": "Africa/Nairobi"})
    asked = await hub.client.put("/api/v1/plant/document?dry_run=true", json=document)
    assert asked.json()["applied"] is False
    assert {"path": "site[nairobi].name", "before": None, "after": "Nairobi"} in asked.json()["changes"]
    await hub.get("/api/v1/sites/nairobi", 404)
    applied = await hub.client.put("/api/v1/plant/document", json=document)
    assert applied.json() == {"applied": True, "changes": asked.json()["changes"]}
    assert (await hub.get("/api/v1/sites/nairobi"))["name"] == "Nairobi"
    assert (await hub.get("/api/v1/plant/document"))["site"][2]["id"] == "nairobi"
    assert (await hub.client.put("/api/v1/plant/document", json=document)).json()["changes"] == []


async def test_a_broken_plant_names_every_problem(hub: HubUnderTest) -> None:
    document = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    document["site"][0]["timezone"] = "Mars/Base"
    document["process"][0]["edge"][0]["from"] = "nowhere"
    answer = await hub.client.put("/api/v1/plant/document", json=document)
    assert answer.status_code == 400
    assert {"site[0].timezone", "process[0].edge[0].from"} <= {error["path"] for error in answer.json()["errors"]}


async def test_evidence(hub: HubUnderTest) -> None:
    body = b"\xff\xd8\xff\xe0" + b"picture" * 100
    digest = hashlib.sha256(body).hexdigest()
    path = f"/api/v1/evidence/lux/defect/2026-01-01/{digest}.jpg"
    credentials = hub.hub.parts.credentials
    token = {"Authorization": f"Bearer {credentials.station_token(LUX)}"}
    assert (await hub.client.put(path, content=body)).status_code == 401
    assert (await hub.client.put(path, content=body, headers={"Authorization": "Bearer x.y.z.0"})).status_code == 401
    assert (
        await hub.client.put(path, content=body, headers={"Authorization": f"Bearer {credentials.station_token(BANGKOK)}"})
    ).status_code == 403
    assert (await hub.client.put(path, content=body + b"!", headers=token)).status_code == 400
    assert (await hub.client.put(path, content=b"GIF89a", headers=token)).status_code == 400
    assert (await hub.client.put(path, content=b"\xff\xd8\xff" + bytes(6_000_000), headers=token)).status_code == 413
    assert (await hub.client.get(path)).status_code == 404
    assert (await hub.client.put(path, content=body, headers=token)).status_code == 201
    assert (await hub.client.put(path, content=body, headers=token)).status_code == 200
    answer = await hub.client.get(path)
    assert (answer.content, answer.headers["content-type"]) == (body, "image/jpeg")
    assert "immutable" in answer.headers["cache-control"]
    again = await hub.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("picture_first", [True, False])
async def test_picture_and_record_in_any_order(hub: HubUnderTest, picture_first: bool) -> None:
    body = b"\xff\xd8\xff\xe0picture"
    record = inspection(1, now_us())
    picture = msgspec.structs.replace(record.shots[1].picture, sha256=hashlib.sha256(body).hexdigest())
    picture = msgspec.structs.replace(picture, ref=f"lux/defect/2026-01-01/{picture.sha256}.jpg")
    record = msgspec.structs.replace(record, shots=(record.shots[0], msgspec.structs.replace(record.shots[1], picture=picture)))
    token = {"Authorization": f"Bearer {hub.hub.parts.credentials.station_token(LUX)}"}

    async def upload() -> None:
        assert (await hub.client.put(f"/api/v1/evidence/{picture.ref}", content=body, headers=token)).status_code == 201

    if picture_first:
        await upload()
        await hub.feed(LUX, record)
    else:
        await hub.feed(LUX, record)
        assert (await hub.get("/api/v1/products/lux/line-1-1"))["shots"][1]["picture_state"] == "pending"
        await upload()
    product = await hub.get("/api/v1/products/lux/line-1-1")
    assert [shot["picture_state"] for shot in product["shots"]] == ["none", "present"]


async def test_metrics_and_pages(hub: HubUnderTest) -> None:
    await hub.feed(LUX, passed(1, now_us()))
    text = (await hub.client.get("/metrics")).text
    assert 'lineside_records_committed_total{site="lux",line="line-1",station="station-1",series="inspection"} 1' in text
    for address in ("/", "/lines/lux/line-1", "/../../etc/passwd", "/%2e%2e/%2e%2e/app.py"):
        page = await hub.client.get(address)
        assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html"), address
        assert "import" not in page.text.split("<body")[0][:50]


async def test_products_survive_an_unknown_camera(hub: HubUnderTest) -> None:
    record = inspection(1, now_us())
    await hub.feed(LUX, msgspec.structs.replace(record, shots=(msgspec.structs.replace(record.shots[0], camera="cam9"),)))
    assert (await hub.get("/api/v1/products/lux/line-1-1"))["shots"][0]["camera_name"] == "cam9"
