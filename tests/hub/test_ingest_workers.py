"""Many workers that take the same records, and a database that goes away while they do."""

from __future__ import annotations

import asyncio
import random

import msgspec
import pytest
from intake import BANGKOK, BEIJING, EPOCH, Intake, inspection, message, reading, status

from lineside.stream.envelope import Message, read_headers
from lineside.stream.memory import MemoryDelivery
from lineside.types.machine import Committed
from servers import Cluster, eventually


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
