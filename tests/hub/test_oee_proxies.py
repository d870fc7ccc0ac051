"""R14 on a real database: minutes that rest on the belt's speed are a function of the samples alone, in whatever order they came."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from intake import T0, Intake, S, inspection, intake_on, message, reading, status
from recount import count_anew, recompute

from hub_under_test import LUX
from lineside.stream.memory import MemoryDelivery
from lineside.types.machine import Reading, Sample
from lineside.types.plant import Plant
from lineside.types.plant_file import parse_plant
from servers import TEMPLATE, Cluster
from small_plant import DOCUMENT

MIN = 60 * S
SPEED = "inspection.speed"
MINUTES = "select minute, run_us, ideal_us, good_us, proxy_us, unrated_us, pq from v_oee_minute where site = 'lux' order by minute"


def plant() -> Plant:
    """The small plant without an ideal cycle; its belt runs at 0.8 m/s at most."""
    document = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    process = document["process"][0]
    del process["ideal_cycle_s"]
    tag = {"id": "speed", "name": "Belt speed", "unit": "m/s", "design_max": 0.8}
    process["step"][1]["equipment"] = [{"id": "belt", "name": "Belt", "tag": [tag]}]
    process["belt_speed_tag"] = SPEED
    return parse_plant(document, "tests")


@pytest.fixture
async def hub(database: str) -> AsyncIterator[Intake]:
    async with intake_on(database, plant()) as intake:
        yield intake


async def minutes(hub: Intake) -> list[tuple[int, ...]]:
    """Seconds by minute: run, ideal, good, proxy, unrated, and pq."""
    return [(*(us / S for us in row[1:6]), row[6]) for row in await hub.rows(MINUTES)]


def alive(seconds: int) -> MemoryDelivery:
    return message(*(status(n + 1, at=T0 + n * 10 * S) for n in range(seconds // 10 + 1)), station=LUX)


def speed(seq: int, at_s: float, mps: float, *, sent_s: float | None = None, quality: Any = "good") -> Reading:
    """A reading that was sent at `sent_s` with a sample of `at_s`."""
    sent = T0 + round((at_s if sent_s is None else sent_s) * S)
    return Reading(seq=seq, at=sent, boot_id="boot-1", mono_ns=seq, samples=(Sample(SPEED, T0 + round(at_s * S), mps, quality),))


async def test_the_belt_stands_for_performance(hub: Intake) -> None:
    await hub.take(alive(180), message(speed(1, 0, 0.8), speed(2, 30, 0.4), speed(3, 150, 0.0), station=LUX))
    made = [
        inspection(n, at=T0 + n * 10 * S, verdict="reject" if n == 2 else "pass", reasons=("dent",) if n == 2 else ()) for n in (1, 2, 3)
    ]
    await hub.take(message(*made, station=LUX))
    await recompute(hub).settle(T0 + 180 * S)
    assert (await minutes(hub))[:3] == [(60, 45, 30, 45, 0, 3), (60, 30, 30, 30, 0, 0), (60, 15, 15, 15, 0, 0)]


async def test_a_late_sample_changes_every_minute_until_the_next_one(hub: Intake) -> None:
    counting = recompute(hub)
    await hub.take(alive(300), message(speed(1, 0, 0.8), speed(2, 250, 0.8), station=LUX))
    await counting.settle(T0 + 300 * S)
    assert [row[1] for row in await minutes(hub)][:5] == [60] * 5
    # Sent four minutes after it was measured: the reading's own minute is not the sample's.
    await hub.take(message(speed(3, 45, 0.4, sent_s=290), station=LUX))
    await counting.settle(T0 + 300 * S)
    assert [row[1] for row in await minutes(hub)][:5] == [52.5, 30, 30, 30, 55]


async def test_without_speed_there_is_no_ideal_time_and_it_is_said(hub: Intake) -> None:
    await hub.take(alive(120), message(speed(1, 70, 0.8), speed(2, 100, 0.8, quality="bad"), station=LUX))
    await recompute(hub).settle(T0 + 120 * S)
    assert (await minutes(hub))[:2] == [(60, 0, 0, 0, 60, 0), (60, 30, 30, 30, 30, 0)]


async def test_other_lines_rest_on_their_cycle(database: str) -> None:
    async with intake_on(database) as hub:
        await hub.take(message(*(status(n, at=T0 + n * 10 * S) for n in range(1, 7))), message(inspection(1)), message(reading(1)))
        await recompute(hub).settle(T0 + MIN)
        assert await hub.rows("select ideal_us, proxy_us, unrated_us from v_oee_minute where pq > 0") == [(2_700_000, 0, 0)]


# Any order, any repetition ---------------------------------------------------------------------------------------------

STATUSES = st.lists(st.tuples(st.integers(0, 420), st.sampled_from(["RUNNING", "RUNNING", "IDLE", "UNKNOWN"])), min_size=1, max_size=4)
MPS = st.one_of(st.floats(0, 1, allow_subnormal=False), st.sampled_from([0.1, 0.2, 0.3, 0.7]))
SPEEDS = st.lists(
    st.tuples(st.integers(0, 420), MPS, st.integers(0, 200), st.sampled_from(["good", "good", "uncertain", "bad"])), min_size=1, max_size=10
)
PRODUCTS = st.lists(st.tuples(st.integers(0, 420), st.sampled_from(["pass", "reject", "deadline"])), max_size=8)


def deliveries(statuses: list[Any], speeds: list[Any], products: list[Any]) -> list[MemoryDelivery]:
    """One record a message, and a sign of life every 20 s."""
    made = [message(status(n, state, at=T0 + at * S), station=LUX) for n, (at, state) in enumerate(statuses, 1)]
    samples = [speed(n, at, mps, sent_s=at + late, quality=quality) for n, (at, mps, late, quality) in enumerate(speeds, 1)]
    lives = [
        reading(n, at=T0 + (n - len(samples)) * 20 * S, tags=[("press.pressure", 5.0)]) for n in range(len(samples) + 1, len(samples) + 20)
    ]
    made += [message(one, station=LUX) for one in (*samples, *lives)]
    for n, (at, fate) in enumerate(products, 1):
        fields = (
            {"outcome": "explained", "reasons": (fate,)}
            if fate == "deadline"
            else {"verdict": fate, "reasons": ("dent",) * (fate == "reject")}
        )
        made.append(message(inspection(n, at=T0 + at * S, **fields), station=LUX))
    return made


def test_any_order_and_repetition_gives_the_same_minutes_bit_for_bit(pg_cluster: Cluster) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    asyncio.run(pg_cluster.run(f"create database {name} template {TEMPLATE}"))

    # Not shrunk: an example takes a second.
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
    @given(STATUSES, SPEEDS, PRODUCTS, st.randoms(use_true_random=False))
    def the_same(statuses: list[Any], speeds: list[Any], products: list[Any], order: random.Random) -> None:
        messages = deliveries(statuses, speeds, products)
        shuffled = messages * 2
        order.shuffle(shuffled)
        asyncio.run(_compare(pg_cluster.dsn(name), messages, shuffled, order))

    try:
        the_same()
    finally:
        asyncio.run(pg_cluster.run(f"drop database {name} with (force)"))


async def _compare(dsn: str, messages: list[MemoryDelivery], shuffled: list[MemoryDelivery], order: random.Random) -> None:
    async with intake_on(dsn, plant()) as hub:
        assert await _counted(hub, messages, None) == await _counted(hub, shuffled, order)


async def _counted(hub: Intake, messages: list[MemoryDelivery], order: random.Random | None) -> list[tuple[Any, ...]]:
    """The minutes of an empty hub after these messages; with `order`, recounted now and then in between."""
    await count_anew(hub, messages, T0 + 12 * MIN, order)
    return await hub.rows("select * from v_oee_minute order by site, minute")
