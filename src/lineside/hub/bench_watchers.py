"""The viewers of `lineside bench viewers`, in a process of their own: what they cost the hub must not be mixed with what they cost.

`python -m lineside.hub.bench_watchers ADDRESS N TOPIC…` says `ready` when N sockets have had their first frames; each line on its standard
input starts a count, and its end ends the process, which then prints what the last count saw.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect

from lineside.types.identity import micros

EVERYONE_WATCHES = ("alarms",)
"""Beside the page's own topic: what the frame of every page shows."""
AT_ONCE = 20
"""Sockets that are opened side by side."""
MAX_FRAME = 1 << 24


class Seen(Struct, frozen=True):
    """What all viewers together got during a count."""

    viewers: int
    seconds: float
    frames: int
    bytes: int
    arrival_us: list[int]
    """Of each product at each viewer of its line: from the beginning of its commit to its arrival."""


class _Product(Struct, frozen=True):
    trigger_count: int
    received_at: datetime


class _Line(Struct, frozen=True):
    products: list[_Product] = []


class _Frame(Struct, frozen=True):
    topic: str
    data: _Line | None = None


_decoder = msgspec.json.Decoder(_Frame)


class Crowd:
    """All viewers. A third of them looks at each of three kinds of pages, in the order of `topics`."""

    def __init__(self, address: str, viewers: int, topics: Sequence[str]) -> None:
        self._url = f"ws{address.removeprefix('http')}/api/v1/live"
        self._viewers, self._topics = viewers, topics
        self._opening = asyncio.Semaphore(AT_ONCE)
        self._waiting = viewers
        self.ready = asyncio.Event()
        self.start()

    def start(self) -> None:
        self._began = time.monotonic()
        self._frames = self._bytes = 0
        self._arrival_us: list[int] = []

    def seen(self) -> Seen:
        return Seen(self._viewers, time.monotonic() - self._began, self._frames, self._bytes, self._arrival_us)

    async def run(self) -> None:
        """Until cancelled; a socket that breaks ends it."""
        async with asyncio.TaskGroup() as tasks:
            for n in range(self._viewers):
                tasks.create_task(self._watch(self._topics[n % len(self._topics)]))

    async def _watch(self, topic: str) -> None:
        async with self._opening:
            socket = await connect(self._url, compression=None, max_size=MAX_FRAME, proxy=None, open_timeout=60)
        async with socket:
            await socket.send(msgspec.json.encode({"subscribe": [topic, *EVERYONE_WATCHES]}).decode())
            await self._look(socket, topic)

    async def _look(self, socket: ClientConnection, topic: str) -> None:
        """Counts everything; ready once a frame of its own topic came: a ping may come before it."""
        own, is_line = f'{{"topic":"{topic}"'.encode(), topic.startswith("line/")
        newest: int | None = None
        known = False
        while True:
            frame = await socket.recv(decode=False)
            now_us = time.time_ns() // 1000
            self._frames += 1
            self._bytes += len(frame)
            if not frame.startswith(own):
                continue
            if is_line:
                newest = self._note(frame, newest, now_us)
            if not known:
                known = True
                self._arrived()

    def _note(self, frame: bytes, newest: int | None, now_us: int) -> int | None:
        """Counts the products that are newer than the newest one that this viewer knows; all are old in its first frame."""
        products = line.products if (line := _decoder.decode(frame).data) else []
        if newest is not None:
            self._arrival_us += [now_us - micros(product.received_at) for product in products if product.trigger_count > newest]
        return max((product.trigger_count for product in products), default=newest)

    def _arrived(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self.ready.set()


async def crowd(address: str, viewers: int, topics: Sequence[str]) -> Seen:
    watching = Crowd(address, viewers, topics)
    running = asyncio.create_task(watching.run())
    ready = asyncio.create_task(watching.ready.wait())
    await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
    _require(running)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while await asyncio.to_thread(sys.stdin.readline):
        watching.start()
    seen = watching.seen()
    _require(running)
    running.cancel()
    await asyncio.wait([running])
    return seen


def _require(running: asyncio.Task[None]) -> None:
    """A count with a broken socket would be a count of fewer viewers."""
    if running.done():
        running.result()


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(asyncio.run(crowd(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))).decode() + "\n")
