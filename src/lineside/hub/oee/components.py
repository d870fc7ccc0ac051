"""What records say about a stretch of time, as additive integers (R1). Pure, and a function of sorted facts alone: in whatever order the
records came, the same facts give the same numbers, bit for bit (R9).

Time: planned = run + down + nodata, exactly, in µs. The state of a line is that of its last status; it is believed for as long as the
line gives signs of life: until GRACE after each record of its station. What is planned but not believed is nodata, never down (R8).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from msgspec import Struct

from lineside.hub.oee.proxy import Belt, good_part, ideal_time
from lineside.hub.oee.spans import Span, at, clip, in_force, length, overlap, pieces
from lineside.hub.store.marks import GRACE_US, MINUTE_US
from lineside.types.oee import Components, total

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
    ideal_us: int | None
    """PRI; None: the process has none."""
    first_us: int
    """The line's first record: before it nothing was planned."""
    horizon_us: int
    """How far time is known: the newest sign of life, or where a clock tick has closed the silence. After it nothing is counted yet."""
    belt: Belt | None = None
    """What stands for PRI where there is none; None as well: nothing does."""


class Slice(Struct, frozen=True):
    """One stretch of time: sums, and what they are made of."""

    components: Components
    down: dict[str, int]
    """µs by reason."""
    defects: dict[str, int]
    """Rejected products by label; one product may show several."""


def measure(facts: Facts, start_us: int, end_us: int) -> Slice:
    """[start, end) in components. Adding the slices of adjacent stretches gives the slice of their union (with proxies, which are rounded
    by the minute: of whole minutes)."""
    calendar = clip((start_us, end_us), (facts.first_us, facts.horizon_us))
    planned = [span for p in facts.planned if (span := clip(p, calendar))[0] < span[1]]
    running, down = _states(facts, overlap(planned, _alive(facts.life, start_us, end_us)))
    planned_us, run_us, down_us = length(planned), length(running), sum(down.values())
    counts, defects = _products(facts, (start_us, end_us))
    times = Components(
        calendar_us=max(calendar[1] - calendar[0], 0),
        planned_us=planned_us,
        run_us=run_us,
        down_us=down_us,
        nodata_us=planned_us - run_us - down_us,
    )
    return Slice(times + counts + _ideal(facts, counts, running, (start_us, end_us)), down, defects)


def _alive(life: Sequence[int], start_us: int, end_us: int) -> list[Span]:
    """When the line is believed, inside and around [start, end)."""
    spans: list[Span] = []
    for heard in life[bisect.bisect_right(life, start_us - GRACE_US) : bisect.bisect_left(life, end_us)]:
        if spans and heard <= spans[-1][1]:
            spans[-1] = (spans[-1][0], heard + GRACE_US)
        else:
            spans.append((heard, heard + GRACE_US))
    return spans


def _states(facts: Facts, believed: Sequence[Span]) -> tuple[list[Span], dict[str, int]]:
    """(running spans, down µs by reason) of the believed spans."""
    running, down = list[Span](), dict[str, int]()
    for start, end in believed:
        for since, until, status in in_force(facts.states, start, end):
            if status.state == RUN:
                running.append((since, until))
            elif status.state != NODATA:
                reason = status.reason or status.state
                down[reason] = down.get(reason, 0) + until - since
    return running, down


def _ideal(facts: Facts, counts: Components, running: Sequence[Span], span: Span) -> Components:
    """Ideal and good time: PRI times products, or what stands for it minute by minute (R14)."""
    if facts.ideal_us is not None:
        return Components(ideal_us=facts.ideal_us * counts.pq, good_us=facts.ideal_us * counts.gq)
    if facts.belt is None:
        return Components(unrated_us=length(running))
    return total([_proxied(facts, facts.belt, running, minute) for minute in pieces(span, MINUTE_US)])


def _proxied(facts: Facts, belt: Belt, running: Sequence[Span], minute: Span) -> Components:
    ideal_us, unrated_us = ideal_time(belt, overlap(running, [minute]))
    counts, _ = _products(facts, minute)
    good_us = good_part(ideal_us, counts.gq, counts.pq - counts.uq)
    return Components(ideal_us=ideal_us, good_us=good_us, proxy_us=ideal_us, unrated_us=unrated_us)


def _products(facts: Facts, span: Span) -> tuple[Components, dict[str, int]]:
    """Products inside planned time (R13: others are not in OEE); `no_product` counts nowhere."""
    pq = gq = sq = uq = 0
    defects: dict[str, int] = {}
    first, past = (bisect.bisect_left(facts.products, edge, key=at) for edge in span)
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
    return Components(pq=pq, gq=gq, sq=sq, uq=uq), defects


def _inside(spans: Sequence[Span], at_us: int) -> bool:
    return any(start <= at_us < end for start, end in spans)
