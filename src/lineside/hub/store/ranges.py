"""Sets of numbers as ascending, disjoint, closed ranges: what a ledger holds. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

Ranges = tuple[tuple[int, int], ...]
"""(first, last), both included."""


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """The ranges of any numbers, in any order, repeated or not."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def holds(ranges: Ranges, number: int) -> bool:
    place = bisect.bisect_right(ranges, (number, number))
    return any(first <= number <= last for first, last in ranges[max(place - 1, 0) : place + 1])


def overlap(some: Ranges, others: Ranges) -> Ranges:
    """The numbers in both."""
    found: list[tuple[int, int]] = []
    n = m = 0
    while n < len(some) and m < len(others):
        first, last = max(some[n][0], others[m][0]), min(some[n][1], others[m][1])
        if first <= last:
            found.append((first, last))
        if some[n][1] < others[m][1]:
            n += 1
        else:
            m += 1
    return tuple(found)


def unite(some: Ranges, others: Ranges) -> Ranges:
    """The numbers in either."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(some + others):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def limit(ranges: Ranges, most_ranges: int, most_numbers: int) -> Ranges:
    """The lowest numbers, at most so many ranges and numbers."""
    found: list[tuple[int, int]] = []
    for first, last in ranges[:most_ranges]:
        if most_numbers <= 0:
            break
        found.append((first, min(last, first + most_numbers - 1)))
        most_numbers -= last - first + 1
    return tuple(found)


def to_multirange(ranges: Iterable[tuple[int, int]]) -> str:
    """As PostgreSQL reads an int8multirange."""
    return "{" + ",".join(f"[{first},{last}]" for first, last in ranges) + "}"


def from_multirange(value: Sequence[object]) -> Ranges:
    """As asyncpg gives an int8multirange: ranges of `lower` included, `upper` excluded."""
    return tuple((r.lower, r.upper - 1) for r in value)  # type: ignore[attr-defined]
