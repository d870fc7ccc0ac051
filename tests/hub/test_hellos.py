"""Hellos that could not be answered for a while: the newest counts, and a delay is not taken for a wrong clock."""

from __future__ import annotations

import asyncio
import time

import asyncpg
import msgspec
from intake import BEIJING, EPOCH, inspection, intake_on, message

from lineside.hub.clock import wrong_by
from lineside.stream.background import background
from lineside.types.machine import Committed, Hello, SeriesPosition
from servers import eventually

S = 1_000_000
MIN = 60 * S
NOON = 1_780_000_000 * S


def hello(sent_us: int, *, behind_us: int = 0, boot: str = "boot-1", issued_to: int = 0) -> Hello:
    """Sent at this instant of the hub's clock by a station whose clock is behind."""
    positions = {"inspection": SeriesPosition(issued_to, 1)}
    return Hello(
        epoch=EPOCH,
        boot_id=boot,
        at=sent_us - behind_us,
        mono_ns=max(0, sent_us - NOON + MIN) * 1000,
        version="1",
        series=positions,
        ready=True,
    )


def test_a_clock_that_is_behind_takes_two_hellos_to_tell() -> None:
    first, second = hello(NOON, behind_us=60 * MIN), hello(NOON + 5 * S, behind_us=60 * MIN)
    assert wrong_by(None, first, NOON) == 0
    assert wrong_by((first, NOON), second, NOON + 5 * S) == 60 * MIN
    assert wrong_by((hello(NOON, behind_us=60 * MIN, boot="boot-0"), NOON), second, NOON + 5 * S) == 0


def test_hellos_that_were_held_up_say_nothing_about_the_clock() -> None:
    # The hub stood still for ten minutes, then reads what has come meanwhile at once.
    sent = [NOON + n * 5 * S for n in range(120)]
    late = NOON + 10 * MIN
    before = (hello(NOON - 5 * S), NOON - 5 * S)
    for instant in sent:
        assert wrong_by(before, hello(instant), late) == 0
        before = hello(instant), late
    assert wrong_by(before, hello(late + 5 * S), late + 5 * S) == 0


def test_a_clock_that_is_ahead_or_nearly_right_needs_one() -> None:
    assert wrong_by(None, hello(NOON, behind_us=-60 * MIN), NOON) == -60 * MIN
    assert wrong_by(None, hello(NOON, behind_us=-4 * MIN), NOON) == 0
    assert wrong_by((hello(NOON), NOON), hello(NOON + 5 * S, behind_us=4 * MIN), NOON + 5 * S) == 0


async def test_of_the_hellos_that_came_while_the_database_was_away_the_newest_is_answered(database: str) -> None:
    async with intake_on(database) as hub:
        await hub.take(message(*(inspection(n) for n in range(1, 6))))
        end = hub.broker.station(BEIJING)
        end.inbox = type(end.inbox)()
        blocker = await asyncpg.connect(database)
        try:
            async with background(hub.ledger.run):
                async with blocker.transaction():
                    await blocker.execute("lock table station in access exclusive mode")
                    await end.say("hello", _body(1))
                    # The first one is at the database now; the others come meanwhile.
                    waits = "select count(*) = 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
                    await eventually(lambda: blocker.fetchval(waits))
                    for issued_to in range(2, 6):
                        await end.say("hello", _body(issued_to))
                    await eventually(hub.broker.hellos.empty)
                told = [await asyncio.wait_for(end.inbox.get(), 15) for _ in range(2)]
                assert msgspec.json.decode(told[-1].body, type=Committed) == Committed(EPOCH, "inspection", ((1, 5),), 5)
                assert end.inbox.empty()
        finally:
            await blocker.close()


def _body(issued_to: int) -> bytes:
    return msgspec.json.encode(hello(time.time_ns() // 1000, issued_to=issued_to))
