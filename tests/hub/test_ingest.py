"""Promises 1, 2 and 6 at the hub: every number of every message is settled exactly once, however often it comes."""

from __future__ import annotations

import random

import msgspec
from intake import EPOCH, Intake, inspection, message, reading, status

from lineside.stream.envelope import digest
from lineside.types.inspection import Box, Picture, Shot
from lineside.types.machine import Withdrawn


async def test_a_record_becomes_a_row_with_its_bytes_and_is_announced(hub: Intake) -> None:
    made = inspection(1, outcome="judged", verdict="reject", reasons=("dent", "scratch"))
    await hub.take(message(made))
    rows = await hub.pool.fetch("select * from v_inspection")
    assert len(rows) == 1
    row = rows[0]
    assert (row["site"], row["line"], row["station"], str(row["epoch"]), row["seq"]) == ("beijing", "line-1", "station-1", EPOCH, 1)
    assert (row["product"], row["trigger_count"], row["outcome"], row["verdict"], row["reasons"]) == (
        *("line-1-1", 1, "judged", "reject"),
        ["dent", "scratch"],
    )
    assert row["at"] == row["effective_at"]
    assert int(row["at"].timestamp() * 1e6) == made.at
    assert row["record"].encode() == msgspec.json.encode(made)
    assert row["digest"] == digest(msgspec.json.encode(made))
    assert [(item.record.content, item.effective_us) for item in hub.announced] == [(made, made.at)]


async def test_readings_become_samples_and_the_newest_value_of_each_tag(hub: Intake) -> None:
    await hub.take(message(reading(2, tags=[("a.x", 2.5), ("a.on", True), ("a.mode", "auto")])))
    await hub.take(message(reading(1, tags=[("a.x", 1.5), ("a.on", False)])))
    assert await hub.rows("select tag, value_number, value_bool, value_text from v_reading order by seq, tag") == [
        ("a.on", None, False, None),
        ("a.x", 1.5, None, None),
        ("a.mode", None, None, "auto"),
        ("a.on", None, True, None),
        ("a.x", 2.5, None, None),
    ]
    latest = await hub.rows("select tag, value_number, value_bool from tag_latest order by tag")
    assert latest == [("a.mode", None, None), ("a.on", None, True), ("a.x", 2.5, None)]


async def test_repeated_and_shuffled_messages_change_nothing(hub: Intake) -> None:
    messages = [message(*(inspection(n) for n in range(first, first + 5))) for first in range(1, 101, 5)]
    again = messages * 3
    random.Random(1).shuffle(again)
    for first in range(0, len(again), 7):
        await hub.take(*again[first : first + 7])
    assert await hub.rows("select count(*), count(distinct seq), count(distinct trigger_count) from v_inspection") == [(100, 100, 100)]
    row = await hub.ledger_row()
    assert (row["issued_to"], row["committed"], row["quarantined"], row["missing"]) == (100, 100, 0, 0)
    assert len(hub.announced) == 100


async def test_a_gap_stays_visible(hub: Intake) -> None:
    await hub.take(message(inspection(1), inspection(2)), message(inspection(6), inspection(7)))
    row = await hub.ledger_row()
    assert row["missing"] == 3
    assert [(r.lower, r.upper - 1) for r in row["gaps"]] == [(3, 5)]


async def test_the_same_number_with_other_content_is_kept_as_a_conflict(hub: Intake) -> None:
    await hub.take(message(inspection(1), inspection(2)))
    for _ in range(2):
        outcome = await hub.take(message(inspection(1, verdict="reject", reasons=("dent",)), inspection(2)))
    assert await hub.rows("select seq, verdict from v_inspection order by seq") == [(1, "pass"), (2, "pass")]
    kept = await hub.rows("select reason, first_seq, last_seq, body from quarantine")
    assert kept == [("E_CONFLICT", 1, 1, msgspec.json.encode(inspection(1, verdict="reject", reasons=("dent",))))]
    assert (await hub.ledger_row())["committed"] == 2
    # Not told as settled: the station that sent it issues it again under a new epoch.
    assert [answer.settled for answer in outcome.answers.values()] == [((2, 2),)]


async def test_a_conflict_inside_one_batch_is_found_too(hub: Intake) -> None:
    await hub.take(message(inspection(1)), message(inspection(1, belt_speed_mps=1.0)), message(inspection(1)))
    assert await hub.value("select count(*) from v_inspection") == 1
    assert await hub.value("select count(*) from quarantine where reason = 'E_CONFLICT'") == 1


async def test_withdrawn_numbers_are_no_gap_and_a_record_that_came_stays(hub: Intake) -> None:
    await hub.take(message(reading(1), reading(2)))
    await hub.take(message(status(1, withdrawn=(Withdrawn("reading", 2, 40),))))
    row = await hub.ledger_row("reading")
    assert (row["issued_to"], row["committed"], row["withdrawn"], row["missing"]) == (40, 2, 38, 0)


async def test_declared_pictures_are_pending_until_they_arrive(hub: Intake) -> None:
    sha = "ab" * 32
    picture = Picture(f"beijing/defect/2026-05-01/{sha}.jpg", sha, 1234)
    shot = Shot("cam1", picture, (Box("dent", 0.9, 1, 2, 3, 4),), (), None)
    await hub.take(message(inspection(1, shots=(shot,))))
    assert await hub.rows("select ref, state, bytes from picture") == [(picture.ref, "pending", 1234)]
    foreign = msgspec.structs.replace(shot, picture=msgspec.structs.replace(picture, ref=picture.ref.replace("beijing", "bangkok")))
    await hub.take(message(inspection(2, shots=(foreign,))))
    assert await hub.rows("select reason from quarantine") == [("E_RECORD",)]
