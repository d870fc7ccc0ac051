"""Alarm rules as a plant file states them: when something is an alarm, and when it is over.

A rule is evaluated at ticks of event time, aligned to `step_s`, once the watermark has passed: what it decides is a function of the data
and the ticks, not of the order in which the data came.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lineside.types.fields import Id, Name, NotNegative, Positive, Strict

Severity = Literal["critical", "major", "minor", "warning", "indeterminate"]
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor", "warning", "indeterminate")
"""From the highest."""

Share = Annotated[float, Meta(ge=0, le=1)]


class Rule(Strict, frozen=True):
    """`metric` decides what is watched and what one alarm is about:

    - `quality`: good ÷ judged products of a line over `window_s`, against `threshold` (a ratio); one alarm a line
    - `tag`: every number tag of the line that has a normal range, against that range; one alarm a tag

    It fires when it was broken for `for_s`; it clears when it was well beyond `clear_threshold` (quality) or inside the range by
    `hysteresis` of its width (tag) for `keep_for_s`. Between the two nothing starts and nothing ends.
    """

    id: Id
    name: Name
    metric: Literal["quality", "tag"]
    severity: Severity = "major"
    threshold: Share | None = None
    """Of `quality`: broken below it; exactly at it is well."""
    clear_threshold: Share | None = None
    """Default: threshold + 0.02."""
    hysteresis: Annotated[float, Meta(ge=0, le=0.5)] = 0.05
    window_s: Positive = 300.0
    step_s: Positive = 60.0
    for_s: NotNegative = 300.0
    keep_for_s: NotNegative | None = None
    """Default: half of `for_s`."""
    lateness_s: NotNegative = 120.0
    """How late data may come and still count as if it had come in order."""
    min_count: Annotated[int, Meta(ge=1)] = 10
    """Judged products without which a quality ratio says nothing."""
    on_missing: Literal["hold", "ok", "breach"] = "hold"
    process: Id | None = None
    """Only lines of this process; None: every line."""
    enabled: bool = True

    def __post_init__(self) -> None:
        if self.metric == "quality" and self.threshold is None:
            raise ValueError("threshold: a rule about quality needs one")
        if self.threshold is not None and self.clear_threshold is not None and self.clear_threshold < self.threshold:
            raise ValueError("clear_threshold: must not be below threshold")

    @property
    def clears_at(self) -> Fraction:
        """Quality at or above which it is well again; exact."""
        if self.clear_threshold is not None:
            return exact(self.clear_threshold)
        return min(exact(self.threshold or 0.0) + Fraction(2, 100), Fraction(1))

    @property
    def clears_after_s(self) -> float:
        return self.for_s / 2 if self.keep_for_s is None else self.keep_for_s


class RuleChange(Strict, frozen=True):
    """What a line has otherwise than the rule of this id; None: as the rule says."""

    id: Id
    enabled: bool | None = None
    severity: Severity | None = None
    threshold: Share | None = None
    clear_threshold: Share | None = None
    for_s: NotNegative | None = None
    min_count: Annotated[int, Meta(ge=1)] | None = None


def changed(rule: Rule, change: RuleChange | None) -> Rule:
    if change is None:
        return rule
    given = {name: value for name in change.__struct_fields__ if name != "id" and (value := getattr(change, name)) is not None}
    if "threshold" in given and "clear_threshold" not in given:
        given["clear_threshold"] = None  # the rule's own belongs to the rule's own threshold
    return msgspec.structs.replace(rule, **given)


def exact(number: float) -> Fraction:
    """A decimal as it was written: 0.8 is four fifths, not the nearest binary number."""
    return Fraction(str(number))
