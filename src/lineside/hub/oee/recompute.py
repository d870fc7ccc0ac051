"""Keeps the minutes of OEE equal to what the records say: recounts exactly what commits have touched.

One line at a time, under its advisory lock, in one transaction: delete the marks, read, count, write. A record that is committed
meanwhile has its own mark and is counted in the next round, so no update is lost and none has to wait.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterator
from functools import partial

import asyncpg

from lineside.hub.applied import AppliedPlant
from lineside.hub.oee.components import measure
from lineside.hub.oee.spans import Span, planned_spans
from lineside.hub.outage import DatabaseOutage
from lineside.hub.store.marks import GRACE_US, MINUTE_US, add_marks, marked_lines, take_marks, tick
from lineside.hub.store.marks import Taken as Marks
from lineside.hub.store.oee import Progress, next_sample_us, next_status_us, read_facts, read_progress, replace_minutes, save_counted
from lineside.hub.store.plant import LineRow

log = logging.getLogger(__name__)

PAUSE_S = 1.0
DAY_MINUTES = 1440
"""Most that is counted on in one transaction, and read at once."""
MEANWHILE = "OEE is counted when it is back."

Changed = Callable[[Collection[tuple[str, str]]], None]
"""Called with (site, line) of every line that was recounted."""


class Recompute:
    def __init__(self, pool: asyncpg.Pool, plant: AppliedPlant, changed: Changed) -> None:
        self._pool = pool
        self._plant = plant
        self._changed = changed
        self._database = DatabaseOutage()
        self._ticked = 0

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self.once(time.time_ns() // 1000)
            await asyncio.sleep(PAUSE_S)

    async def once(self, now_us: int) -> None:
        """Tick when a minute is over, then recount every marked line."""
        await self._database.through(lambda: self._tick(now_us), MEANWHILE)
        lines = await self._database.through(lambda: marked_lines(self._pool), MEANWHILE)
        recounted = []
        for line_key in lines:
            await self._database.through(partial(self._recount, line_key), MEANWHILE)
            line = self._plant.book.lines.get(line_key)
            if line is not None:
                recounted.append((line.site.id, line.line.id))
        if recounted:
            self._changed(recounted)

    async def settle(self, now_us: int) -> None:
        """Recount until no mark is left (for a report, or a test)."""
        await self.once(now_us)
        while await marked_lines(self._pool):
            await self.once(now_us)

    async def _tick(self, now_us: int) -> None:
        minute = (now_us - GRACE_US) // MINUTE_US
        if minute > self._ticked:
            await self._plant.refresh(at_once=True)
            await tick(self._pool, now_us)
            self._ticked = minute

    async def _recount(self, line_key: int) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            marks = await take_marks(connection, line_key)
            line = self._plant.book.lines.get(line_key)
            if line is not None:
                await recount(connection, line, marks)


async def recount(connection: asyncpg.Connection, line: LineRow, marks: Marks) -> None:
    """Must run in the transaction that took the marks."""
    progress = await read_progress(connection, line.line_key)
    if progress is None:
        return
    covered = cover(progress)
    minutes = marks.touched | set(_minutes(_behind(progress, covered))) | set(_minutes(_ahead(progress, covered)))
    for minute in sorted(marks.states):
        until = await next_status_us(connection, line.line_key, (minute + 1) * MINUTE_US)
        minutes.update(_until(minute, until, progress.horizon_us))
    if line.process.ideal_us is None and line.process.belt_speed_tag is not None:
        for minute in sorted(marks.samples):
            until = await next_sample_us(connection, line.line_key, line.process.belt_speed_tag, (minute + 1) * MINUTE_US)
            minutes.update(_until(minute, until, progress.horizon_us))
    for chunk in _chunks(sorted(minutes)):
        window = (chunk[0] * MINUTE_US, (chunk[-1] + 1) * MINUTE_US)
        facts = await read_facts(connection, line.line_key, window, planned_spans(line.site, window), line.process, progress)
        slices = {minute: measure(facts, minute * MINUTE_US, (minute + 1) * MINUTE_US) for minute in chunk}
        await replace_minutes(connection, line.line_key, line.process.id, slices)
    await save_counted(connection, line.line_key, *covered)
    if covered != (progress.first_us, progress.horizon_us):
        await add_marks(connection, [(line.line_key, covered[1] // MINUTE_US, "tick")])


def cover(progress: Progress) -> Span:
    """What will be counted after this round: all that is known, at most a day more on either side."""
    day_us = DAY_MINUTES * MINUTE_US
    if progress.counted_from_us is None or progress.counted_to_us is None:
        return progress.first_us, min(progress.horizon_us, progress.first_us + day_us)
    first = max(progress.first_us, progress.counted_from_us - day_us)
    return min(first, progress.counted_from_us), max(min(progress.horizon_us, progress.counted_to_us + day_us), progress.counted_to_us)


def _behind(progress: Progress, covered: Span) -> Span:
    """What is counted newly because the line turned out to be older; it reaches into the minute that was the first."""
    return covered[0], covered[0] if progress.counted_from_us in (None, covered[0]) else (progress.counted_from_us or 0) + 1


def _ahead(progress: Progress, covered: Span) -> Span:
    """What is counted newly because time went on: from the minute that was open to the one where the newest record stands."""
    return (progress.counted_to_us if progress.counted_to_us is not None else covered[0]), covered[1] + 1


def _until(minute: int, until_us: int | None, horizon_us: int) -> range:
    """The minutes in which something of this minute may hold: until its successor, or for as long as time is known."""
    return _minutes((minute * MINUTE_US, horizon_us if until_us is None else min(until_us, horizon_us)))


def _minutes(span: Span) -> range:
    """Every minute (since 1970) that a span touches."""
    return range(span[0] // MINUTE_US, -(-span[1] // MINUTE_US)) if span[0] < span[1] else range(0)


def _chunks(minutes: list[int]) -> Iterator[list[int]]:
    """Runs of minutes that lie within one day, so that a read stays small and no read spans a hole of months."""
    chunk: list[int] = []
    for minute in minutes:
        if chunk and (minute - chunk[0] >= DAY_MINUTES):
            yield chunk
            chunk = []
        chunk.append(minute)
    if chunk:
        yield chunk
