"""All ticks of one target that are due: facts in, transitions out. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from msgspec import Struct

from lineside.hub.alarms.finding import INACTIVE, Finding, quality, tag_range
from lineside.hub.alarms.state import Happens, Standing, advance, edited
from lineside.hub.alarms.targets import Target
from lineside.hub.store.readings import Measured
from lineside.types.rule import Rule

Span = tuple[int, int]


class Judged:
    """Judged products of a line by time; counts any half-open window of them."""

    def __init__(self, products: Sequence[tuple[int, bool]]) -> None:
        """(UTC µs, good), ascending."""
        self._at = [at for at, _ in products]
        self._good = [0]
        for _, good in products:
            self._good.append(self._good[-1] + good)

    def count(self, start_us: int, end_us: int) -> tuple[int, int]:
        """(good, judged) of [start, end)."""
        first, past = bisect.bisect_left(self._at, start_us), bisect.bisect_left(self._at, end_us)
        return self._good[past] - self._good[first], past - first


class Facts(Struct, frozen=True):
    """What the due ticks of a line need. `samples`: the newest trusted sample at or before (tag, tick)."""

    planned: Sequence[Span]
    judged: Judged
    samples: dict[tuple[str, int], Measured]


class Happened(Struct, frozen=True):
    what: Happens
    tick_us: int
    finding: Finding


class Decided(Struct, frozen=True):
    standing: Standing
    ticked_us: int
    happened: list[Happened]


def decide(target: Target, before: Standing, ticks: range, facts: Facts) -> Decided:
    """`ticks` must not be empty."""
    standing = edited(before, target.made_of, target.window_us)
    happened = []
    for tick_us in ticks:
        finding = _find(target, standing, tick_us, facts)
        step = advance(target.rule, standing, finding, tick_us)
        standing = step.standing
        happened += [Happened(what, tick_us, finding) for what in step.happens]
    return Decided(standing, ticks[-1], happened)


def is_planned(planned: Sequence[Span], tick_us: int) -> bool:
    return any(start <= tick_us < end for start, end in planned)


def _find(target: Target, standing: Standing, tick_us: int, facts: Facts) -> Finding:
    if not is_planned(facts.planned, tick_us):
        return INACTIVE
    return _measure(target, target.rule, standing, tick_us, facts)


def _measure(target: Target, rule: Rule, standing: Standing, tick_us: int, facts: Facts) -> Finding:
    if target.tag is None or target.tag_key is None:
        return quality(rule, *facts.judged.count(tick_us - target.window_us, tick_us))
    return tag_range(rule, target.tag, facts.samples.get((target.tag_key, tick_us)), tick_us, standing.side)
