"""What both streams promise, the real one over a real broker and the one in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest

from lineside.hub.embedded import embedded_nats
from lineside.stream.envelope import Envelope, Message, read_headers
from lineside.stream.memory import MemoryBroker
from lineside.stream.nats import hub_stream, station_stream
from lineside.stream.port import Control, HubStream, StationStream, StreamDownError, StreamFullError
from lineside.types.identity import SeqRange, StationKey
from servers import eventually

ONE = StationKey("beijing", "line-1", "station-1")
OTHER = StationKey("nairobi", "line-1", "station-1")


class Pair(Protocol):
    hub: HubStream

    def station(self, key: StationKey) -> AbstractAsyncContextManager[StationStream]: ...


Opens = Callable[[int], AbstractAsyncContextManager[Pair]]


class Memory:
    def __init__(self, max_bytes: int) -> None:
        self.broker = MemoryBroker(max_bytes)
        self.hub: HubStream = self.broker.hub()

    @asynccontextmanager
    async def station(self, key: StationKey) -> AsyncIterator[StationStream]:
        yield self.broker.station(key)


class Nats:
    def __init__(self, server, hub: HubStream) -> None:
        self.server, self.hub = server, hub

    @asynccontextmanager
    async def station(self, key: StationKey) -> AsyncIterator[StationStream]:
        async with station_stream(self.server.url, self.server.credentials.issue_station_credentials(key), key) as stream:
            yield stream


@pytest.fixture(params=["memory", "nats"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    @asynccontextmanager
    async def memory(max_bytes: int) -> AsyncIterator[Pair]:
        yield Memory(max_bytes)

    @asynccontextmanager
    async def nats(max_bytes: int) -> AsyncIterator[Pair]:
        async with embedded_nats(tmp_path) as server, hub_stream(server.url, server.hub_creds, max_bytes=max_bytes) as hub:
            await eventually(lambda: hub.identity is not None)
            yield Nats(server, hub)

    return {"memory": memory, "nats": nats}[request.param]


def message(first: int, last: int | None = None, series: str = "inspection", size: int = 2) -> Message:
    body = b"[" + b" " * (size - 2) + b"]"
    return Message(Envelope("epoch-1", series, SeqRange(first, last or first)), body)


async def connected(stream: StationStream) -> AsyncIterator[Control]:
    """Its `heard`, once it is connected."""
    heard = stream.heard()
    assert await asyncio.wait_for(anext(heard), 10) == Control("connected", b"")
    return heard


async def test_a_message_arrives_with_its_subject_headers_and_bytes(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        await station.send(message(1, 3, "reading"))
        (delivery,) = await pair.hub.fetch(10, 5)
        assert delivery.subject == "ls.v1.beijing.line-1.station-1.reading"
        assert read_headers(delivery.headers) == Envelope("epoch-1", "reading", SeqRange(1, 3))
        assert delivery.body == b"[]"
        assert delivery.stored_seq == 1


async def test_fetch_returns_what_is_there_up_to_its_limit_in_order(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        for seq in range(1, 8):
            await station.send(message(seq))
        first = await pair.hub.fetch(5, 5)
        rest = await pair.hub.fetch(5, 5)
        assert [d.stored_seq for d in first] == [1, 2, 3, 4, 5]
        assert [d.stored_seq for d in rest] == [6, 7]


async def test_fetch_wakes_for_a_message_that_comes_while_it_waits(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        waiting = asyncio.create_task(pair.hub.fetch(10, 30))
        await station.send(message(1))
        assert len(await asyncio.wait_for(waiting, 5)) == 1


async def test_fetch_answers_nothing_when_nothing_comes_and_goes_on(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        assert await pair.hub.fetch(10, 0.05) == []
        await station.send(message(1))
        assert len(await pair.hub.fetch(10, 5)) == 1


async def test_what_is_acknowledged_does_not_come_again(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        await station.send(message(1))
        (delivery,) = await pair.hub.fetch(10, 5)
        await delivery.ack()
        assert await pair.hub.fetch(10, 0.2) == []


async def test_the_stream_tells_what_waits(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        assert await pair.hub.waiting() == (0, 0)
        await connected(station)
        await station.send(message(1, 2))
        messages, size = await pair.hub.waiting()
        assert (messages, size > 0) == (1, True)
        await (await pair.hub.fetch(10, 5))[0].ack()

        async def is_empty() -> bool:
            return await pair.hub.waiting() == (0, 0)

        await eventually(is_empty)


async def test_what_is_put_back_comes_again(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        await station.send(message(1))
        (delivery,) = await pair.hub.fetch(10, 5)
        await delivery.nak(0.05)
        (again,) = await pair.hub.fetch(10, 5)
        assert (again.stored_seq, again.body) == (delivery.stored_seq, delivery.body)


async def test_the_same_message_sent_again_is_stored_once(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as station:
        await connected(station)
        await station.send(message(1))
        await station.send(message(1))
        assert len(await pair.hub.fetch(10, 5)) == 1
        assert await pair.hub.fetch(10, 0.2) == []


async def test_a_full_stream_refuses_until_the_hub_has_taken_some(opens: Opens) -> None:
    async with opens(20_000) as pair, pair.station(ONE) as station:
        await connected(station)
        sent = await _send_until_full(station)
        assert 5 <= sent <= 10
        for delivery in await pair.hub.fetch(100, 5):
            await delivery.ack()

        async def takes_again() -> bool:
            try:
                await station.send(message(sent + 1, size=2_000))
            except StreamFullError:
                return False
            return True

        await eventually(takes_again)


async def _send_until_full(station: StationStream) -> int:
    for seq in range(1, 100):
        try:
            await station.send(message(seq, size=2_000))
        except StreamFullError:
            return seq - 1
    return 100


async def test_each_station_hears_what_is_told_to_it(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as one, pair.station(OTHER) as other:
        heard, heard_by_other = await connected(one), await connected(other)
        await pair.hub.tell(ONE, "committed", b"{}")
        await pair.hub.tell(OTHER, "resend", b"[]")
        assert await asyncio.wait_for(anext(heard), 5) == Control("committed", b"{}")
        assert await asyncio.wait_for(anext(heard_by_other), 5) == Control("resend", b"[]")


async def test_the_hub_hears_every_station(opens: Opens) -> None:
    async with opens(1 << 20) as pair, pair.station(ONE) as one, pair.station(OTHER) as other:
        await connected(one)
        await connected(other)
        hellos = pair.hub.hellos()
        await one.say("hello", b"1")
        assert await asyncio.wait_for(anext(hellos), 5) == (ONE, Control("hello", b"1"))
        await other.say("reported", b"2")
        assert await asyncio.wait_for(anext(hellos), 5) == (OTHER, Control("reported", b"2"))


async def test_without_a_broker_every_verb_says_so(tmp_path: Path, opens: Opens) -> None:
    async with opens(1 << 20) as pair:
        if isinstance(pair, Memory):
            pair.broker.up = False
            station, hub = pair.broker.station(ONE), pair.hub
        else:
            creds = pair.server.credentials.issue_station_credentials(ONE)
            async with (
                station_stream("nats://127.0.0.1:9", creds, ONE) as station,
                hub_stream("nats://127.0.0.1:9", pair.server.hub_creds) as hub,
            ):
                await _refuses(station, hub)
            return
        await _refuses(station, hub)


async def _refuses(station: StationStream, hub: HubStream) -> None:
    for attempt in (station.send(message(1)), station.say("hello", b""), hub.fetch(1, 0.1), hub.tell(ONE, "cmd", b"")):
        with pytest.raises(StreamDownError):
            await attempt
