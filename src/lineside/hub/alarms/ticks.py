"""Which ticks of event time are due: aligned to the rule's step, once the watermark has passed. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

AHEAD_US = 5_000_000
"""Event time further ahead of the hub's clock than this does not advance the watermark: a wrong clock must not end the others' time."""
IDLE_US = 30_000_000
"""A line of which nothing has come for this long is judged by the hub's clock."""
QUIET_US = 900_000_000
"""Transitions at ticks older than this write history and tell nobody. A rule that is new looks back this far."""
MOST_TICKS = 60
"""Of one rule at one source in one transaction; missed time is caught up in as many as it takes, and others get their turn between."""


class Heard(Struct, frozen=True):
    """The newest event of a line, and when (by the hub's clock) it was first seen to be the newest."""

    newest_us: int
    since_us: int


def hear(known: Mapping[int, Heard], newest: Mapping[int, int], now_us: int) -> dict[int, Heard]:
    """Newest events by line. After a start every line counts as just heard: stations that waited send what they kept first."""
    heard = {}
    for line_key, newest_us in newest.items():
        before = known.get(line_key)
        heard[line_key] = before if before is not None and before.newest_us == newest_us else Heard(newest_us, now_us)
    return heard


def watermark_us(heard: Heard, lateness_us: int, now_us: int) -> int:
    """Up to here everything has come that is still waited for."""
    idle = now_us - heard.since_us > IDLE_US
    return (max(now_us, heard.newest_us) if idle else heard.newest_us) - lateness_us


def due(after_us: int | None, watermark: int, step_us: int, first_us: int) -> range:
    """The ticks to decide now, at most MOST_TICKS. `after_us` None: never decided; it begins where the line does, QUIET_US ago at most."""
    start = max(first_us, watermark - QUIET_US) - 1 if after_us is None else after_us
    first, last = start // step_us + 1, watermark // step_us
    return range(first * step_us, min(last, first + MOST_TICKS - 1) * step_us + 1, step_us)
