"""One simulated line in real time: the process moves, products break the light beam, the machine tells its values once a second."""

from __future__ import annotations

import asyncio
import time
from typing import Generic, TypeVar

from msgspec import Struct

from lineside.sim.beam import TICK_S, crossings
from lineside.sim.process import Defects, LineProcess, causes_of, draw_defects
from lineside.sim.studio import Belt, Prepared, Studio
from lineside.sim.timetable import Timetable
from lineside.sim.truth import PhotoEye
from lineside.types.field import Machine, Trigger
from lineside.types.machine import Sample
from lineside.types.plant import Process

_MESSAGE_TICKS = 4
_LATE_S = 1.0  # a suspended process does not make up for lost time: the belt stood
_AHEAD_S = 1.5  # of its trigger a product is rendered
_TRIGGERS_WAITING = 64
_MACHINE_WAITING = 8

M = TypeVar("M")


class Place(Struct, frozen=True):
    """Which line this is: `number` of `of` lines that share a seed."""

    site: str
    line: str
    number: int
    of: int


class Outlet(Generic[M]):
    """Hands messages to every connected station. A queue that is full drops its oldest: the count in the newest tells of the gap."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._queues: set[asyncio.Queue[M]] = set()

    def open(self) -> asyncio.Queue[M]:
        queue: asyncio.Queue[M] = asyncio.Queue(self._room)
        self._queues.add(queue)
        return queue

    def close(self, queue: asyncio.Queue[M]) -> None:
        self._queues.discard(queue)

    def put(self, message: M) -> None:
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(message)


class SimulatedLine:
    """`triggers` and `machine` are what it pushes, `belt` what its cameras see. Products come while `running`."""

    def __init__(
        self, place: Place, process: Process, timetable: Timetable, eye: PhotoEye, studio: Studio, *, rate_s: float, seed: int
    ) -> None:
        self.place = place
        self.running = False
        self.triggers: Outlet[Trigger] = Outlet(_TRIGGERS_WAITING)
        self.machine: Outlet[Machine] = Outlet(_MACHINE_WAITING)
        self.belt = Belt(studio)
        self._keys = [key for key, _, _ in process.tags()]
        self._process = LineProcess(process, seed, place.number, timetable, TICK_S)
        self._eye, self._studio, self._rate_s, self._seed = eye, studio, rate_s, seed
        self._travel = 1 - (place.number + 1) / place.of  # of the way to the next product: the lines do not fire together
        self._next: tuple[Defects, asyncio.Task[Prepared]] | None = None
        self._ticks = place.number
        self._told = ""
        self._beam = asyncio.Lock()  # held while a product passes

    @property
    def count(self) -> Trigger:
        """Where the photo-eye's count stands."""
        last = self._eye.last
        return Trigger(last.count, last.at, fresh=False)

    async def run(self) -> None:
        """For ever; cancel to stop."""
        start_s = time.monotonic()
        while True:
            await self._tick(start_s)
            start_s += TICK_S
            if time.monotonic() - start_s > _LATE_S:
                start_s = time.monotonic()
            await _sleep_until(start_s)

    async def settled(self) -> None:
        """Returns when no product is in the light beam: after `running` False none follows."""
        async with self._beam:
            return

    def now_telling(self) -> Machine:
        """The machine's state and all its values at this moment."""
        at = time.time_ns() // 1000
        values = self._process.values()
        if not self.running:
            values["inspection.belt_speed"] = 0.0
        samples = tuple(Sample(key, at, values[key]) for key in self._keys if key in values)
        if not self.running:
            return Machine(at, "IDLE", 0.0, samples, "At rest: no products come")
        return Machine(at, self._process.state, values["inspection.belt_speed"], samples, self._process.reason)

    async def _tick(self, start_s: float) -> None:
        if self.running:
            self._process.step(TICK_S)
            speed = self._process.speed
            offsets_s, self._travel = crossings(self._travel, speed, self._rate_s)
            for offset_s in offsets_s:
                await _sleep_until(start_s + offset_s)
                await self._product(self._process.travelled - speed * (TICK_S - offset_s))
            self._look_ahead(speed)
        self._tell()

    def _tell(self) -> None:
        self._ticks += 1
        state = self._process.state if self.running else "waiting"
        if self._ticks % _MESSAGE_TICKS == 0 or state != self._told:
            self._told = state
            self.machine.put(self.now_telling())

    def _look_ahead(self, speed: float) -> None:
        """Render the next bottle shortly before it comes. It has left its last step by then: no stop changes what it suffered."""
        to_go_s = (1 - self._travel) * self._rate_s  # at design speed
        if self._next is None and speed > 0 and to_go_s / speed <= _AHEAD_S:
            self._next = self._prepare(self._process.travelled + to_go_s)

    def _prepare(self, inspected: float) -> tuple[Defects, asyncio.Task[Prepared]]:
        """The next bottle, which is inspected when the belt has `travelled` so far."""
        count = self._eye.last.count + 1
        defects = draw_defects(self._seed, self.place.number, count, self._process.probabilities(inspected))
        bottle = bottle_seed(self._seed, self.place.number, count)
        return defects, asyncio.create_task(self._studio.prepare(bottle, tuple(defects)))

    async def _product(self, inspected: float) -> None:
        """A product in the light beam: written down first, then told."""
        async with self._beam:
            ahead, self._next = self._next, None
            defects, rendering = ahead or self._prepare(inspected)
            prepared = await rendering
            if self.running:
                passed = self._eye.count(time.time_ns() // 1000, prepared.labels, causes_of(defects, prepared.labels))
                self.belt.put(passed.count, prepared)
                self.triggers.put(Trigger(passed.count, passed.at, fresh=True))


def bottle_seed(seed: int, line: int, count: int) -> int:
    """Another bottle for every product of every line; 63 bits."""
    return (seed & 0x7FFF) << 48 | (line & 0xFF) << 40 | (count & 0xFFFFFFFFFF)


async def _sleep_until(at_s: float) -> None:
    await asyncio.sleep(max(at_s - time.monotonic(), 0))
