"""Times and cursors as people and programs write them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineside.hub.api.problems import RefusedError
from lineside.hub.api.question import Question, make_cursor, parse_time
from lineside.hub.store.inspections import Place


@pytest.mark.parametrize(
    ("text", "at_us"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01t00:00:01z", 1_000_000),
        ("1970-01-01 01:00:00+01:00", 0),
        ("1969-12-31T23:59:59Z", None),
        ("1970-01-01T00:00:00", None),
        ("1970-01-01", None),
        ("1970-01-01T00:00:00.0000001Z", None),
        ("1970-01-01T25:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("now", None),
    ],
)
def test_times(text: str, at_us: int | None) -> None:
    assert parse_time(text) == at_us


@given(st.text(max_size=40))
def test_no_text_breaks_a_question(text: str) -> None:
    question = Question()
    question.time("from", text)
    question.cursor(text, Place)
    question.limit(text, 5)
    with contextlib.suppress(RefusedError):
        question.done()


@given(st.integers(0, 2**62), st.integers(1, 2**31 - 1), st.integers(1, 2**62))
def test_a_cursor_reads_back(effective_us: int, station_key: int, trigger_count: int) -> None:
    place = Place(effective_us, station_key, trigger_count)
    assert Question().cursor(make_cursor(place), Place) == place
