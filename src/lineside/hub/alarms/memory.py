"""What is open now, held in memory for the live topic `alarms` and for the counts on every other page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

import asyncpg

from lineside.hub.alarms.shown import alarm_view
from lineside.hub.board import LineId
from lineside.hub.store.alarms import AlarmRow, open_alarms, unseen_alarms
from lineside.types.alarm import AlarmBoard
from lineside.types.identity import instant
from lineside.types.plant import Plant
from lineside.types.rule import SEVERITIES
from lineside.types.view import AlarmCount

DAY_US = 86_400_000_000
MOST_UNSEEN = 50


class AlarmMemory:
    """`changed` is called with the lines whose alarms are other ones than before."""

    def __init__(self, changed: Callable[[Iterable[LineId]], None] = lambda _: None) -> None:
        self.changed = changed
        self._refreshing = asyncio.Lock()
        self._open: list[AlarmRow] = []
        self._unseen: list[AlarmRow] = []

    async def refresh(self, pool: asyncpg.Pool) -> None:
        """Two queries; whoever watches is told when something is different."""
        async with self._refreshing:  # one after the other: an older answer must not replace a newer one
            await self._read(pool)

    async def _read(self, pool: asyncpg.Pool) -> None:
        before = [*self._open, *self._unseen]
        opened = sorted(await open_alarms(pool), key=_place)
        unseen = await unseen_alarms(pool, time.time_ns() // 1000 - DAY_US, MOST_UNSEEN)
        self._open, self._unseen = opened, sorted(unseen, key=lambda row: -(row.cleared_us or 0))
        after = [*self._open, *self._unseen]
        if before != after:
            self.changed({(row.site, row.line) for row in (*before, *after) if row not in before or row not in after})

    def open_on(self, line: LineId) -> list[AlarmRow]:
        return [row for row in self._open if (row.site, row.line) == line]

    def count(self, lines: Iterable[LineId]) -> AlarmCount:
        wanted = set(lines)
        rows = [row for row in self._open if (row.site, row.line) in wanted]
        highest = min((row.severity for row in rows), key=SEVERITIES.index, default=None)
        return AlarmCount(len(rows), sum(row.acknowledged_at is None for row in rows), highest)

    def board(self, plant: Plant, now_us: int) -> AlarmBoard:
        return AlarmBoard(
            at=instant(now_us),
            open=[alarm_view(plant, row) for row in self._open],
            unseen=[alarm_view(plant, row) for row in self._unseen],
            counts={severity: n for severity in SEVERITIES if (n := sum(row.severity == severity for row in self._open))},
            unacknowledged=sum(row.acknowledged_at is None for row in self._open),
        )


def _place(row: AlarmRow) -> tuple[int, int, int]:
    """The highest severity first, then the oldest."""
    return SEVERITIES.index(row.severity), row.raised_us, row.alarm_key
