"""Promise 8 at the hub: what cannot be read or stored is kept with its reason, and stops nothing else."""

from __future__ import annotations

import msgspec
import pytest
from intake import BEIJING, Intake, inspection, message, reading, status

from lineside.stream.memory import MemoryDelivery


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
