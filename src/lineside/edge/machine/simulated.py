"""The machine signals of a simulated line."""

from __future__ import annotations

import asyncio

from lineside.edge.clock import now_us
from lineside.edge.config import SimulatedMachine
from lineside.edge.fieldlink import FieldLink
from lineside.edge.machine import LOST
from lineside.types.field import Machine as MachineSignal
from lineside.types.field import Message, Open

# Signals come once a second: more than these are a consumer that stands still, and then the newest tell enough.
WAITING = 64


class FieldMachine:
    def __init__(self, config: SimulatedMachine, site: str, line: str) -> None:
        self.latest = _unknown()
        self._queue: asyncio.Queue[MachineSignal] = asyncio.Queue(WAITING)
        self._heard_any = False
        self._link = FieldLink(config.address, Open(site, line, "machine"), self._heard, self._lost)

    @property
    def up(self) -> bool:
        return self._link.up and self._heard_any

    @property
    def belt_speed_mps(self) -> float | None:
        return self.latest.belt_speed_mps if self.up else None

    async def run(self) -> None:
        await self._link.run()

    async def next(self) -> MachineSignal:
        return await self._queue.get()

    def product_passed(self) -> None:
        """The machine itself says whether it runs."""

    def _heard(self, message: Message, _payload: bytes) -> None:
        if isinstance(message, MachineSignal):
            self._heard_any = True
            self._take(message)

    def _lost(self) -> None:
        self._heard_any = False
        self._take(_unknown())

    def _take(self, signal: MachineSignal) -> None:
        self.latest = signal
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(signal)


def _unknown() -> MachineSignal:
    return MachineSignal(now_us(), "UNKNOWN", 0.0, (), LOST)
