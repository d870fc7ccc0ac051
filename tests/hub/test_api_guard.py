"""Who may ask beyond loopback, and what is answered while the database is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from hub_under_test import LUX, HubUnderTest, hub_under_test, now_us, passed
from small_plant import small_plant

TOKEN = "a-token-of-many-letters"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def guarded(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant(), token=TOKEN) as running:
        yield running


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


async def test_nothing_is_told_without_the_token(guarded: HubUnderTest) -> None:
    for path in ("/api/v1/plant", "/metrics", "/api/v1/evidence/lux/good/2026-01-01/x.jpg", "/"):
        answer = await guarded.client.get(path)
        assert (answer.status_code, answer.headers.get("www-authenticate")) == (401, "Bearer"), path
        assert (await guarded.client.get(path, headers={"Authorization": "Bearer wrong"})).status_code == 401
        assert (await guarded.client.get(path, headers=BEARER)).status_code != 401
    assert (await guarded.client.get("/health")).status_code == 200


async def test_a_browser_enters_once(guarded: HubUnderTest) -> None:
    base = guarded.client.base_url
    async with httpx.AsyncClient(base_url=base) as browser:
        entered = await browser.get(f"/enter?token={TOKEN}")
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert "httponly" in entered.headers["set-cookie"].lower()
        assert (await browser.get("/api/v1/plant")).status_code == 200
    async with httpx.AsyncClient(base_url=base) as stranger:
        await stranger.get("/enter?token=guess")
        assert (await stranger.get("/api/v1/plant")).status_code == 401


async def test_the_socket_asks_too(guarded: HubUnderTest) -> None:
    address = str(guarded.client.base_url).replace("http", "ws") + "/api/v1/live"
    with pytest.raises(InvalidStatus):
        await connect(address)
    async with connect(address, additional_headers=BEARER) as socket:
        assert await socket.recv()


async def test_a_station_uploads_with_its_own_token(guarded: HubUnderTest) -> None:
    token = guarded.hub.parts.credentials.station_token(LUX)
    path = f"/api/v1/evidence/lux/good/2026-01-01/{'0' * 64}.jpg"
    answer = await guarded.client.put(path, content=b"\xff\xd8\xff", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "sha256")


async def test_while_the_database_is_away(hub: HubUnderTest) -> None:
    await hub.feed(LUX, passed(1, now_us()))
    await hub.hub.parts.pool.close()
    for path in ("/api/v1/oee?scope=enterprise", "/api/v1/inspections", "/api/v1/products/lux/line-1-1", "/api/v1/ledger", "/metrics"):
        answer = await hub.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), path
        assert int(answer.headers["retry-after"]) > 0
        assert "Traceback" not in answer.text
    for path in ("/api/v1/plant", "/api/v1/lines/lux/line-1", "/api/v1/sites/lux"):
        assert (await hub.client.get(path)).status_code == 200, path
