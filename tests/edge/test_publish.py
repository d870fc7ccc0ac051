"""The publisher against a broker in memory: when it sends, when it sends again, and when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from counting_hub import counting_hub

from lineside.edge import publish, record
from lineside.edge.outbox import Outbox
from lineside.edge.publish import Publisher
from lineside.stream.memory import MemoryBroker
from lineside.types.identity import StationKey
from lineside.types.machine import Committed, Hello, Sample
from servers import eventually

KEY = StationKey("beijing", "line-1", "station-1")


class Bench:
    """A publisher with its outbox and broker; `sent` counts what reached the broker, repeats too."""

    def __init__(self, outbox: Outbox, broker: MemoryBroker) -> None:
        self.outbox, self.broker, self.ready = outbox, broker, True
        self.stream = broker.station(KEY)
        self.sent: list[str] = []
        self.answers = asyncio.Event()
        """Cleared: the broker has stored the message but its answer is still on the way."""
        self.answers.set()
        original = self.stream.send

        async def send(message):  # type: ignore[no-untyped-def]
            await original(message)
            self.sent.append(message.envelope.message_id.partition(".")[2])
            await self.answers.wait()

        self.stream.send = send  # type: ignore[method-assign]
        self.publisher = Publisher(outbox, self.stream, self.hello, lambda: self.ready)

    async def hello(self) -> Hello:
        positions = await self.outbox.positions()
        return Hello(epoch=self.outbox.epoch, boot_id="b", at=1, mono_ns=1, version="0", series=positions, ready=self.ready)

    async def write(self, count: int, size: int = 1) -> None:
        for _ in range(count):
            await self.outbox.append("reading", record.reading([Sample(f"step.tag{n}", 1, 0.5) for n in range(size)]))


@asynccontextmanager
async def bench(folder: Path, broker: MemoryBroker | None = None, written: int = 0) -> AsyncIterator[Bench]:
    outbox = await Outbox.open(folder / "outbox.db", 1 << 30)
    bench_ = Bench(outbox, broker or MemoryBroker())
    await bench_.write(written)
    task = asyncio.create_task(bench_.publisher.run())
    try:
        yield bench_
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await outbox.close()


async def confirmed(bench_: Bench) -> bool:
    return await bench_.outbox.count_unconfirmed() == 0


async def settled() -> None:
    """Everything that is due now has run: nothing here waits longer than a turn of the loop and of the outbox's thread."""
    for _ in range(50):
        await asyncio.sleep(0.002)


async def test_a_record_is_sent_at_once_and_settled_when_the_hub_says_so(tmp_path: Path) -> None:
    async with bench(tmp_path) as b, counting_hub(b.broker.hub()) as hub:
        await b.write(1)
        await eventually(lambda: confirmed(b))
        assert b.sent == ["reading.1-1"]
        assert hub.seqs("reading") == [1]
        assert b.publisher.in_flight == 0


async def test_a_backlog_goes_fifty_a_message_and_keeps_its_order(tmp_path: Path) -> None:
    async with bench(tmp_path, written=120) as b, counting_hub(b.broker.hub()) as hub:
        await eventually(lambda: confirmed(b))
        assert b.sent == ["reading.1-50", "reading.51-100", "reading.101-120"]
        assert hub.seqs("reading") == list(range(1, 121))


async def test_large_records_are_cut_below_the_message_limit(tmp_path: Path) -> None:
    async with bench(tmp_path) as b, counting_hub(b.broker.hub()) as hub:
        b.broker.up = False
        await b.write(40, size=400)
        b.broker.restart()
        await eventually(lambda: confirmed(b))
        assert hub.seqs("reading") == list(range(1, 41))  # the hub here refuses bodies over 256 KiB
        assert len(b.sent) > 1


async def test_without_answers_no_more_than_the_limit_is_in_flight_and_nothing_is_sent_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "MAX_IN_FLIGHT", 70)
    async with bench(tmp_path, written=200) as b:
        await eventually(lambda: b.publisher.in_flight == 70)
        await settled()
        assert b.sent == ["reading.1-50", "reading.51-70"]
        said = Committed(b.outbox.epoch, "reading", ((1, 60),), 60)
        await b.broker.hub().tell(KEY, "committed", msgspec.json.encode(said))
        await eventually(lambda: len(b.sent) >= 4 and b.publisher.in_flight == 70)
        assert b.sent[2:] == ["reading.71-120", "reading.121-130"]


async def test_what_the_hub_asks_for_is_sent_again_also_when_it_was_confirmed(tmp_path: Path) -> None:
    async with bench(tmp_path, written=10) as b, counting_hub(b.broker.hub()) as hub:
        await eventually(lambda: confirmed(b))
        await hub.resend(KEY, b.outbox.epoch, "reading", (3, 4), (8, 200))
        await eventually(lambda: len(b.sent) == 3)
        assert b.sent[1:] == ["reading.3-4", "reading.8-10"]
        await hub.resend(KEY, "another-epoch", "reading", (1, 5))
        await settled()
        assert len(b.sent) == 3


async def test_a_reconnect_sends_what_is_not_confirmed_and_only_that(tmp_path: Path) -> None:
    async with bench(tmp_path, written=6) as b:
        await eventually(lambda: b.sent == ["reading.1-6"])
        await b.outbox.settle(b.outbox.epoch, "reading", [(1, 4)])
        b.broker.restart()
        await eventually(lambda: len(b.sent) == 2)
        await settled()
        assert b.sent == ["reading.1-6", "reading.5-6"]


async def test_a_reconnect_before_the_answer_still_sends_all_that_is_not_confirmed(tmp_path: Path) -> None:
    async with bench(tmp_path, written=60) as b:
        await eventually(lambda: b.publisher.in_flight == 60)
        b.answers.clear()
        await b.write(1)
        await eventually(lambda: b.sent[-1] == "reading.61-61")
        b.broker.restart()
        await settled()
        b.answers.set()
        await eventually(lambda: b.publisher.in_flight == 61)
        assert b.sent[3:] == ["reading.1-50", "reading.51-61"]


async def test_the_hub_may_confirm_before_the_broker_answers(tmp_path: Path) -> None:
    async with bench(tmp_path) as b, counting_hub(b.broker.hub()):
        b.answers.clear()
        await b.write(1)
        await eventually(lambda: confirmed(b))
        b.answers.set()
        await b.write(1)
        await eventually(lambda: confirmed(b))
        await eventually(lambda: b.publisher.in_flight == 0)


async def test_an_outage_is_waited_out_and_the_rest_follows(tmp_path: Path) -> None:
    async with bench(tmp_path) as b, counting_hub(b.broker.hub()) as hub:
        b.broker.up = False
        await b.write(5)
        await settled()
        assert b.sent == []
        b.broker.restart()
        await eventually(lambda: confirmed(b))
        assert hub.seqs("reading") == [1, 2, 3, 4, 5]


async def test_a_full_stream_keeps_the_rest_in_the_outbox_until_the_hub_takes(tmp_path: Path) -> None:
    async with bench(tmp_path, MemoryBroker(max_bytes=9_000), written=200) as b:
        await eventually(lambda: len(b.sent) >= 1)
        await settled()
        assert b.broker.stored_bytes <= 9_000
        assert b.publisher.in_flight < 200
        async with counting_hub(b.broker.hub()) as hub:
            await eventually(lambda: confirmed(b))
            assert hub.seqs("reading") == list(range(1, 201))


async def test_a_new_epoch_is_opened_before_anything_is_taken_for_confirmed(tmp_path: Path) -> None:
    async with bench(tmp_path, written=5) as b, counting_hub(b.broker.hub()) as hub:
        await eventually(lambda: confirmed(b))
        old = b.outbox.epoch
        hub.commits = False
        await b.write(2)
        await eventually(lambda: len(hub.seqs("reading", old)) == 7)
        # Another disk with this epoch went on to 9: the hub's answer covers our 6 and 7, which it never saw with this content.
        said = Committed(old, "reading", ((1, 9),), 9)
        await b.broker.hub().tell(KEY, "committed", msgspec.json.encode(said))
        await eventually(lambda: hub.seqs("reading", b.outbox.epoch) == [1, 2])
        assert b.outbox.epoch != old
        hub.commits = True
        await b.write(1)
        await eventually(lambda: confirmed(b))
        assert hub.seqs("reading", b.outbox.epoch) == [1, 2, 3]


async def test_hello_comes_on_connecting_and_when_readiness_changes(tmp_path: Path) -> None:
    async with bench(tmp_path, written=3) as b, counting_hub(b.broker.hub()) as hub:
        await eventually(lambda: hub.hello is not None and hub.hello.ready)
        assert hub.hello is not None
        assert (hub.hello.series["reading"].issued_to, hub.hello.series["reading"].oldest_kept) == (3, 1)
        assert (hub.hello.series["inspection"].issued_to, hub.hello.series["inspection"].oldest_kept) == (0, None)
        b.ready = False
        await eventually(lambda: hub.hello is not None and not hub.hello.ready, timeout_s=2)
        hub.hello = None
        b.broker.restart()
        await eventually(lambda: hub.hello is not None, timeout_s=2)


async def test_nonsense_from_the_hub_is_passed_over(tmp_path: Path) -> None:
    async with bench(tmp_path) as b, counting_hub(b.broker.hub()) as hub:
        await b.broker.hub().tell(KEY, "committed", b"{")
        await b.broker.hub().tell(KEY, "resend", b'{"epoch": 1}')
        await b.write(1)
        await eventually(lambda: confirmed(b))
        assert hub.seqs("reading") == [1]
