"""Promises 1, 2, 6 and 8 at the hub: every number of every message is settled exactly once, whatever comes and how often."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import msgspec
import pytest
from intake import BANGKOK, BEIJING, EPOCH, LATER_EPOCH, T0, Intake, S, down, inspection, intake_on, message, reading, status

from lineside.stream.envelope import Message, digest, read_headers
from lineside.stream.memory import MemoryDelivery
from lineside.types.inspection import Box, Picture, Shot
from lineside.types.machine import Committed, Withdrawn
from servers import Cluster, eventually


@pytest.fixture
async def hub(database: str) -> AsyncIterator[Intake]:
    async with intake_on(database) as intake:
        yield intake


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


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (message(inspection(1), inspection(2), body=b"[{"), "E_JSON"),
        (message(inspection(1), inspection(2), body=b"\xff\xfe"), "E_JSON"),
        (message(inspection(1), inspection(2), body=b"[" * 100_000), "E_JSON"),
        (message(inspection(1), inspection(2), body=b"{}"), "E_JSON"),
        (message(inspection(1), inspection(2), body=b"[]"), "E_SEQ"),
        (message(inspection(1), inspection(3), ls_seq="1-2"), "E_SEQ"),
        (message(inspection(2), inspection(1), ls_seq="1-2"), "E_SEQ"),
        (message(inspection(1), inspection(2), body=b'["' + b"x" * (256 * 1024) + b'"]'), "E_SIZE"),
        (message(inspection(1), inspection(2), ls_schema="2.0"), "E_SCHEMA"),
    ],
)
async def test_a_message_that_cannot_be_read_settles_its_numbers_and_keeps_its_bytes(hub: Intake, bad: MemoryDelivery, reason: str) -> None:
    for _ in range(2):
        outcome = await hub.take(bad)
    assert await hub.rows("select reason, first_seq, last_seq, body from quarantine") == [(reason, 1, 2, bad.body)]
    row = await hub.ledger_row()
    assert (row["quarantined"], row["committed"], row["missing"]) == (2, 0, 0)
    assert [answer.settled for answer in outcome.answers.values()] == [((1, 2),)]
    assert await hub.value("select count(*) from v_inspection") == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (message(inspection(1), ls_seq=""), "E_HEADERS"),
        (message(inspection(1), ls_seq="2-1"), "E_HEADERS"),
        (message(inspection(1), ls_seq="1-9000000000000000000"), "E_HEADERS"),
        (message(inspection(1), ls_epoch="not-a-uuid"), "E_HEADERS"),
        (message(inspection(1), ls_series="reading"), "E_SUBJECT"),
        (message(inspection(1), station=msgspec.structs.replace(BEIJING, site="atlantis")), "E_UNKNOWN_SITE"),
        (message(inspection(1), station=msgspec.structs.replace(BEIJING, station="station-9")), "E_UNKNOWN_SITE"),
    ],
)
async def test_a_message_without_a_home_is_kept_and_settles_nothing(hub: Intake, bad: MemoryDelivery, reason: str) -> None:
    await hub.take(bad)
    assert await hub.rows("select reason, body from quarantine") == [(reason, bad.body)]
    assert await hub.value("select count(*) from ledger") == 0


def broken(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert old in raw
    return raw.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"judged"', b'"guessed"'),
        (b'"pass"', b"null"),
        (b'"line-1-2"', b'"line-1-3"'),
        (b'"boot-1"', b'"\\u0000"'),
        (b'"at":', b'"at":9'),
        (b'"trigger_count":2', b'"trigger_count":20000000000000000000'),
        (b'"mono_ns":2', b'"mono_ns":-2'),
    ],
)
async def test_one_bad_record_of_a_good_message_is_the_only_one_refused(hub: Intake, old: bytes, new: bytes) -> None:
    raws = [msgspec.json.encode(inspection(n)) for n in (1, 2, 3)]
    raws[1] = broken(raws[1], old, new)
    await hub.take(message(inspection(1), inspection(2), inspection(3), body=b"[" + b",".join(raws) + b"]"))
    assert await hub.rows("select seq from v_inspection order by seq") == [(1,), (3,)]
    assert await hub.rows("select reason, first_seq, last_seq, body from quarantine") == [("E_RECORD", 2, 2, raws[1])]
    row = await hub.ledger_row()
    assert (row["committed"], row["quarantined"], row["missing"]) == (2, 1, 0)


async def test_deep_nesting_is_a_bad_record_not_a_crash(hub: Intake) -> None:
    deep = msgspec.json.encode(status(2)).replace(b'"health":{}', b'"health":{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}")
    body = b"[" + msgspec.json.encode(status(1)) + b"," + deep + b"]"
    await hub.take(message(status(1), status(2), body=body))
    assert await hub.value("select count(*) from quarantine") == 1


async def test_a_readable_record_heals_its_number_in_either_order(hub: Intake) -> None:
    await hub.take(message(inspection(1), inspection(2), body=b"["))
    await hub.take(message(inspection(1)), message(inspection(2)))
    await hub.take(message(reading(1)))
    await hub.take(message(reading(1), body=b"["))
    for series, count in (("inspection", 2), ("reading", 1)):
        row = await hub.ledger_row(series)
        assert (row["committed"], row["quarantined"]) == (count, 0)
    assert await hub.rows("select series, closed_as from quarantine order by series") == [("inspection", "superseded"), ("reading", None)]


async def test_what_the_database_cannot_take_is_found_and_quarantined_and_stops_nothing(hub: Intake) -> None:
    await hub.pool.execute("alter table inspection add check (trigger_count <> 5)")
    await hub.take(*(message(inspection(n)) for n in range(1, 9)))
    assert await hub.rows("select seq from v_inspection order by seq") == [(1,), (2,), (3,), (4,), (6,), (7,), (8,)]
    assert await hub.rows("select reason, first_seq from quarantine") == [("E_STORE", 5)]
    assert (await hub.ledger_row())["missing"] == 0


# One product is one trigger count -------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("judged_first", [True, False])
async def test_a_judged_product_stands_before_a_station_down_whichever_came_first(hub: Intake, together: bool, judged_first: bool) -> None:
    judged, missed = message(inspection(7, count=4)), message(down(1, count=4), epoch=LATER_EPOCH)
    messages = [judged, missed] if judged_first else [missed, judged]
    if together:
        await hub.take(*messages)
    else:
        for one in messages:
            await hub.take(one)
    await hub.take(*messages)
    assert await hub.rows("select epoch::text, seq, outcome from v_inspection") == [(EPOCH, 7, "judged")]
    assert await hub.rows("select epoch::text, seq, flag, body from superseded") == [
        (LATER_EPOCH, 1, "W_ALREADY_JUDGED", msgspec.json.encode(down(1, count=4)))
    ]
    rows = await hub.rows("select epoch::text, committed, quarantined from v_ledger order by epoch")
    assert rows == [(EPOCH, 1, 0), (LATER_EPOCH, 1, 0)]


@pytest.mark.parametrize("first", [0, 1])
async def test_of_two_station_downs_the_same_one_stands_in_any_order(hub: Intake, first: int) -> None:
    both = [message(down(1, count=4, at=T0)), message(down(2, count=4, at=T0 + 9 * S))]
    await hub.take(both[first])
    await hub.take(both[1 - first])
    assert await hub.rows("select seq from v_inspection") == [(1,)]


async def test_two_judgements_of_one_product_are_a_conflict_and_the_reissued_copy_closes_it(hub: Intake) -> None:
    await hub.take(message(inspection(1), inspection(2)))
    # A restored disk: number 2 again, for another product; the station learns it and issues it under a new epoch.
    await hub.take(message(inspection(2, count=3)))
    assert await hub.rows("select reason, closed_as from quarantine") == [("E_CONFLICT", None)]
    await hub.take(message(inspection(1, count=3), epoch=LATER_EPOCH))
    assert await hub.rows("select reason, closed_as from quarantine") == [("E_CONFLICT", "superseded")]
    assert await hub.value("select count(*) from v_inspection") == 3
    await hub.take(message(inspection(2, count=3), epoch=LATER_EPOCH))
    assert await hub.rows("select seq, reason from quarantine q, lateral (select first_seq as seq) f where closed_as is null") == [
        (2, "E_CONFLICT")
    ]
    assert await hub.value("select count(*) from v_inspection") == 3


async def test_the_same_count_at_two_lines_is_two_products(hub: Intake) -> None:
    await hub.take(message(inspection(1)), message(inspection(1), station=BANGKOK))
    assert await hub.value("select count(*) from v_inspection") == 2


# Withdrawn numbers, pictures ------------------------------------------------------------------------------------------


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


# Many workers, a database that goes away -------------------------------------------------------------------------------


async def test_many_workers_with_the_same_records_settle_each_once(hub: Intake) -> None:
    messages = [
        message(*(made(n) for n in range(first, first + 10)), station=station)
        for first in range(1, 201, 10)
        for station in (BEIJING, BANGKOK)
        for made in (inspection, reading, status)
    ]

    async def worker(seed: int) -> None:
        mine = list(messages)
        random.Random(seed).shuffle(mine)
        for first in range(0, len(mine), 8):
            await hub.ingest.take(mine[first : first + 8])

    await asyncio.gather(*(worker(seed) for seed in range(5)))
    for table in ("inspection", "reading", "status"):
        assert await hub.value(f"select count(*) from {table}") == 400
    assert await hub.rows("select distinct committed, quarantined, missing from v_ledger") == [(200, 0, 0)]
    assert len(hub.announced) == 1200


async def test_workers_take_from_the_stream_acknowledge_and_tell_the_station(hub: Intake) -> None:
    end = hub.broker.station(BEIJING)
    for n in range(1, 31):
        one = message(inspection(n))
        hub.broker.store(one.subject, _as_message(one))
    running = asyncio.create_task(hub.ingest.run())
    told: set[int] = set()
    async with asyncio.timeout(10):
        async for control in end.heard():
            if control.name == "committed":
                answer = msgspec.json.decode(control.body, type=Committed)
                assert (answer.epoch, answer.series) == (EPOCH, "inspection")
                told |= {n for first, last in answer.ranges for n in range(first, last + 1)}
            if len(told) == 30:
                break
    assert answer.highest == 30
    assert hub.broker.stored_bytes == 0
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _as_message(delivery: MemoryDelivery) -> Message:
    return Message(read_headers(delivery.headers), delivery.body)


async def test_while_the_database_is_away_nothing_is_acknowledged_and_afterwards_all_is_there(
    hub: Intake, database: str, pg_cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    name = database.rpartition("/")[2]
    await pg_cluster.run(f"alter database {name} with allow_connections false")
    await pg_cluster.run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
    one = message(inspection(1))
    hub.broker.store(one.subject, _as_message(one))
    running = asyncio.create_task(hub.ingest.run())
    await eventually(lambda: any("does not answer" in record.message for record in caplog.records))
    assert hub.broker.stored_bytes > 0
    await pg_cluster.run(f"alter database {name} with allow_connections true")
    await eventually(lambda: hub.broker.stored_bytes == 0)
    assert await hub.value("select count(*) from v_inspection") == 1
    said = [record.message for record in caplog.records if record.name.startswith("lineside")]
    assert len(said) == 2, "an outage is said once, and its end once"
    assert said[1] == "The database answers again."
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
