"""How a tag and a step stand: decided here, once, for every viewer. Pure; the instant is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lineside.types.machine import Quality, Value
from lineside.types.plant import Tag

TagState = Literal["normal", "low", "high", "over_design", "bad", "nodata"]
StepState = Literal["normal", "watch", "act", "nodata", "none"]

NODATA_INTERVALS, NODATA_LEAST_S = 3, 30.0
"""R8: no data begins when the last sign is older than max(3 × expected interval, 30 s)."""

_SEVERITY: dict[TagState, int] = {"normal": 0, "nodata": 1, "bad": 2, "low": 3, "high": 3, "over_design": 4}
_STEP: dict[TagState, StepState] = {
    "normal": "normal",
    "nodata": "nodata",
    "bad": "watch",
    "low": "watch",
    "high": "watch",
    "over_design": "act",
}


def tag_state(tag: Tag, value: Value | None, quality: Quality | None, age_s: float | None) -> TagState:
    """`age_s` seconds since the machine had this value; None together with `value`: never heard."""
    if value is None or age_s is None or age_s > nodata_after_s(tag.expected_interval_s):
        return "nodata"
    return "bad" if quality == "bad" else limit_state(tag, value)


def limit_state(tag: Tag, value: Value) -> TagState:
    """Where a trusted value stands against the limits; a value on a limit is inside. Text and bool have no limits."""
    if isinstance(value, bool | str):
        return "normal"
    if tag.design_max is not None and value > tag.design_max:
        return "over_design"
    if tag.normal_high is not None and value > tag.normal_high:
        return "high"
    if tag.normal_low is not None and value < tag.normal_low:
        return "low"
    return "normal"


def nodata_after_s(expected_interval_s: float) -> float:
    return max(NODATA_INTERVALS * expected_interval_s, NODATA_LEAST_S)


def step_state(tags: Iterable[tuple[str, TagState]]) -> tuple[StepState, str | None]:
    """(state, key of the tag that decided it): the worst tag decides, the first of equals; ("none", None) without tags."""
    worst = max(tags, key=lambda tag: _SEVERITY[tag[1]], default=None)
    if worst is None:
        return "none", None
    key, state = worst
    return _STEP[state], None if state == "normal" else key
