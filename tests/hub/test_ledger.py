"""Promise 1 between hub and station: a hello is answered with what is settled, gaps are asked for again, wrong clocks are corrected."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import msgspec
import pytest
from intake import BEIJING, EPOCH, Intake, S, inspection, message, reading

from lineside.hub import ledger
from lineside.hub.gaps import Noted, look
from lineside.stream.background import background
from lineside.stream.memory import MemoryStationStream
from lineside.stream.port import Control
from lineside.types.identity import StationKey
from lineside.types.machine import Committed, Hello, Resend, SeriesPosition
from servers import eventually

T = TypeVar("T", Committed, Resend)
MIN = 60 * S


def now_us() -> int:
    return time.time_ns() // 1000


def hello(issued_to: int, oldest_kept: int | None = 1, *, series: str = "inspection", at: int | None = None, **fields: Any) -> Control:
    said = Hello(
        epoch=EPOCH,
        boot_id=fields.pop("boot", "boot-1"),
        at=now_us() if at is None else at,
        mono_ns=1,
        version="1",
        series={series: SeriesPosition(issued_to, oldest_kept)},
        ready=True,
    )
    return Control("hello", msgspec.json.encode(said))


def heard(end: MemoryStationStream, name: str, kind: type[T]) -> list[T]:
    """What the station has been told since it last looked."""
    found = []
    while not end.inbox.empty():
        control = end.inbox.get_nowait()
        if control.name == name:
            found.append(msgspec.json.decode(control.body, type=kind))
    return found


async def test_a_hello_is_answered_with_all_that_is_settled_and_says_it_again(hub: Intake) -> None:
    end = hub.broker.station(BEIJING)
    await hub.take(message(*(inspection(n) for n in range(1, 6))), message(inspection(8), inspection(9), body=b"["))
    for _ in range(2):
        end.inbox = type(end.inbox)()
        await hub.ledger.hear(BEIJING, hello(9, 3), now_us())
        answer = heard(end, "committed", Committed)
        assert answer == [Committed(EPOCH, "inspection", ((3, 5), (8, 9)), 9)]
    row = await hub.ledger_row()
    assert (row["issued_to"], row["oldest_kept"], row["missing"]) == (9, 3, 2)
    assert row["hello_at"] is not None


async def test_a_station_whose_disk_was_restored_learns_the_highest_number_and_nothing_is_confirmed(hub: Intake) -> None:
    end = hub.broker.station(BEIJING)
    await hub.take(message(*(inspection(n) for n in range(1, 11))))
    heard(end, "committed", Committed)
    await hub.ledger.hear(BEIJING, hello(6), now_us())
    assert heard(end, "committed", Committed) == [Committed(EPOCH, "inspection", (), 10)]
    # It has not learnt it yet and issues other content under numbers that the hub holds: kept, in conflict, not confirmed.
    await hub.take(message(inspection(7, count=11)))
    assert heard(end, "committed", Committed) == [Committed(EPOCH, "inspection", (), 10)]


async def test_a_gap_is_asked_for_again_once_it_cannot_be_under_way(hub: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineside.hub.gaps.GRACE_S", 0.0)
    end = hub.broker.station(BEIJING)
    await hub.take(message(inspection(1)), message(inspection(4)))
    await hub.ledger.hear(BEIJING, hello(4), now_us())
    assert heard(end, "resend", Resend) == []
    hub.ingest.drained_at = time.monotonic()
    await hub.ledger.hear(BEIJING, hello(4), now_us())
    assert heard(end, "resend", Resend) == [Resend(EPOCH, "inspection", ((2, 3),))]
    await hub.take(message(inspection(2), inspection(3)))
    hub.ingest.drained_at = time.monotonic()
    await hub.ledger.hear(BEIJING, hello(4), now_us())
    assert heard(end, "resend", Resend) == []
    assert (await hub.ledger_row())["missing"] == 0


async def test_hellos_from_the_stream_are_heard_and_bad_ones_are_said_once(hub: Intake, caplog: pytest.LogCaptureFixture) -> None:
    end = hub.broker.station(BEIJING)
    async with background(hub.ledger.run):
        await end.say("hello", b"{}")
        await end.say("hello", b'{"epoch": "\\u0000"}')
        await hub.broker.hellos.put((StationKey("atlantis", "line-1", "station-1"), hello(3)))
        await end.say("hello", hello(3).body)
        await eventually(lambda: not end.inbox.empty() and bool(heard(end, "committed", Committed)))
    said = [record.message for record in caplog.records if "not answered" in record.message]
    assert len(said) == 2
    assert "beijing/line-1/station-1" in said[0]
    assert "atlantis" in said[1]


# Wrong clocks ---------------------------------------------------------------------------------------------------------


async def test_records_from_the_future_wait_with_their_bytes_until_the_clock_is_measured(hub: Intake) -> None:
    end = hub.broker.station(BEIJING)
    ahead = 3 * 60 * MIN
    before = now_us()
    future = message(*(inspection(n, at=before + ahead + n * S) for n in (1, 2, 3)))
    for _ in range(2):
        await hub.take(future)
    row = await hub.ledger_row()
    assert (row["held"], row["committed"], row["missing"]) == (3, 0, 0)
    assert heard(end, "committed", Committed)[-1].ranges == (), "the station keeps what is only held"
    assert await hub.value("select count(*) from v_inspection") == 0
    await hub.ledger.hear(BEIJING, hello(3, at=before + ahead), before)
    row = await hub.ledger_row()
    assert (row["held"], row["committed"]) == (0, 3)
    rows = await hub.rows("select at_us - effective_us, effective_us - $1 from inspection order by seq", before)
    assert rows == [(ahead, S), (ahead, 2 * S), (ahead, 3 * S)]
    assert len(hub.announced) == 3
    assert await hub.value("select count(*) from mark") > 0
    # From now on records of this boot are placed at once; the correction is never measured anew.
    await hub.ledger.hear(BEIJING, hello(3, at=before + ahead + 40 * S), before)
    await hub.take(message(inspection(4, at=before + ahead)))
    assert await hub.rows("select correction_us, at_us - effective_us from clock_correction, inspection where seq = 4") == [(-ahead, ahead)]


async def test_the_same_held_number_with_other_content_is_a_conflict(hub: Intake) -> None:
    at = now_us() + 60 * MIN
    await hub.take(message(inspection(1, at=at)))
    await hub.take(message(inspection(1, at=at, belt_speed_mps=2.0)))
    assert await hub.rows("select reason from quarantine") == [("E_CONFLICT",)]
    assert (await hub.ledger_row())["held"] == 1


def behind(sent_us: int, *, by_us: int, boot: str = "slow") -> Control:
    """A hello of a boot whose clock is behind; its monotonic clock is right."""
    said = msgspec.json.decode(hello(9, at=sent_us - by_us, boot=boot).body, type=Hello)
    return Control("hello", msgspec.json.encode(msgspec.structs.replace(said, mono_ns=sent_us * 1000)))


async def test_records_of_a_boot_whose_clock_is_behind_wait_for_the_second_hello(hub: Intake) -> None:
    now = now_us()
    await hub.ledger.hear(BEIJING, behind(now, by_us=60 * MIN), now)
    await hub.take(message(reading(1, at=now - 60 * MIN, boot="slow"), reading(2, at=now - 60 * MIN, boot="earlier")))
    assert await hub.rows("select seq, effective_us - $1 from reading", now) == [(2, -60 * MIN)]
    await hub.ledger.hear(BEIJING, behind(now + 5 * S, by_us=60 * MIN), now + 5 * S)
    await hub.take(message(reading(3, at=now - 60 * MIN + 6 * S, boot="slow")))
    assert await hub.rows("select seq, effective_us - $1 from reading order by seq", now) == [(1, 0), (2, -60 * MIN), (3, 6 * S)]
    assert await hub.rows("select distinct effective_us - $1 from sample order by 1", now) == [(-60 * MIN,), (0,), (6 * S,)]
    assert await hub.rows("select correction_us from clock_correction") == [(60 * MIN,)]


async def test_records_held_because_a_hello_was_late_are_freed_by_the_next_one_uncorrected(hub: Intake) -> None:
    now = now_us()
    await hub.ledger.hear(BEIJING, behind(now - 10 * MIN, by_us=0), now)
    await hub.take(message(reading(1, at=now, boot="slow")))
    assert (await hub.ledger_row("reading"))["held"] == 1
    await hub.ledger.hear(BEIJING, behind(now, by_us=0), now)
    assert await hub.rows("select effective_us - $1 from reading", now) == [(0,)]
    assert await hub.value("select count(*) from clock_correction") == 0


async def test_a_station_that_lost_its_clock_does_not_write_history(hub: Intake) -> None:
    await hub.take(message(reading(1, at=86_400 * S, boot="slow")))
    assert (await hub.ledger_row("reading"))["held"] == 1
    now = now_us()
    for sent in (now, now + 5 * S):
        await hub.ledger.hear(BEIJING, behind(sent, by_us=now - 86_410 * S), sent)
    assert await hub.rows("select effective_us - $1 from reading", now) == [(-10 * S,)]


async def test_a_record_that_is_days_late_is_only_late(hub: Intake) -> None:
    at = now_us() - 5 * 24 * 60 * MIN
    await hub.ledger.hear(BEIJING, hello(1), now_us())
    await hub.take(message(inspection(1, at=at)))
    assert await hub.rows("select effective_us from inspection") == [(at,)]


# When to ask again ----------------------------------------------------------------------------------------------------


def test_a_missing_number_is_not_asked_for_before_the_grace_is_over() -> None:
    first = look(None, 100.0, ((2, 3),), 5, drained_at_s=100.0)
    assert first.ask == ()
    assert look(first.noted, 109.0, ((2, 3),), 5, drained_at_s=108.0).ask == ()
    assert look(first.noted, 110.0, ((2, 3), (6, 6)), 5, drained_at_s=108.0).ask == ((2, 3),)


def test_while_the_stream_has_not_run_dry_a_missing_number_may_be_waiting_there() -> None:
    assert look(Noted(100.0, ((2, 3),), 5), 120.0, ((2, 3),), 5, drained_at_s=99.0).ask == ()


def test_what_a_station_that_is_catching_up_has_not_sent_yet_is_not_asked_for() -> None:
    noted = Noted(100.0, ((2, 3), (6, 900)), 5)
    assert look(noted, 120.0, ((2, 2), (80, 900)), 79, drained_at_s=119.0).ask == ((2, 2),)
    assert look(noted, 120.0, ((6, 900),), 5, drained_at_s=119.0).ask == ((6, 900),)


def test_one_request_is_bounded() -> None:
    missing = tuple((n, n + 99) for n in range(1, 100_000, 200))
    asked = look(Noted(0.0, missing, 10**6), 20.0, missing, 10**6, drained_at_s=19.0).ask
    assert sum(last - first + 1 for first, last in asked) == 1_000
    assert look(Noted(0.0, ((1, 10**12),), 0), 20.0, ((1, 10**12),), 0, drained_at_s=19.0).ask == ((1, 1_000),)


def test_a_hello_that_would_not_fit_the_database_is_refused() -> None:
    assert ledger.read_hello(hello(2**63).body) is None
    assert ledger.read_hello(hello(1, at=10**18).body) is None
    assert ledger.read_hello(hello(1).body.replace(EPOCH.encode(), b"x")) is None
    assert ledger.read_hello(hello(1).body) is not None
