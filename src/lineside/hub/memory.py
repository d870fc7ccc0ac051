"""Fills the hub's memory from the store at start, and keeps it true: figures after each recompute, day counts every minute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

import asyncpg

from lineside.hub.board import POINT_EVERY_US, POINTS, STRIP, Board, LineId, midnight
from lineside.hub.figures import Figures
from lineside.hub.outage import Outage
from lineside.hub.store.inspections import count_inspections, newest_inspections
from lineside.hub.store.pool import AWAY
from lineside.hub.store.readings import recent_samples
from lineside.hub.store.statuses import last_seen, newest_statuses
from lineside.types.identity import instant, micros

RECENT_US = 600_000_000
SAMPLES = POINTS * POINT_EVERY_US // 1_000_000
"""Of one tag that speaks every second, for all its points."""
COUNTS_EVERY_S, FIGURES_EVERY_S = 60.0, 1.0


async def warm(board: Board, pool: asyncpg.Pool) -> None:
    """What the hub knew before it was stopped."""
    known = dict(board.lines())
    for (site, line), at_us in (await last_seen(pool)).items():
        if (site, line) in known:
            known[site, line].seen(at_us)
    for status in await newest_statuses(pool):
        if (status.site, status.line) in known:
            known[status.site, status.line].set_state(status.state, status.reason, status.effective_us, status.since_us)
    for product, belt_speed_mps in await newest_inspections(pool, STRIP):
        if (product.site, product.line) in known:
            known[product.site, product.line].add_product(product)
            known[product.site, product.line].belt_speed_mps = belt_speed_mps
    for site, line, tag, sample in await recent_samples(pool, RECENT_US, SAMPLES):
        if (site, line) in known:
            known[site, line].tag(tag).add(sample)
    await count_day(board, pool)


async def count_day(board: Board, pool: asyncpg.Pool) -> None:
    """The day's products of every line as the store has them: a record that replaced another is counted once."""
    for (site, line), memory in board.lines():
        start = midnight(memory.site, instant(time.time_ns() // 1000))
        memory.counts = await count_inspections(pool, site, line, micros(start))
        memory.counted_since = start


class FigureKeeper:
    """Refreshes the figures of the lines that a recompute touched, at most once a second. `touch` never waits."""

    def __init__(self, figures: Figures, changed: Callable[[LineId], None]) -> None:
        self._figures = figures
        self._changed = changed
        self._touched: set[LineId] = set()
        self._wake = asyncio.Event()

    def touch(self, lines: Iterable[LineId]) -> None:
        self._touched.update(lines)
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; while the database is away the last figures stand."""
        outage = Outage("The database")
        while True:
            await self._wake.wait()
            self._wake.clear()
            lines, self._touched = self._touched, set()
            try:
                await self._figures.refresh(lines)
                outage.end()
            except AWAY as error:
                outage.begin(error, "Figures stand still.")
                self.touch(lines)
            for line in lines:
                self._changed(line)
            await asyncio.sleep(FIGURES_EVERY_S)


async def keep_counts(board: Board, pool: asyncpg.Pool, changed: Callable[[], None]) -> None:
    """Until cancelled."""
    outage = Outage("The database")
    while True:
        await asyncio.sleep(COUNTS_EVERY_S)
        try:
            await count_day(board, pool)
            outage.end()
            changed()
        except AWAY as error:
            outage.begin(error, "The day's counts stand still.")
