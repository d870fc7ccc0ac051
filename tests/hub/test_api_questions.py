"""Every wrong question gets a 4xx problem document that names path, value, rule and remedy; never a traceback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub_under_test import HubUnderTest, hub_under_test
from small_plant import DOCUMENT, small_plant


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


WRONG = [
    ("/api/v1/oee", "scope"),
    ("/api/v1/oee?scope=nowhere", "scope"),
    ("/api/v1/oee?scope=line:lux", "scope"),
    ("/api/v1/oee?scope=enterprise:x", "scope"),
    ("/api/v1/oee?scope=enterprise&bin=7m", "bin"),
    ("/api/v1/oee?scope=enterprise&bin=shift", "bin"),
    ("/api/v1/oee?scope=enterprise&bin=1m&from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z", "bin"),
    ("/api/v1/oee?scope=enterprise&from=yesterday", "from"),
    ("/api/v1/oee?scope=enterprise&from=2026-01-01T00:00:00", "from"),
    ("/api/v1/oee?scope=enterprise&from=2026-13-01T00:00:00Z", "from"),
    ("/api/v1/oee?scope=enterprise&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
    ("/api/v1/oee?scope=enterprise&scop=x", "scop"),
    ("/api/v1/oee?scope=enterprise&scope=enterprise", "scope"),
    ("/api/v1/inspections?limit=0", "limit"),
    ("/api/v1/inspections?limit=99999", "limit"),
    ("/api/v1/inspections?limit=%D9%A1", "limit"),
    ("/api/v1/inspections?cursor=%00%00", "cursor"),
    ("/api/v1/inspections?cursor=bm9uc2Vuc2U", "cursor"),
    ("/api/v1/inspections?line=line-1", "line"),
    ("/api/v1/inspections?site=a.b", "site"),
    ("/api/v1/inspections?outcome=maybe", "outcome"),
    ("/api/v1/inspections?verdict=maybe", "verdict"),
    ("/api/v1/inspections?scope=nowhere", "scope"),
    ("/api/v1/inspections?scope=site:lux&site=lux", "scope"),
    ("/api/v1/inspections?scope=site:lux&line=line-1", "line"),
    ("/api/v1/inspections?min_score=1.1", "min_score"),
    ("/api/v1/inspections?min_score=-0", "min_score"),
    ("/api/v1/inspections?min_score=nan", "min_score"),
    ("/api/v1/scopes/enterprise", "place"),
    ("/api/v1/scopes/lux", "place"),
    ("/api/v1/scopes/site:", "place"),
    ("/api/v1/scopes/planet:earth", "place"),
    ("/api/v1/oee/lines", "scope"),
    ("/api/v1/oee/lines?scope=x", "scope"),
    ("/api/v1/oee/lines?scope=enterprise&from=x", "from"),
    ("/api/v1/defects", "scope"),
    ("/api/v1/defects?scope=x", "scope"),
    ("/api/v1/defects?scope=enterprise&bin=shift", "bin"),
    ("/api/v1/defects?scope=enterprise&bin=2h", "bin"),
    ("/api/v1/defects?scope=enterprise&to=x", "to"),
    ("/api/v1/products/lux/nonsense", "product"),
    ("/api/v1/products/lux/line-1-0", "product"),
    ("/api/v1/products/lux/line-1-99999999999999999999999", "product"),
    ("/api/v1/readings?site=lux&line=line-1", "tag"),
    ("/api/v1/readings?site=lux&line=line-1&tag=press.pressure&agg=avg", "bin"),
    ("/api/v1/readings?site=lux&line=line-1&tag=press.pressure&agg=avg&bin=1y", "bin"),
    ("/api/v1/readings?site=lux&line=line-1&tag=press.pressure&agg=avg&bin=1s&from=2020-01-01T00:00:00Z", "bin"),
    ("/api/v1/readings?site=lux&line=line-1&tag=press.pressure&agg=median", "agg"),
    ("/api/v1/readings?site=lux&line=line-1&tag=press.pressure&fill=zero", "fill"),
    ("/api/v1/readings?site=lux&line=line-1&tag=press.pressure&bin=1m", "bin"),
    ("/api/v1/ledger?site=a.b", "site"),
    ("/api/v1/ledger?from=x", "from"),
    ("/api/v1/quarantine?limit=x", "limit"),
    ("/api/v1/evidence/lux/defect/2026-02-30/" + "0" * 64 + ".jpg", "day"),
    ("/api/v1/evidence/lux/best/2026-02-01/" + "0" * 64 + ".jpg", "class"),
    ("/api/v1/evidence/lux/good/2026-02-01/" + "0" * 63 + ".jpg", "sha256"),
    ("/api/v1/evidence/lux/good/2026-02-01/x.png", "path"),
]

MISSING = [
    "/api/v1/oee?scope=site:nowhere",
    "/api/v1/oee?scope=region:nowhere",
    "/api/v1/oee?scope=country:nowhere",
    "/api/v1/oee?scope=line:lux/line-9",
    "/api/v1/sites/nowhere",
    "/api/v1/lines/lux/line-9",
    "/api/v1/products/lux/line-1-4711",
    "/api/v1/products/lux/line-9-1",
    "/api/v1/inspections?site=nowhere",
    "/api/v1/inspections?scope=region:nowhere",
    "/api/v1/scopes/site:nowhere",
    "/api/v1/scopes/country:emea",
    "/api/v1/oee/lines?scope=site:nowhere",
    "/api/v1/defects?scope=line:lux/line-9",
    "/api/v1/readings?site=lux&line=line-1&tag=press.nothing",
    "/api/v1/ledger?site=nowhere",
    "/api/v1/evidence/lux/good/2026-02-01/" + "0" * 64 + ".jpg",
    "/api/v1/nothing",
    "/api/v2/plant",
]


async def test_wrong_questions(hub: HubUnderTest) -> None:
    for address, path in WRONG:
        answer = await hub.client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), (address, answer.text)
        errors = answer.json()["errors"]
        assert path in [error["path"] for error in errors], (address, errors)
        assert all(error["rule"] and error["remedy"] and error["value"] for error in errors), address


async def test_every_problem_at_once(hub: HubUnderTest) -> None:
    errors = (await hub.get("/api/v1/oee?scope=x&bin=y&from=z", 400))["errors"]
    assert [error["path"] for error in errors] == ["scope", "from", "bin"]


async def test_what_is_not_there(hub: HubUnderTest) -> None:
    for address in MISSING:
        problem = await hub.get(address, 404)
        assert problem["detail"], address


async def test_offsets_and_fractions_are_times(hub: HubUnderTest) -> None:
    found = await hub.get("/api/v1/oee?scope=enterprise&from=2026-01-01T01:00:30.5%2B01:00&to=2026-01-01T00:01:30Z")
    assert (found["bins"][0]["start"], found["bins"][0]["end"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:02:00Z")


async def test_a_page_of_another_site_may_not_write(hub: HubUnderTest) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "http://127.0.0.1:9"}, {"Origin": "null"}):
        answer = await hub.client.put("/api/v1/plant/document", json=DOCUMENT, headers=headers)
        assert answer.status_code == 403, headers
    own = {"Origin": str(hub.client.base_url).rstrip("/")}
    assert (await hub.client.put("/api/v1/plant/document", json=DOCUMENT, headers=own)).status_code == 200


async def test_methods_and_bodies(hub: HubUnderTest) -> None:
    assert (await hub.client.post("/api/v1/oee")).status_code == 405
    assert (await hub.client.put("/api/v1/plant/document", content=b"{")).status_code == 400
    assert (await hub.client.put("/api/v1/plant/document", content=b"[]")).status_code == 400
    assert (await hub.client.put("/api/v1/plant/document", content=b"x" * 3_000_000)).status_code == 413
