from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineside.types.identity import SeqRange, instant, is_id, micros


@given(st.integers(min_value=0, max_value=4_102_444_800_000_000))
def test_an_instant_survives_the_round_trip_to_the_microsecond(at_us: int) -> None:
    assert micros(instant(at_us)) == at_us


def test_an_offset_is_the_same_instant() -> None:
    local = datetime(2026, 11, 22, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert micros(local) == micros(local.astimezone(UTC))


@pytest.mark.parametrize("text", ["beijing", "line-1", "A_1", "9"])
def test_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "-a", "a.b", "a b", "a/b", "*", ">", "é", "a" * 65, "a\n"])
def test_what_would_break_a_subject_or_a_path_is_no_id(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize("text", ["", "1", "0-3", "3-1", "-1-2", "a-b", "1-2-3", "1 - 2"])
def test_a_bad_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|first-last"):
        SeqRange.parse(text)


def test_a_range_counts_both_ends() -> None:
    assert len(SeqRange.parse("5-5")) == 1
    assert str(SeqRange.parse("5-9")) == "5-9"
