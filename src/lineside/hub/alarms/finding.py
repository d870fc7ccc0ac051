"""What one rule finds at one source at one tick. Pure; what the tick needs is an argument."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from lineside.hub.store.readings import Measured
from lineside.hub.tags import nodata_after_s
from lineside.types.identity import instant
from lineside.types.plant import Tag
from lineside.types.rule import Rule, exact

Found = Literal["BREACH", "OK", "BAND", "NODATA", "LOW_N", "INACTIVE"]
"""BAND: not broken, but not yet well beyond the limit either. LOW_N: too few products to say anything."""
Side = Literal["low", "high"]
Evidence = dict[str, float | int | str | None]

MAX_DECIMALS = 6
HUGE = 10**9
"""From here on people read 1.5e+12 more easily."""


class Finding(Struct, frozen=True):
    """`text` is the sentence that people read; `side` the limit that is broken."""

    found: Found
    text: str = ""
    evidence: Evidence = {}
    side: Side | None = None


INACTIVE = Finding("INACTIVE", "Outside the site's shifts.")


def quality(rule: Rule, good: int, judged: int) -> Finding:
    """Good ÷ judged products of the window against the threshold, exactly: 0.8 is four fifths, and exactly at it is not broken."""
    threshold = exact(rule.threshold or 0.0)
    evidence: Evidence = {
        "metric": "quality",
        "value": good / judged if judged else None,
        "threshold": rule.threshold,
        "clear_threshold": float(rule.clears_at),
        "good": good,
        "judged": judged,
        "window_s": rule.window_s,
        "for_s": rule.for_s,
    }
    over = f"over {duration(rule.window_s)}"
    if judged == 0:
        return Finding("NODATA", f"No product was judged {over}", evidence)
    if judged < rule.min_count:
        return Finding("LOW_N", f"Only {judged} products were judged {over}; {rule.min_count} are needed", evidence)
    share = Fraction(good, judged)
    counted = f"({good} of {judged} good)"
    if share < threshold:
        shown = percent(share, threshold)
        return Finding("BREACH", f"Quality {shown} {over}, below {percent(threshold, None)} {counted}", evidence, "low")
    return Finding("OK" if share >= rule.clears_at else "BAND", f"Quality {float(share * 100):.1f} % {over} {counted}", evidence)


def tag_range(rule: Rule, tag: Tag, sample: Measured | None, tick_us: int, broken: Side | None) -> Finding:
    """The newest trusted sample at or before the tick against the normal range; a value on a limit is inside.

    `broken` is the limit that was broken last: to be well again the value must be inside by the hysteresis *there*. Asking for it on the
    other side too would hold an alarm about a worn die (0 to 60 µm) open when the new die measures 0.
    """
    evidence = _tag_evidence(rule, tag, sample)
    number = _number(sample)
    if sample is None or number is None or tick_us - sample.at_us > nodata_after_s(tag.expected_interval_s) * 1e6:
        return Finding("NODATA", f"{tag.name}: no data", evidence)
    value, low, high = exact(number), _limit(tag.normal_low), _limit(tag.normal_high)
    if low is not None and value < low:
        return Finding(
            "BREACH", f"{tag.name} {_measure(tag, value, low)}, below {_measure(tag, low)}", {**evidence, "limit": float(low)}, "low"
        )
    if high is not None and value > high:
        text = f"{tag.name} {_measure(tag, value, high)}, above {_measure(tag, high)}"
        return Finding("BREACH", text, {**evidence, "limit": float(high)}, "high")
    margin = (high - low) * exact(rule.hysteresis) if low is not None and high is not None else Fraction(0)
    near = (broken == "low" and low is not None and value < low + margin) or (
        broken == "high" and high is not None and value > high - margin
    )
    return Finding("BAND" if near else "OK", f"{tag.name} {_measure(tag, value)}", evidence)


def duration(seconds: float) -> str:
    """As people say it: 120 → `2 min`, 90 → `90 s`, 3600 → `1 h`."""
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds / 3600:g} h"
    return f"{seconds / 60:g} min" if seconds >= 60 and seconds % 60 == 0 else f"{seconds:g} s"


def percent(share: Fraction, unlike: Fraction | None) -> str:
    """`unlike`: with as many decimals (at least one) as tell it from this one; None: as it is written."""
    if unlike is None:
        return f"{_decimal(share * 100)} %"
    return f"{_apart(share * 100, unlike * 100, 1)} %"


def _tag_evidence(rule: Rule, tag: Tag, sample: Measured | None) -> Evidence:
    return {
        "metric": "tag",
        "value": _number(sample),
        "unit": tag.unit,
        "normal_low": tag.normal_low,
        "normal_high": tag.normal_high,
        "sampled_at": instant(sample.at_us).isoformat().replace("+00:00", "Z") if sample is not None else None,
        "for_s": rule.for_s,
    }


def _number(sample: Measured | None) -> float | None:
    """None: there is none, or it is not one that can be compared and stored."""
    if sample is None or isinstance(sample.value, bool | str) or not math.isfinite(sample.value):
        return None
    return sample.value


def _limit(limit: float | None) -> Fraction | None:
    return None if limit is None else exact(limit)


def _measure(tag: Tag, value: Fraction, unlike: Fraction | None = None) -> str:
    text = _decimal(value) if unlike is None else _apart(value, unlike, _decimals(unlike))
    return f"{text} {tag.unit}".rstrip()


def _apart(value: Fraction, other: Fraction, least: int) -> str:
    """With at least `least` decimals, and more where the two would read the same: 4.39 is not 4.4."""
    if abs(value) >= HUGE:
        return f"{float(value):.3g}"
    for places in range(least, MAX_DECIMALS):
        text = f"{float(value):.{places}f}"
        if Fraction(text) != other:
            return text
    return f"{float(value):.{MAX_DECIMALS}f}"


def _decimal(value: Fraction) -> str:
    if abs(value) >= HUGE:
        return f"{float(value):.3g}"
    return f"{float(value):.{min(_decimals(value), 3)}f}"


def _decimals(value: Fraction) -> int:
    """How many decimals it is written with."""
    return next((places for places in range(MAX_DECIMALS) if (value * 10**places).denominator == 1), MAX_DECIMALS)
