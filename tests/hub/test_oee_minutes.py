"""Promise 5 on a real database: the minutes are a function of the records alone, in whatever order and however often they came."""

from __future__ import annotations

import asyncio
import random
import uuid
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from intake import LATER_EPOCH, T0, Intake, S, down, inspection, intake_on, message, reading, status
from recount import TABLES, count_anew, recompute

from lineside.hub.oee.recompute import Recompute
from lineside.stream.memory import MemoryDelivery
from servers import TEMPLATE, Cluster

MIN = 60 * S


async def minutes(hub: Intake) -> list[tuple[Any, ...]]:
    """(minute after T0, seconds: calendar, planned, run, down, nodata, and pq)."""
    rows = await hub.pool.fetch(
        "select extract(epoch from minute)::bigint as s, calendar_us, planned_us, run_us, down_us, nodata_us, pq "
        "from v_oee_minute order by 1"
    )
    return [((row["s"] - T0 // S) // 60, *(row[n] // S for n in range(1, 6)), row["pq"]) for row in rows]


async def tables(hub: Intake) -> dict[str, list[tuple[Any, ...]]]:
    return {table: await hub.rows(f"select * from {table} order by 1, 2, 3") for table in TABLES}


async def test_products_and_states_become_minutes(hub: Intake) -> None:
    await hub.take(message(*(status(n, at=T0 + (n - 1) * 10 * S) for n in range(1, 13))))
    await hub.take(message(*(inspection(n, at=T0 + n * 3 * S) for n in range(1, 31))))
    await hub.take(message(inspection(31, verdict="reject", reasons=("dent",), at=T0 + 94 * S)))
    await recompute(hub).settle(T0 + MIN)
    # Known up to the newest sign of life at 110 s; 19 products before the minute was over.
    assert await minutes(hub) == [(0, 60, 60, 60, 0, 0, 19), (1, 50, 50, 50, 0, 0, 12)]
    assert await hub.rows("select label, n from oee_minute_defect") == [("dent", 1)]
    assert await hub.rows("select sum(gq), sum(sq), sum(uq) from oee_minute_product") == [(30, 1, 0)]


async def test_silence_becomes_no_data_when_the_minute_is_over_for_thirty_seconds(hub: Intake) -> None:
    counting = recompute(hub)
    await hub.take(message(status(1, at=T0), status(2, at=T0 + 10 * S)))
    await counting.settle(T0 + 50 * S)
    assert await minutes(hub) == [(0, 10, 10, 10, 0, 0, 0)]
    await counting.settle(T0 + 80 * S)
    assert await minutes(hub) == [(0, 10, 10, 10, 0, 0, 0)]
    await counting.settle(T0 + 90 * S)
    assert await minutes(hub) == [(0, 60, 60, 40, 0, 20, 0)]
    await counting.settle(T0 + 3 * MIN + 30 * S)
    assert await minutes(hub) == [(0, 60, 60, 40, 0, 20, 0), (1, 60, 60, 0, 0, 60, 0), (2, 60, 60, 0, 0, 60, 0)]


async def test_records_that_were_buffered_turn_no_data_into_what_was(hub: Intake) -> None:
    counting = recompute(hub)
    await hub.take(message(status(1, at=T0)))
    await counting.settle(T0 + 10 * MIN)
    assert [row[5] for row in await minutes(hub)] == [30, *[60] * 8]
    await hub.take(message(*(status(n, "IDLE" if n > 30 else "RUNNING", at=T0 + (n - 1) * 10 * S) for n in range(2, 50))))
    await counting.settle(T0 + 10 * MIN)
    assert [row[3] for row in await minutes(hub)] == [60] * 5 + [0] * 4
    assert [row[4] for row in await minutes(hub)] == [0] * 5 + [60] * 3 + [30]
    assert [row[5] for row in await minutes(hub)] == [0] * 8 + [30]


async def test_a_late_status_changes_every_minute_until_the_next_one(hub: Intake) -> None:
    counting = recompute(hub)
    alive = [reading(n, at=T0 + n * 10 * S) for n in range(1, 50)]
    await hub.take(message(*alive), message(status(1, at=T0 + S), status(3, "IDLE", at=T0 + 7 * MIN), ls_seq="1-2", body=_as_two()))
    await counting.settle(T0 + 8 * MIN)
    before = await minutes(hub)
    await hub.take(message(status(3, "FAULT", at=T0 + 90 * S, reason="jam")))
    await counting.settle(T0 + 8 * MIN)
    after = await minutes(hub)
    assert [row[3] for row in before][:7] == [59, 60, 60, 60, 60, 60, 60]
    assert [row[3] for row in after][:7] == [59, 30, 0, 0, 0, 0, 0]
    assert before[7] == after[7]


def _as_two() -> bytes:
    import msgspec

    return msgspec.json.encode([status(1, at=T0 + S), status(2, "IDLE", at=T0 + 7 * MIN)])


async def test_a_record_older_than_the_first_begins_planned_time_earlier(hub: Intake) -> None:
    counting = recompute(hub)
    await hub.take(message(status(2, at=T0 + 5 * MIN + 30 * S)))
    await counting.settle(T0 + 5 * MIN + 40 * S)
    await hub.take(message(status(1, at=T0 + 2 * MIN + 15 * S)))
    await counting.settle(T0 + 5 * MIN + 40 * S)
    assert await minutes(hub) == [
        *((2, 45, 45, 30, 0, 15, 0), (3, 60, 60, 0, 0, 60, 0), (4, 60, 60, 0, 0, 60, 0)),
        (5, 30, 30, 0, 0, 30, 0),
    ]


async def test_a_long_silence_is_counted_day_by_day_to_the_end(hub: Intake) -> None:
    await hub.take(message(status(1, at=T0)))
    await recompute(hub).settle(T0 + 3 * 1440 * MIN + 30 * S)
    assert await hub.rows("select count(*), sum(planned_us) / 60000000, max(minute) - min(minute) from oee_minute") == [(4320, 4320, 4319)]


async def test_recomputes_at_the_same_time_as_ingest_lose_nothing(hub: Intake) -> None:
    batches = [message(*(inspection(n) for n in range(first, first + 10))) for first in range(1, 401, 10)]
    lives = [message(*(status(n) for n in range(first, first + 10))) for first in range(1, 121, 10)]
    everything = batches + lives
    random.Random(5).shuffle(everything)
    counting, other = recompute(hub), recompute(hub)

    async def feed() -> None:
        for one in everything:
            await hub.take(one)

    async def count(worker: Recompute) -> None:
        while not fed.done():
            await worker.once(T0 + 30 * MIN)

    fed = asyncio.ensure_future(feed())
    await asyncio.gather(fed, count(counting), count(other))
    await counting.settle(T0 + 30 * MIN)
    found = await tables(hub)
    assert await hub.value("select sum(pq) from oee_minute_product") == 400
    for table in TABLES:
        await hub.pool.execute(f"truncate {table}")
    await hub.pool.execute("update line set counted_from_us = null, counted_to_us = null")
    await hub.pool.execute("insert into mark select line_key, first_at_us / 60000000, 'tick' from line where first_at_us is not null")
    await counting.settle(T0 + 30 * MIN)
    assert await tables(hub) == found


# Any order, any repetition ---------------------------------------------------------------------------------------------

SECOND = st.integers(0, 420)
STATE = st.sampled_from(["RUNNING", "IDLE", "FAULT", "UNKNOWN", "MAINTENANCE"])
FATE = st.sampled_from(["pass", "reject", "deadline", "no_product", "down"])
STATUSES = st.lists(st.tuples(st.just("status"), SECOND, STATE), min_size=2, max_size=6)
PRODUCTS = st.lists(st.tuples(st.just("inspection"), SECOND, FATE), max_size=12)
READINGS = st.sets(st.integers(0, 21), min_size=4).map(lambda places: [("reading", place * 20, None) for place in sorted(places)])
"""Alive most of the time, so that states show; with holes, so that silence does."""


def deliveries(events: list[tuple[str, int, Any]]) -> list[MemoryDelivery]:
    """One record a message. A product seen as "down" is one that another epoch's record may have judged as well."""
    made = []
    seqs = {"status": 0, "inspection": 0, "reading": 0, "down": 0}
    for kind, second, what in events:
        at = T0 + second * S
        name = "down" if what == "down" else kind
        seqs[name] += 1
        n = seqs[name]
        if name == "down":
            made.append(message(down(n, count=n, at=at), epoch=LATER_EPOCH))
        elif kind == "status":
            made.append(message(status(n, what, at=at)))
        elif kind == "reading":
            made.append(message(reading(n, at=at)))
        elif what in ("pass", "reject"):
            made.append(message(inspection(n, at=at, verdict=what, reasons=("dent",) if what == "reject" else ())))
        else:
            made.append(message(inspection(n, at=at, outcome="explained", reasons=(what,))))
    return made


def test_any_order_and_repetition_gives_the_same_minutes_bit_for_bit(pg_cluster: Cluster) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    asyncio.run(pg_cluster.run(f"create database {name} template {TEMPLATE}"))

    # Not shrunk: an example takes a second.
    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
    @given(STATUSES, PRODUCTS, READINGS, st.randoms(use_true_random=False), st.integers(0, 12))
    def the_same(statuses: list[Any], products: list[Any], readings: list[Any], order: random.Random, minutes_later: int) -> None:
        messages = deliveries(statuses + products + readings)
        shuffled = messages * 2
        order.shuffle(shuffled)
        if order.random() < 0.5:  # a series that lags behind the others
            shuffled.sort(key=lambda one: one.subject.endswith(".status"))
        asyncio.run(_compare(pg_cluster.dsn(name), messages, shuffled, T0 + minutes_later * MIN, order))

    try:
        the_same()
    finally:
        asyncio.run(pg_cluster.run(f"drop database {name} with (force)"))


async def _compare(dsn: str, messages: list[MemoryDelivery], shuffled: list[MemoryDelivery], now_us: int, order: random.Random) -> None:
    async with intake_on(dsn) as hub:
        assert await _counted(hub, messages, now_us, None) == await _counted(hub, shuffled, now_us, order)


async def _counted(
    hub: Intake, messages: list[MemoryDelivery], now_us: int, order: random.Random | None
) -> dict[str, list[tuple[Any, ...]]]:
    """The tables of an empty hub after these messages; with `order`, recounted now and then in between."""
    await count_anew(hub, messages, now_us, order)
    products = await hub.rows("select station, epoch::text, seq, effective_at, outcome from v_inspection order by 2, 3")
    return {**await tables(hub), "products": products}
