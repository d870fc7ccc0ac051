"""When a missing number is asked for again: not at once, for it may be under way. Pure."""

from __future__ import annotations

from msgspec import Struct

from lineside.hub.store.ranges import Ranges, limit, overlap

GRACE_S = 10.0
MAX_RANGES, MAX_NUMBERS = 50, 1_000
"""Of one request: the next hello asks for more."""


class Noted(Struct, frozen=True):
    """What was missing of a series, and how far it was held, at one instant (s, monotonic)."""

    at_s: float
    missing: Ranges
    highest: int


class Finding(Struct, frozen=True):
    """`ask`: numbers to request now; `noted`: to be kept until the next look at this series."""

    ask: Ranges
    noted: Noted


def look(before: Noted | None, now_s: float, missing: Ranges, highest: int, drained_at_s: float) -> Finding:
    """What to ask for, given what was noted before.

    A number is asked for when it was missing GRACE_S ago, still is, and the stream has run dry since (so it is not waiting there).
    Numbers above `highest` are only asked for when nothing at all has come since: a station that is catching up sends them by itself.
    """
    if before is None:
        return Finding((), Noted(now_s, missing, highest))
    if now_s - before.at_s < GRACE_S:
        return Finding((), before)
    gone = overlap(before.missing, missing) if drained_at_s >= before.at_s else ()
    if highest > before.highest:
        gone = overlap(gone, ((1, highest),))
    return Finding(limit(gone, MAX_RANGES, MAX_NUMBERS), Noted(now_s, missing, highest))
