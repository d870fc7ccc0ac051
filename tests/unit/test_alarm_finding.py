"""What a rule finds at one tick: exact at the limits, and a sentence that says how far from them."""

from __future__ import annotations

from typing import Any

import pytest

from lineside.hub.alarms.finding import duration, quality, tag_range
from lineside.hub.store.readings import Measured
from lineside.types.plant import Tag
from lineside.types.rule import Rule

S = 1_000_000
TICK = 1_700_000_000 * S
PRESSURE = Tag("pressure", "Lubricant pressure", "bar", normal_low=4.4, normal_high=5.6, expected_interval_s=5.0)


def quality_rule(**changed: Any) -> Rule:
    return Rule(**{"id": "q", "name": "Quality low", "metric": "quality", "threshold": 0.8, "window_s": 120.0, **changed})


def tag_rule(**changed: Any) -> Rule:
    return Rule(**{"id": "t", "name": "Out of range", "metric": "tag", **changed})


@pytest.mark.parametrize(
    ("good", "judged", "found"),
    [
        (0, 0, "NODATA"),
        (0, 9, "LOW_N"),
        (0, 10, "BREACH"),
        (799_999, 1_000_000, "BREACH"),
        (8, 10, "BAND"),  # exactly 80 % is not below 80 % (row 1)
        (81, 100, "BAND"),
        (819_999, 1_000_000, "BAND"),
        (82, 100, "OK"),
        (10, 10, "OK"),
    ],
)
def test_quality(good: int, judged: int, found: str) -> None:
    assert quality(quality_rule(), good, judged).found == found


def test_exactly_at_the_threshold_is_well_without_a_band() -> None:
    assert quality(quality_rule(clear_threshold=0.8), 80, 100).found == "OK"


@pytest.mark.parametrize(("threshold", "good", "judged"), [(0.7, 7, 10), (0.57, 57, 100), (0.29, 29, 100), (0.999, 999, 1000)])
def test_decimals_mean_what_is_written(threshold: float, good: int, judged: int) -> None:
    rule = quality_rule(threshold=threshold, clear_threshold=threshold)
    assert quality(rule, good, judged).found == "OK"
    assert quality(rule, good - 1, judged).found == "BREACH"


def test_the_default_clear_threshold_stops_at_all_good() -> None:
    assert quality(quality_rule(threshold=0.99), 100, 100).found == "OK"


@pytest.mark.parametrize(
    ("good", "judged", "text"),
    [
        (18, 25, "Quality 72.0 % over 2 min, below 80 % (18 of 25 good)"),
        (7999, 10_000, "Quality 79.99 % over 2 min, below 80 % (7999 of 10000 good)"),
        (3, 9, "Only 9 products were judged over 2 min; 10 are needed"),
        (0, 0, "No product was judged over 2 min"),
        (95, 100, "Quality 95.0 % over 2 min (95 of 100 good)"),
        (13, 14, "Quality 92.9 % over 2 min (13 of 14 good)"),
    ],
)
def test_what_people_read_of_quality(good: int, judged: int, text: str) -> None:
    assert quality(quality_rule(), good, judged).text == text


def test_evidence_of_quality() -> None:
    found = quality(quality_rule(), 18, 25)
    assert found.evidence == {
        "metric": "quality",
        "value": 0.72,
        "threshold": 0.8,
        "clear_threshold": 0.82,
        "good": 18,
        "judged": 25,
        "window_s": 120.0,
        "for_s": 300.0,
    }


@pytest.mark.parametrize(
    ("value", "broken", "found"),
    [
        (4.4, None, "OK"),  # on a limit is inside
        (5.6, None, "OK"),
        (4.399999, None, "BREACH"),
        (5.600001, None, "BREACH"),
        (4.4, "low", "BAND"),
        (4.459, "low", "BAND"),
        (4.46, "low", "OK"),  # 5 % of 1.2 bar inside
        (5.58, "low", "OK"),  # near the other limit, which was not the one
        (5.58, "high", "BAND"),
        (5.54, "high", "OK"),
    ],
)
def test_tags(value: float, broken: Any, found: str) -> None:
    assert tag_range(tag_rule(), PRESSURE, Measured(TICK, value, "good"), TICK, broken).found == found


@pytest.mark.parametrize(("age_s", "found"), [(30, "OK"), (30.000001, "NODATA")])
def test_a_tag_is_believed_as_long_as_everywhere_else(age_s: float, found: str) -> None:
    sample = Measured(TICK - round(age_s * S), 5.0, "good")
    assert tag_range(tag_rule(), PRESSURE, sample, TICK, None).found == found


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_is_no_data(value: float) -> None:
    finding = tag_range(tag_rule(), PRESSURE, Measured(TICK, value, "good"), TICK, None)
    assert (finding.found, finding.evidence["value"]) == ("NODATA", None)


def test_a_tag_never_heard_of_has_no_data() -> None:
    assert tag_range(tag_rule(), PRESSURE, None, TICK, None).found == "NODATA"


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (PRESSURE, 3.9, "Lubricant pressure 3.9 bar, below 4.4 bar"),
        (PRESSURE, 4.39, "Lubricant pressure 4.39 bar, below 4.4 bar"),
        (PRESSURE, 6.0, "Lubricant pressure 6.0 bar, above 5.6 bar"),
        (PRESSURE, 5.0, "Lubricant pressure 5 bar"),
        (Tag("n", "Load", "", normal_high=10.0), 12.0, "Load 12, above 10"),
        (Tag("e", "Energy", "J", normal_high=10.0), 1.5e300, "Energy 1.5e+300 J, above 10 J"),
        (Tag("f", "Ram force", "kN", normal_low=1180.0, normal_high=1420.0), 1502.4, "Ram force 1502 kN, above 1420 kN"),
    ],
)
def test_what_people_read_of_tags(tag: Tag, value: float, text: str) -> None:
    assert tag_range(tag_rule(), tag, Measured(TICK, value, "good"), TICK, None).text == text


@pytest.mark.parametrize(("seconds", "text"), [(45.0, "45 s"), (90.0, "90 s"), (120.0, "2 min"), (3600.0, "1 h"), (5400.0, "90 min")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
