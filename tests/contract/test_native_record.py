"""The record that left the station, the row in the database and the product page agree, field by field (domain/NATIVE.md)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from hub_under_test import LUX, HubUnderTest, explained, hub_under_test, inspection, now_us, passed
from lineside.types.identity import instant
from lineside.types.inspection import Inspection
from small_plant import small_plant

INSPECTION_FIELDS = [
    *("seq", "at", "boot_id", "mono_ns", "product", "trigger_count", "outcome", "verdict", "reasons", "shots"),
    *("belt_speed_mps", "line_state", "output", "judged_at"),
]
SHOT_FIELDS = ["camera", "picture", "boxes", "models", "timings", "width", "height"]
NOT_ON_THE_PAGE = {"boot_id", "mono_ns"}
"""Kept in the row; they serve the clock's correction and say nothing to a reader."""


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[HubUnderTest]:
    async with hub_under_test(database, tmp_path, small_plant()) as running:
        yield running


def test_the_fields_are_a_wall() -> None:
    assert list(Inspection.__struct_fields__) == INSPECTION_FIELDS
    assert list(inspection(1, 1).shots[0].__struct_fields__) == SHOT_FIELDS


@pytest.mark.parametrize("make", [inspection, passed, explained])
async def test_station_row_and_page_agree(hub: HubUnderTest, database: str, make: Any) -> None:
    sent = make(7, now_us())
    body = msgspec.json.encode(sent)
    await hub.feed_bytes(LUX, "inspection", 7, body)
    row = await _row(database)
    page = await hub.get("/api/v1/products/lux/line-1-7")
    _check_row(sent, body, row, hub.epoch)
    _check_page(sent, page, row)


async def _row(database: str) -> asyncpg.Record:
    connection = await asyncpg.connect(database)
    try:
        return await connection.fetchrow("select * from v_inspection")
    finally:
        await connection.close()


def _check_row(sent: Inspection, body: bytes, row: asyncpg.Record, epoch: str) -> None:
    assert row["record"].encode() == body, "the bytes that left the station"
    assert row["digest"] == hashlib.sha256(body).digest()
    assert (row["site"], row["line"], row["station"], str(row["epoch"]), row["seq"]) == ("lux", "line-1", "station-1", epoch, sent.seq)
    assert row["at"] == row["effective_at"] == instant(sent.at)
    for name in ("product", "trigger_count", "outcome", "verdict"):
        assert row[name] == getattr(sent, name), name
    assert tuple(row["reasons"]) == sent.reasons


def _check_page(sent: Inspection, page: dict[str, Any], row: asyncpg.Record) -> None:
    told = msgspec.to_builtins(sent)
    for name in set(INSPECTION_FIELDS) - NOT_ON_THE_PAGE - {"seq", "at", "judged_at", "shots"}:
        assert page[name] == msgspec.json.decode(msgspec.json.encode(told[name])), name
    assert _time(page["at"]) == _time(page["effective_at"]) == instant(sent.at)
    assert _time(page["judged_at"]) == instant(sent.judged_at)
    assert _time(page["received_at"]) == row["received_at"]
    ledger = page["ledger"]
    assert (ledger["epoch"], ledger["seq"], ledger["digest"], ledger["state"]) == (
        str(row["epoch"]),
        sent.seq,
        row["digest"].hex(),
        "committed",
    )
    assert len(page["shots"]) == len(sent.shots)
    for shot, shown in zip(told["shots"], page["shots"], strict=True):
        _check_shot(shot, shown)


def _check_shot(shot: dict[str, Any], shown: dict[str, Any]) -> None:
    for name in ("camera", "timings", "width", "height"):
        assert shown[name] == shot[name], name
    assert shown["boxes"] == (None if shot["boxes"] is None else list(shot["boxes"]))
    assert shown["picture"] == (shot["picture"]["ref"] if shot["picture"] else None)
    runs = [{name: run[name] for name in ("model", "prepare_us", "infer_us")} for run in shown["models"]]
    assert runs == list(shot["models"])


def _time(text: str) -> Any:
    return msgspec.convert(text, type=datetime)
