"""Keeps the alarms equal to what rules and records say: ticks of event time, one line at a time, in one transaction each.

What it decides is a function of the data and the ticks: a hub that was down decides the ticks that it missed when it is back, and those
that are long past write history without telling anybody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import asyncpg

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.memory import AlarmMemory
from lineside.hub.alarms.round import Played, Round, play
from lineside.hub.alarms.targets import targets
from lineside.hub.alarms.ticks import AHEAD_US, Heard, hear, watermark_us
from lineside.hub.alarms.write import caused
from lineside.hub.applied import AppliedPlant
from lineside.hub.outage import DatabaseOutage
from lineside.hub.store.alarm_facts import newest_events
from lineside.hub.store.alarms import AlarmRow, add_event, set_cause
from lineside.hub.store.plant import LineRow
from lineside.types.cause import FailedStep

PAUSE_S = 1.0
REFRESH_US = 60_000_000
"""What cleared a day ago leaves the board though nothing happens."""
MEANWHILE = "Alarms are decided when it is back."

FailedStepOf = Callable[[str, str], FailedStep | None]
"""(site, line) → its failed step now."""


def no_failed_step(site: str, line: str) -> FailedStep | None:  # noqa: ARG001  (the part that knows takes its place)
    return None


class Engine:
    def __init__(
        self,
        pool: asyncpg.Pool,
        plant: AppliedPlant,
        memory: AlarmMemory,
        addresses: Sequence[Address] = (),
        failed_step: FailedStepOf = no_failed_step,
    ) -> None:
        self._pool, self._plant, self._memory, self._addresses = pool, plant, memory, addresses
        self.failed_step = failed_step
        self._database = DatabaseOutage()
        self._heard: dict[int, Heard] = {}
        self._due: dict[int, int | None] = {}
        self._version = -1
        self._refreshed_us = 0

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self.once(time.time_ns() // 1000)
            await asyncio.sleep(PAUSE_S)

    async def once(self, now_us: int) -> None:
        """Decide every tick that is due by now."""
        newest = await self._database.through(lambda: newest_events(self._pool, now_us + AHEAD_US), MEANWHILE)
        self._heard = hear(self._heard, {key: at for key, (_, at) in newest.items()}, now_us)
        self._follow_plant()
        changed = now_us - self._refreshed_us >= REFRESH_US
        for line in list(self._plant.book.lines.values()):
            if line.line_key in self._heard:
                changed = await self._catch_up(line, newest[line.line_key][0], now_us) or changed
        if changed:
            await self._database.through(lambda: self._memory.refresh(self._pool), MEANWHILE)
            self._refreshed_us = now_us
        if await self._follow_causes():
            await self._database.through(lambda: self._memory.refresh(self._pool), MEANWHILE)

    def _follow_plant(self) -> None:
        if self._plant.book.version != self._version:
            self._version = self._plant.book.version
            self._due.clear()

    async def _catch_up(self, line: LineRow, first_us: int, now_us: int) -> bool:
        """True: an alarm is another one than before."""
        changed, reached_us = False, watermark_us(self._heard[line.line_key], 0, now_us)
        while (due_us := self._due.get(line.line_key, reached_us)) is not None and due_us <= reached_us:
            played = await self._database.through(partial(self._play, line, first_us, now_us), MEANWHILE)
            self._due[line.line_key] = played.next_us
            changed = changed or played.changed
        return changed

    async def _play(self, line: LineRow, first_us: int, now_us: int) -> Played:
        site, process = line.site, line.process
        book = self._plant.book
        round_ = Round(
            plant=book.plant,
            plant_version=book.version,
            line=line,
            targets=targets(site, line.line, process, book.plant.rules_of(line.line)),
            heard=self._heard[line.line_key],
            first_us=first_us,
            now_us=now_us,
            addresses=self._addresses,
            cause=self.failed_step(site.id, line.line.id),
        )
        async with self._pool.acquire() as connection, connection.transaction():
            return await play(connection, round_)

    async def _follow_causes(self) -> bool:
        """An open alarm about a line says which step failed, also when that is known later or turns out to be another one."""
        followed = False
        for line in self._plant.book.lines.values():
            for alarm in self._memory.open_on((line.site.id, line.line.id)):
                cause = self.failed_step(line.site.id, line.line.id) if alarm.tag is None else None
                if cause is not None and (alarm.cause is None or alarm.cause.step != cause.step):
                    await self._database.through(partial(self._write_cause, alarm, cause), MEANWHILE)
                    followed = True
        return followed

    async def _write_cause(self, alarm: AlarmRow, cause: FailedStep) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await set_cause(connection, alarm.alarm_key, cause)
            await add_event(connection, alarm.alarm_key, "caused", caused(cause))
