"""Bins of a range: whole, ascending, clipped, in the site's own days and shifts."""

from __future__ import annotations

from datetime import UTC, datetime

from lineside.hub.bins import cut, minutes_around
from lineside.hub.store.oee_series import Span
from lineside.types.identity import micros
from lineside.types.plant import Shift, Site

NIGHT = Site(
    "x", "X", "LU", 0, 0, "Europe/Luxembourg", "l", shift=(Shift("d", "Day", "06:00", "22:00"), Shift("n", "Night", "22:00", "06:00"))
)
UTC_SITE = Site("u", "U", "LU", 0, 0, "UTC", "l")


def minute(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC)) // 60_000_000


def test_minutes_hold_the_range() -> None:
    assert minutes_around(60_000_000, 120_000_000) == (1, 2)
    assert minutes_around(60_000_001, 120_000_001) == (1, 3)


def test_hours_are_clipped() -> None:
    assert cut("1h", 30, 150, ()) == [Span(30, 60), Span(60, 120), Span(120, 150)]
    assert cut("total", 30, 150, ()) == [Span(30, 150)]
    assert cut("1m", 30, 32, ()) == [Span(30, 31), Span(31, 32)]


def test_minutes_are_gathered_by_five_and_fifteen() -> None:
    assert cut("5m", 33, 41, ()) == [Span(33, 35), Span(35, 40), Span(40, 41)]
    assert cut("15m", 30, 60, ()) == [Span(30, 45), Span(45, 60)]


def test_the_day_of_a_clock_change_has_23_hours() -> None:
    first, past = minute("2026-03-28T23:00"), minute("2026-03-30T22:00")
    assert [(b.past - b.first) / 60 for b in cut("1d", first, past, (NIGHT,))] == [23, 24]


def test_days_of_several_zones_are_utc() -> None:
    first, past = minute("2026-03-28T23:00"), minute("2026-03-30T00:00")
    assert [(b.past - b.first) / 60 for b in cut("1d", first, past, (NIGHT, UTC_SITE))] == [1, 24]


def test_shifts_in_the_sites_zone() -> None:
    first, past = minute("2026-01-10T00:00"), minute("2026-01-11T00:00")
    assert cut("shift", first, past, (NIGHT,)) == [
        Span(first, minute("2026-01-10T05:00")),
        Span(minute("2026-01-10T05:00"), minute("2026-01-10T21:00")),
        Span(minute("2026-01-10T21:00"), past),
    ]
