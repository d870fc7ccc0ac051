"""Cuts a range of whole minutes into the bins people ask for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lineside.hub.store.oee_series import Span
from lineside.types.identity import instant, micros
from lineside.types.plant import Site

BINS = ("total", "1m", "5m", "15m", "1h", "shift", "1d")
MINUTES = {"1m": 1, "5m": 5, "15m": 15, "1h": 60}
"""Bins of one length, which start at its multiples in UTC."""
MINUTE_US = 60_000_000


def cut(kind: str, first: int, past: int, sites: tuple[Site, ...]) -> list[Span]:
    """[first, past) as ascending bins, clipped to it. Days and shifts are those of the sites' zone (of several zones: UTC days).

    `shift` bins are named by one site's calendar: give exactly one.
    """
    match kind:
        case "total":
            return [Span(first, past)]
        case "1m" | "5m" | "15m" | "1h":
            return _every(MINUTES[kind], first, past)
        case "1d":
            return _clip(_days(_zone(sites), first, past), first, past)
        case _:
            return _clip(_shifts(sites[0], first, past), first, past)


def minutes_around(start_us: int, end_us: int) -> tuple[int, int]:
    """The whole minutes that hold [start, end): what is stored is by the minute."""
    return start_us // MINUTE_US, -(-end_us // MINUTE_US)


def _every(length: int, first: int, past: int) -> list[Span]:
    return [Span(max(start, first), min(start + length, past)) for start in range(first // length * length, past, length)]


def _zone(sites: tuple[Site, ...]) -> ZoneInfo:
    zones = {site.timezone for site in sites}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else ZoneInfo("UTC")


def _days(zone: ZoneInfo, first: int, past: int) -> Iterator[Span]:
    """Local days: 23 or 25 hours when clocks change."""
    day = instant(first * MINUTE_US).astimezone(zone).date()
    while True:
        start = _minute(datetime.combine(day, time(), zone))
        if start >= past:
            return
        day += timedelta(days=1)
        yield Span(start, _minute(datetime.combine(day, time(), zone)))


def _shifts(site: Site, first: int, past: int) -> list[Span]:
    spans = site.shift_spans(instant(first * MINUTE_US), instant(past * MINUTE_US))
    return [Span(_minute(start), _minute(end)) for start, end in sorted(spans)]


def _clip(spans: Iterator[Span] | list[Span], first: int, past: int) -> list[Span]:
    return [Span(max(s.first, first), min(s.past, past)) for s in spans if s.first < past and s.past > first]


def _minute(at: datetime) -> int:
    return micros(at.astimezone(UTC)) // MINUTE_US
