"""What says that a product is here. A trigger source owns a cumulative count: what it did not tell can be told from the next count."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from lineside.edge.clock import now_us
from lineside.edge.config import IntervalTrigger, SimulatedTrigger, StationConfig
from lineside.edge.fieldlink import FieldLink
from lineside.edge.outage import Outage, log
from lineside.edge.tally import Seen
from lineside.types.field import Message, Open, Trigger

# Beyond this the link stops reading, and the source's count explains what was not heard.
WAITING = 256


class TriggerSource(Protocol):
    @property
    def up(self) -> bool:
        """Connected and heard: a product that passes now is told."""
        ...

    async def run(self) -> None:
        """Keep the connection until cancelled."""

    def seen(self) -> AsyncIterator[Seen]:
        """On every (re)connect where the count stands, then every product."""


class FieldTrigger:
    """The photo-eye of a simulated line."""

    def __init__(self, config: SimulatedTrigger, site: str, line: str) -> None:
        self._queue: asyncio.Queue[Seen] = asyncio.Queue(WAITING)
        self._greeted = False
        self._link = FieldLink(config.address, Open(site, line, "trigger"), self._heard, self._lost)

    @property
    def up(self) -> bool:
        return self._link.up and self._greeted

    async def run(self) -> None:
        await self._link.run()

    async def seen(self) -> AsyncIterator[Seen]:
        while True:
            yield await self._queue.get()

    def _heard(self, message: Message, _payload: bytes) -> None:
        if not isinstance(message, Trigger) or (self._greeted and not message.fresh):
            # Only the first word of a connection may say where the count stands: later it could be older than a product heard since.
            return
        self._greeted = True
        try:
            self._queue.put_nowait(Seen(message.count, message.at, message.fresh, asyncio.get_running_loop().time()))
        except asyncio.QueueFull:
            log.error("trigger_dropped count=%d", message.count)  # the next count tells that it is missing

    def _lost(self) -> None:
        self._greeted = False


class Interval:
    """A timer that counts: one product every period. The count is on disk before its trigger is given."""

    def __init__(self, config: IntervalTrigger, count_file: Path) -> None:
        self.period_s = config.period_s
        self._file = count_file
        self._outage = Outage("trigger")

    @property
    def up(self) -> bool:
        return True

    async def run(self) -> None:
        """A timer has no connection to keep."""

    async def seen(self) -> AsyncIterator[Seen]:
        loop = asyncio.get_running_loop()
        count, at = await asyncio.to_thread(read_count, self._file)
        yield Seen(count, at, fresh=False, arrived=loop.time())
        due = loop.time()
        while True:
            # After a stall the timer goes on from now: a burst of late triggers would see the same scene.
            due = max(due + self.period_s, loop.time())
            await asyncio.sleep(due - loop.time())
            at = now_us()
            if await asyncio.to_thread(self._write, count + 1, at):
                count += 1
                yield Seen(count, at, fresh=True, arrived=due)

    def _write(self, count: int, at: int) -> bool:
        try:
            write_count(self._file, count, at)
        except OSError as error:  # no count, no product: the timer pauses while the disk is full
            self._outage.met(error)
            return False
        self._outage.over()
        return True


def open_trigger(config: StationConfig) -> TriggerSource:
    if isinstance(config.trigger, IntervalTrigger):
        return Interval(config.trigger, Path(config.data) / "trigger.count")
    return FieldTrigger(config.trigger, config.site, config.line)


def read_count(path: Path) -> tuple[int, int]:
    """(count, UTC µs of the last one); (0, 0) before the first."""
    try:
        count, at = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return 0, 0
    return int(count), int(at)


def write_count(path: Path, count: int, at: int) -> None:
    """Whole or not at all, and on disk when this returns."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="ascii") as file:
        file.write(f"{count} {at}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
