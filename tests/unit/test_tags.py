"""A tag against its limits, and what its step makes of it."""

from __future__ import annotations

import pytest

from lineside.hub.tags import TagState, limit_state, step_state, tag_state
from lineside.types.machine import Value
from lineside.types.plant import Tag

PRESSURE = Tag("p", "Pressure", "bar", normal_low=4.0, normal_high=6.0, design_max=8.0, expected_interval_s=1.0)
FREE = Tag("f", "Free", "", expected_interval_s=60.0)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (5.0, "normal"),
        (4.0, "normal"),
        (6.0, "normal"),
        (3.999, "low"),
        (6.001, "high"),
        (8.0, "high"),
        (8.001, "over_design"),
        (True, "normal"),
        ("ok", "normal"),
    ],
)
def test_value_against_limits(value: Value, state: TagState) -> None:
    assert limit_state(PRESSURE, value) == state


def test_one_sided_limits() -> None:
    assert limit_state(Tag("t", "T", "°C", design_max=10.0), 11.0) == "over_design"
    assert limit_state(Tag("t", "T", "°C", normal_low=1.0), 0.0) == "low"
    assert limit_state(FREE, -1e9) == "normal"


@pytest.mark.parametrize(
    ("tag", "age_s", "state"),
    [(PRESSURE, 30.0, "normal"), (PRESSURE, 30.1, "nodata"), (FREE, 180.0, "normal"), (FREE, 180.1, "nodata"), (PRESSURE, None, "nodata")],
)
def test_silence_is_no_data(tag: Tag, age_s: float | None, state: TagState) -> None:
    assert tag_state(tag, 5.0, "good", age_s) == state


def test_never_heard_and_bad_sensor() -> None:
    assert tag_state(PRESSURE, None, None, None) == "nodata"
    assert tag_state(PRESSURE, 99.0, "bad", 0.0) == "bad"
    assert tag_state(PRESSURE, 99.0, "uncertain", 0.0) == "over_design"


def test_step_takes_its_worst_tag() -> None:
    assert step_state([]) == ("none", None)
    assert step_state([("a.b", "normal"), ("a.c", "normal")]) == ("normal", None)
    assert step_state([("a.b", "normal"), ("a.c", "nodata")]) == ("nodata", "a.c")
    assert step_state([("a.b", "nodata"), ("a.c", "low"), ("a.d", "high")]) == ("watch", "a.c")
    assert step_state([("a.b", "bad")]) == ("watch", "a.b")
    assert step_state([("a.b", "low"), ("a.c", "over_design"), ("a.d", "low")]) == ("act", "a.c")
