"""Both ends of the stream in one process, for tests of logic. Held to the same tests as `nats`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from lineside.stream.envelope import Message
from lineside.stream.port import Control, Delivery, StreamDownError, StreamFullError
from lineside.stream.subjects import parse, subject
from lineside.types.identity import StationKey

OVERHEAD_BYTES = 64


class MemoryBroker:
    """A work queue bounded by `max_bytes` that refuses what is too much. `up` False: nobody reaches it."""

    def __init__(self, max_bytes: int = 1 << 30) -> None:
        self.up = True
        self._max_bytes = max_bytes
        self._last = 0
        self._waiting: dict[int, MemoryDelivery] = {}
        self._fetched: dict[int, MemoryDelivery] = {}
        self._known: set[str] = set()
        self._changed = asyncio.Event()
        self._stations: dict[StationKey, MemoryStationStream] = {}
        self.hellos: asyncio.Queue[tuple[StationKey, Control]] = asyncio.Queue()

    def station(self, key: StationKey) -> MemoryStationStream:
        self._stations[key] = MemoryStationStream(self, key)
        return self._stations[key]

    def hub(self) -> MemoryHubStream:
        return MemoryHubStream(self)

    def restart(self, *, redeliver: bool = True) -> None:
        """As after an outage: everyone is connected anew, and what was not acknowledged comes again."""
        self.up = True
        for station in self._stations.values():
            station.inbox.put_nowait(Control("connected", b""))
        if redeliver:
            for seq in list(self._fetched):
                self.put_back(seq)

    @property
    def stored_messages(self) -> int:
        return len(self._waiting) + len(self._fetched)

    @property
    def stored_bytes(self) -> int:
        return sum(len(d.body) + OVERHEAD_BYTES for d in (*self._waiting.values(), *self._fetched.values()))

    def store(self, subject_: str, message: Message) -> None:
        self.require_up()
        if message.envelope.message_id in self._known:
            return
        if self.stored_bytes + len(message.body) + OVERHEAD_BYTES > self._max_bytes:
            raise StreamFullError("maximum bytes exceeded")
        self._known.add(message.envelope.message_id)
        self._last += 1
        self._waiting[self._last] = MemoryDelivery(self, subject_, message.envelope.headers(), message.body, self._last)
        self._changed.set()

    async def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        self.require_up()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not self._waiting:
                    self._changed.clear()
                    await self._changed.wait()
        taken = {seq: self._waiting.pop(seq) for seq in sorted(self._waiting)[:limit]}
        self._fetched |= taken
        return list(taken.values())

    def settle(self, seq: int) -> None:
        self._fetched.pop(seq, None)

    def put_back(self, seq: int) -> None:
        if seq in self._fetched:
            self._waiting[seq] = self._fetched.pop(seq)
            self._changed.set()

    def tell(self, station: StationKey, control: Control) -> None:
        self.require_up()
        if station in self._stations:
            self._stations[station].inbox.put_nowait(control)

    def require_up(self) -> None:
        if not self.up:
            raise StreamDownError("the broker is down")


class MemoryDelivery:
    def __init__(self, broker: MemoryBroker, subject: str, headers: dict[str, str], body: bytes, stored_seq: int) -> None:
        self._broker = broker
        self.subject, self.headers, self.body, self.stored_seq = subject, headers, body, stored_seq

    async def ack(self) -> None:
        if self._broker.up:
            self._broker.settle(self.stored_seq)

    async def nak(self, delay_s: float) -> None:
        asyncio.get_running_loop().call_later(delay_s, self._broker.put_back, self.stored_seq)


class MemoryStationStream:
    def __init__(self, broker: MemoryBroker, key: StationKey) -> None:
        self._broker, self._key = broker, key
        self.inbox: asyncio.Queue[Control] = asyncio.Queue()
        self.inbox.put_nowait(Control("connected", b""))

    async def send(self, message: Message) -> None:
        self._broker.store(subject(self._key, message.envelope.series), message)

    async def say(self, name: str, body: bytes) -> None:
        self._broker.require_up()
        station, spoken = parse(subject(self._key, name))
        self._broker.hellos.put_nowait((station, Control(spoken, body)))

    async def heard(self) -> AsyncIterator[Control]:
        while True:
            yield await self.inbox.get()


class MemoryHubStream:
    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    async def fetch(self, limit: int, timeout_s: float) -> list[Delivery]:
        return await self._broker.take(limit, timeout_s)

    async def tell(self, station: StationKey, name: str, body: bytes) -> None:
        self._broker.tell(station, Control(name, body))

    async def hellos(self) -> AsyncIterator[tuple[StationKey, Control]]:
        while True:
            yield await self._broker.hellos.get()

    async def waiting(self) -> tuple[int, int]:
        self._broker.require_up()
        return self._broker.stored_messages, self._broker.stored_bytes
