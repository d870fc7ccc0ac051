"""What records say about a stretch of time, as additive integers (R1). Pure, and a function of sorted facts alone: in whatever order the
records came, the same facts give the same numbers, bit for bit (R9).

Time: planned = run + down + nodata, exactly, in µs. The state of a line is that of its last status; it is believed for as long as the
line gives signs of life: until GRACE after each record of its station. What is planned but not believed is nodata, never down (R8).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from lineside.hub.store.marks import GRACE_US
from lineside.types.oee import Components

Span = tuple[int, int]
"""µs since 1970, half-open."""

RUN, NODATA = "RUNNING", "UNKNOWN"
"""State → time class, version 1: RUNNING runs; UNKNOWN says nothing; every other state is down, by its reason or else its name."""


class StateAt(Struct, frozen=True, order=True):
    """A status record; sorts by (effective_at, epoch, number, digest)."""

    effective_us: int
    epoch: str
    seq: int
    digest: bytes
    state: str
    reason: str | None


class ProductAt(Struct, frozen=True, order=True):
    """An inspection record; sorts by (effective_at, epoch, number, digest)."""

    effective_us: int
    epoch: str
    seq: int
    digest: bytes
    outcome: str
    verdict: str | None
    reasons: tuple[str, ...]


class Facts(Struct, frozen=True):
    """All that bears on one line in some window, each list sorted. `life` reaches back GRACE_US, `states` to the one that was in force."""

    planned: Sequence[Span]
    """Shifts, merged."""
    life: Sequence[int]
    """When the station was heard of: effective_us of every record."""
    states: Sequence[StateAt]
    products: Sequence[ProductAt]
    product: str
    """The kind of product that this line makes."""
    ideal_us: int
    """PRI."""
    first_us: int
    """The line's first record: before it nothing was planned."""
    horizon_us: int
    """How far time is known: the newest sign of life, or where a clock tick has closed the silence. After it nothing is counted yet."""


class Slice(Struct, frozen=True):
    """One stretch of time: sums, and what they are made of."""

    components: Components
    down: dict[str, int]
    """µs by reason."""
    defects: dict[str, int]
    """Rejected products by label; one product may show several."""


def measure(facts: Facts, start_us: int, end_us: int) -> Slice:
    """[start, end) in components. Adding the slices of adjacent stretches gives the slice of their union."""
    calendar = _clip((start_us, end_us), (facts.first_us, facts.horizon_us))
    planned = [span for p in facts.planned if (span := _clip(p, calendar))[0] < span[1]]
    run_us, down = _states(facts, overlap(planned, _alive(facts.life, start_us, end_us)))
    planned_us, down_us = _length(planned), sum(down.values())
    made, defects = _products(facts, start_us, end_us)
    times = Components(
        calendar_us=max(calendar[1] - calendar[0], 0),
        planned_us=planned_us,
        run_us=run_us,
        down_us=down_us,
        nodata_us=planned_us - run_us - down_us,
    )
    return Slice(times + made, down, defects)


def overlap(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The time in both; each ascending and disjoint."""
    found: list[Span] = []
    n = m = 0
    while n < len(some) and m < len(others):
        span = _clip(some[n], others[m])
        if span[0] < span[1]:
            found.append(span)
        if some[n][1] < others[m][1]:
            n += 1
        else:
            m += 1
    return found


def _alive(life: Sequence[int], start_us: int, end_us: int) -> list[Span]:
    """When the line is believed, inside and around [start, end)."""
    spans: list[Span] = []
    for at in life[bisect.bisect_right(life, start_us - GRACE_US) : bisect.bisect_left(life, end_us)]:
        if spans and at <= spans[-1][1]:
            spans[-1] = (spans[-1][0], at + GRACE_US)
        else:
            spans.append((at, at + GRACE_US))
    return spans


def _states(facts: Facts, believed: Sequence[Span]) -> tuple[int, dict[str, int]]:
    """(run µs, down µs by reason) of the believed spans."""
    run_us, down = 0, dict[str, int]()
    for start, end in believed:
        for since, until, status in _in_force(facts.states, start, end):
            if status.state == RUN:
                run_us += until - since
            elif status.state != NODATA:
                reason = status.reason or status.state
                down[reason] = down.get(reason, 0) + until - since
    return run_us, down


def _in_force(states: Sequence[StateAt], start_us: int, end_us: int) -> list[tuple[int, int, StateAt]]:
    """Which status was in force when, ascending; of several at one instant the last in order. Before the first there is none."""
    first = max(bisect.bisect_right(states, start_us, key=_time) - 1, 0)
    past = bisect.bisect_left(states, end_us, key=_time)
    chosen = states[first:past]
    if not chosen:
        return []
    ends = [*(status.effective_us for status in chosen[1:]), end_us]
    pieces = [(max(status.effective_us, start_us), min(until, end_us), status) for status, until in zip(chosen, ends, strict=True)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _products(facts: Facts, start_us: int, end_us: int) -> tuple[Components, dict[str, int]]:
    """Products inside planned time (R13: others are not in OEE); `no_product` counts nowhere."""
    pq = gq = sq = uq = 0
    defects: dict[str, int] = {}
    first, past = (bisect.bisect_left(facts.products, edge, key=_time) for edge in (start_us, end_us))
    for product in facts.products[first:past]:
        if product.reasons == ("no_product",) or not _inside(facts.planned, product.effective_us):
            continue
        pq += 1
        if product.outcome == "explained":
            uq += 1
        elif product.verdict == "pass":
            gq += 1
        else:
            sq += 1
            for label in product.reasons:
                defects[label] = defects.get(label, 0) + 1
    return Components(ideal_us=facts.ideal_us * pq, good_us=facts.ideal_us * gq, pq=pq, gq=gq, sq=sq, uq=uq), defects


def _inside(spans: Sequence[Span], at_us: int) -> bool:
    return any(start <= at_us < end for start, end in spans)


def _clip(span: Span, window: Span) -> Span:
    return max(span[0], window[0]), min(span[1], window[1])


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def _time(record: Any) -> int:
    at: int = record.effective_us
    return at
