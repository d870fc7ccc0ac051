"""Which step left the defects of one product: readings when it was there, held against their normal range, and what people entered. Pure.

    the product's way back        → when it was at each step (a little spread on either side)
    readings of that moment       → how far outside the normal range; what only grazes it is no evidence
    entered faults and stops      → speak for their step with a fixed score
    what moved first and upstream → keeps its score; what came later downstream of it is its consequence and is discounted

Every constant is explained in docs/reference/failed-step.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from statistics import median

from msgspec import Struct

from lineside.hub.insight.belt import Belt
from lineside.hub.tags import nodata_after_s
from lineside.types.cause import Cause, StepEvent
from lineside.types.identity import instant, micros
from lineside.types.plant import Process, Step, Tag

SPREAD_S, SPREAD_SHARE, SPREAD_POINTS = 1.0, 0.02, 7
"""A visit is known to ± (SPREAD_S + SPREAD_SHARE × lag) design-seconds; the value there is the median of so many moments."""
BASELINE_S, BASELINE_LEAST, GUARD_S = 120.0, 8, 5.0
"""What was usual: readings from BASELINE_S to GUARD_S before the visit, if there are at least so many."""
GRAZE = 0.1
"""Up to this score a value must also have left what was usual."""
LEFT_USUAL = 6.0
"""By so many robust standard deviations."""
TOGETHER_S = 10.0
"""What begins within this time begins together."""
CONSEQUENCE = 0.3
"""Of its score is left to a consequence."""
ENTERED = {"fault": 2.0, "stop": 0.5}
"""Scores of what people enter; a note speaks for nothing."""

_MAD_TO_SIGMA = 1.4826
_LONG_AGO_US = -(2**62)
_START = itemgetter(0)

Samples = Sequence[tuple[int, float]]
"""(UTC µs, value), ascending; each holds until the next."""


class Visit(Struct, frozen=True):
    """When a product was at a step: `at_us`, and the moments around it that its way allows, ascending."""

    step: Step
    at_us: int
    moments_us: tuple[int, ...]


class Evidence(Struct, frozen=True):
    """What speaks for a step. `since_us`: when it began; the beginning of the readings at hand when it is older."""

    visit: Visit
    score: float
    since_us: int
    key: str | None = None
    tag: Tag | None = None
    value: float | None = None
    event: str | None = None


def find_causes(
    process: Process, inspected_us: int, belt: Belt, samples: Mapping[str, Sequence[tuple[int, float]]], events: Sequence[StepEvent]
) -> list[Cause]:
    """The steps that may have left the defects of a product inspected at `inspected_us`, the strongest first; [] = not enough evidence.

    `samples`: tag key → trusted readings, ascending, from BASELINE_S before the visit on. `events` of other steps do no harm.
    """
    found = []
    for visit in visits(process, inspected_us, belt):
        evidence = [*_readings(visit, samples), *_entered(visit, events)]
        if evidence:
            found.append(_joined(visit, evidence))
    causes = [_cause(process, evidence, found) for evidence in found]
    return sorted(causes, key=lambda cause: -cause.score)


def visits(process: Process, inspected_us: int, belt: Belt) -> list[Visit]:
    """Every step before the inspection, the farthest first."""
    lags = [(process.lag_to_inspection_s(step.id), step) for step in process.step if step.id != process.inspection_step]
    before = sorted(((lag_s, step) for lag_s, step in lags if lag_s is not None), key=lambda one: -one[0])
    return [_visit(step, lag_s, inspected_us, belt) for lag_s, step in before]


def _visit(step: Step, lag_s: float, inspected_us: int, belt: Belt) -> Visit:
    spread_s = SPREAD_S + SPREAD_SHARE * lag_s
    half = SPREAD_POINTS // 2
    offsets_s = [spread_s * (half - n) / half for n in range(SPREAD_POINTS)]
    moments_us = tuple(belt.back_us(inspected_us, max(lag_s + offset_s, 0.0)) for offset_s in offsets_s)
    return Visit(step, moments_us[half], moments_us)


def _readings(visit: Visit, samples: Mapping[str, Samples]) -> Iterator[Evidence]:
    for tag in visit.step.tags():
        key = f"{visit.step.id}.{tag.id}"
        known = samples.get(key, ())
        value = _value_at_visit(visit, tag, known)
        score = 0.0 if value is None else _outside(tag, value)
        if value is not None and score > 0 and (score > GRAZE or _left_usual(visit, tag, value, known)):
            yield Evidence(visit, score, _began(visit, tag, known), key, tag, value)


def _value_at_visit(visit: Visit, tag: Tag, known: Samples) -> float | None:
    """The median over the visit's moments: a single wild sample is not what the product met. None: not enough was heard."""
    if tag.kind != "number":
        return None
    patience_us = round(nodata_after_s(tag.expected_interval_s) * 1e6)
    held = [(at_us, bisect_right(known, at_us, key=_START) - 1) for at_us in visit.moments_us]
    values = [known[n][1] for at_us, n in held if n >= 0 and at_us - known[n][0] <= patience_us]
    return median(values) if len(values) > SPREAD_POINTS // 2 else None


def _outside(tag: Tag, value: float) -> float:
    """0 on the limit or inside, 1 half the normal range beyond it."""
    beyond = max(
        value - tag.normal_high if tag.normal_high is not None else 0.0,
        tag.normal_low - value if tag.normal_low is not None else 0.0,
    )
    return beyond / _half_range(tag) if beyond > 0 else 0.0


def _half_range(tag: Tag) -> float:
    """With one limit only (or none between them) the range is thought to reach from it to nought."""
    low, high = tag.normal_low, tag.normal_high
    whole = high - low if low is not None and high is not None else abs(high if high is not None else low or 0.0)
    return whole / 2 or abs(high or low or 0.0) / 2 or 1.0


def _left_usual(visit: Visit, tag: Tag, value: float, known: Samples) -> bool:
    """Whether the value is far from what was usual in the minutes before; False where too little is known to tell."""
    first = bisect_left(known, visit.at_us - round(BASELINE_S * 1e6), key=_START)
    last = bisect_left(known, visit.moments_us[0] - round(GUARD_S * 1e6), key=_START)
    usual = [v for _, v in known[first:last]]
    if len(usual) < BASELINE_LEAST:
        return False
    middle = median(usual)
    sigma = max(_MAD_TO_SIGMA * median(abs(v - middle) for v in usual), tag.deadband)
    return abs(value - middle) > LEFT_USUAL * sigma


def _began(visit: Visit, tag: Tag, known: Samples) -> int:
    """When the tag left its range, of the time outside that lasts until the product leaves; returns shorter than TOGETHER_S are no end."""
    began_us, inside_since_us = visit.moments_us[-1], None
    for at_us, value in reversed(known[: bisect_right(known, visit.moments_us[-1], key=_START)]):
        if _outside(tag, value) > 0:
            began_us, inside_since_us = at_us, None
        else:
            inside_since_us = began_us if inside_since_us is None else inside_since_us
            if inside_since_us - at_us > TOGETHER_S * 1e6:
                return began_us
    return _LONG_AGO_US if known and known[0][0] >= began_us else began_us


def _entered(visit: Visit, events: Sequence[StepEvent]) -> Iterator[Evidence]:
    for event in events:
        if event.step == visit.step.id and event.kind in ENTERED and _covers(event, visit):
            yield Evidence(visit, ENTERED[event.kind], micros(event.start), event=event.text)


def _covers(event: StepEvent, visit: Visit) -> bool:
    return micros(event.start) <= visit.moments_us[-1] and (event.end is None or micros(event.end) > visit.moments_us[0])


def _joined(visit: Visit, evidence: Sequence[Evidence]) -> Evidence:
    """One step's evidence: its strongest tag and its strongest event side by side; it began with the first of all."""
    read = max((one for one in evidence if one.tag is not None), key=lambda one: one.score, default=None)
    said = max((one for one in evidence if one.event is not None), key=lambda one: one.score, default=None)
    return Evidence(
        visit,
        score=max(one.score for one in evidence),
        since_us=min(one.since_us for one in evidence),
        key=read.key if read else None,
        tag=read.tag if read else None,
        value=read.value if read else None,
        event=said.event if said else None,
    )


def _cause(process: Process, evidence: Evidence, others: Sequence[Evidence]) -> Cause:
    tag = evidence.tag
    return Cause(
        step=evidence.visit.step.id,
        step_name=evidence.visit.step.name,
        at=instant(evidence.visit.at_us),
        score=round(evidence.score * (CONSEQUENCE if _follows(process, evidence, others) else 1.0), 3),
        tag=evidence.key,
        tag_name=tag.name if tag else None,
        unit=tag.unit if tag else "",
        value=evidence.value,
        normal_low=tag.normal_low if tag else None,
        normal_high=tag.normal_high if tag else None,
        event=evidence.event,
    )


def _follows(process: Process, evidence: Evidence, others: Sequence[Evidence]) -> bool:
    """Whether another step, upstream of this one, shows evidence that began no later. What a person entered is nobody's consequence."""
    if evidence.event is not None:
        return False
    upstream = _upstream(process, evidence.visit.step.id)
    return any(other.visit.step.id in upstream and other.since_us <= evidence.since_us + TOGETHER_S * 1e6 for other in others)


def _upstream(process: Process, step: str) -> set[str]:
    """Every step from which a way leads to `step`."""
    found, open_ = set[str](), [step]
    while open_:
        goal = open_.pop()
        new = [edge.from_step for edge in process.edge if edge.to_step == goal and edge.from_step not in found]
        found.update(new)
        open_ += new
    return found
