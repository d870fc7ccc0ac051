"""Follows the commits: each rejected product gets its attribution once the readings of its way are here, and the line remembers it.

    a reject was committed   → its line is due from its time on
    a reading came late      → the products inspected after it are looked at again
    a person entered or ended something → so are the products of its time
    once a minute            → every line is due: another process may have committed

What is due is asked of the store (rejected, no row in `attribution`), so a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import asyncpg

from lineside.hub.applied import AppliedPlant
from lineside.hub.board import LineId
from lineside.hub.insight.lookback import read_belt, read_causes
from lineside.hub.insight.memory import CauseMemory
from lineside.hub.outage import DatabaseOutage
from lineside.hub.store.attribution import Attributed, Rejected, forget_attributions, save_attribution, unattributed
from lineside.hub.store.batch import Landed
from lineside.hub.store.events import open_events
from lineside.hub.store.plant import LineRow
from lineside.types.cause import StepEvent
from lineside.types.identity import micros
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading

PAUSE_S = 1.0
"""Between two rounds. A round without anything due asks the database nothing."""
PATIENCE_US = 10_000_000
"""After its arrival a product waits no longer than this for the readings of its time; readings later than this are late."""
LOOK_BACK_US = 12 * 3_600_000_000
"""Products older than this are left as they are: their page is computed from the records whenever somebody opens it."""
SWEEP_US, SWEEP_BACK_US = 60_000_000, 900_000_000
REACH_US = 600_000_000
"""A late reading can tell something of products inspected so long after it."""
PER_LINE = 50
"""Most products of a line in one round."""
MEANWHILE = "Failed steps are looked for when it is back."


class Follow:
    """`landed` and `entered` never wait; `run` does the work. `changed` is called with each line that a viewer would see differently."""

    def __init__(self, pool: asyncpg.Pool, plant: AppliedPlant, memory: CauseMemory, changed: Callable[[LineId], None]) -> None:
        self._pool, self._plant, self._memory, self._changed = pool, plant, memory, changed
        self._database = DatabaseOutage()
        self._due: dict[int, int] = {}
        """line_key → from when on (UTC µs)."""
        self._again: dict[int, tuple[int, int]] = {}
        """line_key → span of products to look at again."""
        self._swept_us: int | None = None
        self._entered = 0

    def landed(self, landed: Sequence[Landed]) -> None:
        """Records that are rows now."""
        for item in landed:
            content, line_key = item.record.content, item.record.station.line_key
            if isinstance(content, Inspection) and content.verdict == "reject":
                self._note(line_key, item.effective_us)
            elif isinstance(content, Reading) and micros(item.received_at) - item.effective_us > PATIENCE_US:
                self._note_again(line_key, item.effective_us, item.effective_us + REACH_US)

    def entered(self, event: StepEvent) -> None:
        """A person entered this event, or ended it: the store knows."""
        self._entered += 1
        self._memory.enter(event)
        self._changed((event.site, event.line))
        line_key = self._plant.book.line_key(event.site, event.line)
        if line_key is not None:
            # Once more, though the store has forgotten them: the round under way may have read the events before.
            self._note_again(line_key, micros(event.start), time.time_ns() // 1000)

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self.once(time.time_ns() // 1000)
            await asyncio.sleep(PAUSE_S)

    async def once(self, now_us: int) -> None:
        """Attribute what is due and ready."""
        await self._sweep(now_us)
        await self._forget(now_us)
        due, self._due = self._due, {}
        if not due:
            return
        found = await self._database.through(lambda: unattributed(self._pool, due, PER_LINE), MEANWHILE)
        for product in found:
            if is_ready(product, now_us):
                await self._attribute(product)
            else:
                self._note(product.line_key, product.effective_us)
        for line_key, since_us in due.items():
            if sum(product.line_key == line_key for product in found) == PER_LINE:
                self._note(line_key, since_us)

    async def _sweep(self, now_us: int) -> None:
        if self._swept_us is not None and now_us - self._swept_us < SWEEP_US:
            return
        back_us = LOOK_BACK_US if self._swept_us is None else SWEEP_BACK_US
        self._swept_us = now_us
        for line_key in self._plant.book.lines:
            self._note(line_key, now_us - back_us)
        before = self._entered
        events = await self._database.through(lambda: open_events(self._pool), MEANWHILE)
        if self._entered == before:  # else the memory may know more than what was read
            for line in self._memory.set_open(events):
                self._changed(line)

    async def _forget(self, now_us: int) -> None:
        again, self._again = self._again, {}
        for line_key, (start_us, end_us) in again.items():
            line = self._plant.book.lines.get(line_key)
            if line is not None:
                span = max(start_us, now_us - LOOK_BACK_US), end_us
                await self._database.through(partial(forget_attributions, self._pool, line.site.id, line.line.id, *span), MEANWHILE)
                self._note(line_key, span[0])

    async def _attribute(self, product: Rejected) -> None:
        line = self._plant.book.lines.get(product.line_key)
        if line is not None:
            self._memory.add(await self._database.through(partial(self._look, line, product), MEANWHILE))
            self._changed((line.site.id, line.line.id))

    async def _look(self, line: LineRow, product: Rejected) -> Attributed:
        place = self._pool, line.site.id, line.line.id, line.process, product.effective_us
        causes = await read_causes(*place, await read_belt(*place, product.belt_speed_mps))
        return await save_attribution(self._pool, product, causes)

    def _note(self, line_key: int, since_us: int) -> None:
        self._due[line_key] = min(since_us, self._due.get(line_key, since_us))

    def _note_again(self, line_key: int, start_us: int, end_us: int) -> None:
        known = self._again.get(line_key, (start_us, end_us))
        self._again[line_key] = min(start_us, known[0]), max(end_us, known[1])


def is_ready(product: Rejected, now_us: int) -> bool:
    """Whether the line's readings have come as far as the product, or were waited for long enough."""
    heard = product.heard_us is not None and product.heard_us >= product.effective_us
    return heard or now_us - product.received_us >= PATIENCE_US
