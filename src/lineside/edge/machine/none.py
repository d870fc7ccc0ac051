"""A line without machine signals: it runs while products come."""

from __future__ import annotations

import asyncio

from lineside.edge.clock import now_us
from lineside.edge.config import NoMachine
from lineside.types.field import Machine as MachineSignal


class SilentMachine:
    up = True
    belt_speed_mps = None

    def __init__(self, config: NoMachine) -> None:
        self.idle_after_s = config.idle_after_s
        self.latest = MachineSignal(now_us(), "IDLE", 0.0, (), "no_products")
        self._passed = asyncio.Event()

    async def run(self) -> None:
        """There is no connection to keep."""

    async def next(self) -> MachineSignal:
        try:
            async with asyncio.timeout(self.idle_after_s):
                await self._passed.wait()
        except TimeoutError:
            self.latest = MachineSignal(now_us(), "IDLE", 0.0, (), "no_products")
        self._passed.clear()
        return self.latest

    def product_passed(self) -> None:
        self.latest = MachineSignal(now_us(), "RUNNING", 0.0, ())
        self._passed.set()
