"""R14: where a process states no ideal cycle, the belt's speed against its designed maximum stands for performance.

The ideal time of a minute is ∫ speed dt over its running time ÷ designed maximum: how long a belt at its maximum would have taken for
the same way. A sample holds until the next. The sum is exact and rounded once, half-even, so that it depends on the samples alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

from lineside.hub.oee.spans import Span, in_force
from lineside.types.rule import exact


class SpeedAt(Struct, frozen=True):
    """A sample of the belt's speed; None: it could not be measured (quality `bad`, or no number)."""

    effective_us: int
    speed: float | None


class Belt(Struct, frozen=True):
    """`speeds` sorted by (effective_at, epoch, number, value), from the one that was in force at the window's start."""

    design_max: float
    """In the unit of the speeds, above 0."""
    speeds: Sequence[SpeedAt]


def ideal_time(belt: Belt, running: Sequence[Span]) -> tuple[int, int]:
    """(ideal µs, µs without a known speed) of the running time. A belt that moves backwards makes nothing."""
    way, known_us = Fraction(0), 0
    for start, end in running:
        for since, until, sample in in_force(belt.speeds, start, end):
            if sample.speed is not None:
                way += exact(max(sample.speed, 0.0)) * (until - since)
                known_us += until - since
    return round(way / exact(belt.design_max)), sum(end - start for start, end in running) - known_us


def good_part(ideal_us: int, good: int, judged: int) -> int:
    """The good part of a minute's ideal time, by count, half-even.

    Without a judged product all of it is good: nothing was found bad, and a slow line would otherwise lose every minute that lies
    between two of its products.
    """
    return round(Fraction(ideal_us * good, judged)) if judged else ideal_us
