"""The ledger's sets of numbers against Python's own sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lineside.hub.store.ranges import Ranges, holds, limit, overlap, ranges_of, to_multirange, unite

numbers = st.sets(st.integers(1, 60), max_size=30)


def members(ranges: Ranges) -> set[int]:
    return {n for first, last in ranges for n in range(first, last + 1)}


@given(st.lists(st.integers(1, 60)))
def test_ranges_hold_exactly_the_numbers_and_are_as_few_as_can_be(some: list[int]) -> None:
    ranges = ranges_of(some)
    assert members(ranges) == set(some)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges))


@given(numbers, numbers, st.integers(0, 61))
def test_sets_of_ranges_behave_as_sets(some: set[int], others: set[int], number: int) -> None:
    a, b = ranges_of(some), ranges_of(others)
    assert overlap(a, b) == ranges_of(some & others)
    assert unite(a, b) == ranges_of(some | others)
    assert holds(a, number) == (number in some)


@given(numbers, st.integers(0, 5), st.integers(0, 40))
def test_a_limit_keeps_the_lowest(some: set[int], most_ranges: int, most_numbers: int) -> None:
    kept = limit(ranges_of(some), most_ranges, most_numbers)
    assert len(kept) <= most_ranges
    assert sorted(members(kept)) == sorted(some)[: len(members(kept))]
    assert len(members(kept)) <= most_numbers


def test_as_postgresql_reads_it() -> None:
    assert to_multirange(((1, 3), (7, 7))) == "{[1,3],[7,7]}"
    assert to_multirange(()) == "{}"
