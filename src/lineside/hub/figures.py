"""OEE of every line as the live views show it, held in memory: the last 15 planned minutes, and the last hour minute by minute."""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Iterable, Iterator

import asyncpg
from msgspec import Struct

from lineside.hub.board import LineId
from lineside.hub.store.oee_series import LineMinute, last_planned_minutes, line_keys, minutes_since
from lineside.types.identity import instant
from lineside.types.oee import Components, Ratios, ratios, total
from lineside.types.scope import FactorPoint
from lineside.types.view import OeeView, TrendPoint

NOW_MINUTES, TREND_MINUTES = 15, 60
MINUTE_US = 60_000_000


class LineFigures(Struct, frozen=True):
    """`window` is what `OEE now` is made of; `minutes` the last hour; both by minute since 1970, ascending."""

    window: dict[int, Components] = {}
    minutes: dict[int, Components] = {}


class Figures:
    """Refreshed when a recompute has finished, only for the lines it touched."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._lines: dict[LineId, LineFigures] = {}

    def line(self, line: LineId) -> LineFigures:
        return self._lines.get(line, LineFigures())

    async def refresh(self, wanted: Collection[LineId]) -> None:
        """Two queries for any number of lines."""
        keys = {key: place for place, key in (await line_keys(self._pool)).items() if place in wanted}
        first = time.time_ns() // 60_000_000_000 - TREND_MINUTES
        window = _by_line(await last_planned_minutes(self._pool, list(keys), NOW_MINUTES))
        trend = _by_line(await minutes_since(self._pool, list(keys), first))
        for key, place in keys.items():
            self._lines[place] = LineFigures(window.get(key, {}), trend.get(key, {}))


def oee_now(lines: Iterable[LineFigures], now_us: int) -> OeeView:
    """The last 15 planned minutes of these lines, summed (R1). Without any: the last 15 minutes, with nothing in them."""
    windows = [line.window for line in lines if line.window]
    if not windows:
        end_us = now_us // MINUTE_US * MINUTE_US
        return OeeView(instant(end_us - NOW_MINUTES * MINUTE_US), instant(end_us), Components(), ratios(Components()))
    components = total([c for window in windows for c in window.values()])
    start, last = min(min(window) for window in windows), max(max(window) for window in windows)
    return OeeView(instant(start * MINUTE_US), instant((last + 1) * MINUTE_US), components, ratios(components))


def trend(lines: Collection[LineFigures], now_us: int) -> list[TrendPoint]:
    """The last 60 whole minutes; minutes without planned time have no figures.

    Not the open one: seconds after it began, one product's ideal time is many times its planned time.
    """
    return [TrendPoint(instant(minute * MINUTE_US), r.oee, r.coverage) for minute, r in _minutes(lines, now_us)]


def factors(lines: Collection[LineFigures], now_us: int) -> list[FactorPoint]:
    """The same minutes with all that OEE is made of."""
    return [
        FactorPoint(instant(minute * MINUTE_US), r.availability, r.performance, r.quality, r.oee, r.coverage)
        for minute, r in _minutes(lines, now_us)
    ]


def _minutes(lines: Collection[LineFigures], now_us: int) -> Iterator[tuple[int, Ratios]]:
    """Each minute's components summed over the lines (R1), then divided."""
    past = now_us // MINUTE_US
    for minute in range(past - TREND_MINUTES, past):
        parts = [line.minutes[minute] for line in lines if minute in line.minutes]
        yield minute, ratios(parts[0] if len(parts) == 1 else total(parts))


def _by_line(minutes: Iterable[LineMinute]) -> dict[int, dict[int, Components]]:
    groups = itertools.groupby(minutes, key=lambda m: m.line_key)
    return {key: {m.minute: m.components for m in group} for key, group in groups}
