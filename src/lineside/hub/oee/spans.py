"""Stretches of time, and what was in force in them. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any, TypeVar

from lineside.types.identity import instant, micros
from lineside.types.plant import Site

Span = tuple[int, int]
"""µs since 1970, half-open."""
R = TypeVar("R")
"""A record with `effective_us`."""


def planned_spans(site: Site, window: Span) -> list[Span]:
    """The site's shifts in µs."""
    return [(micros(start), micros(end)) for start, end in site.planned(instant(window[0]), instant(window[1]))]


def overlap(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The time in both; each ascending and disjoint."""
    found: list[Span] = []
    n = m = 0
    while n < len(some) and m < len(others):
        span = clip(some[n], others[m])
        if span[0] < span[1]:
            found.append(span)
        if some[n][1] < others[m][1]:
            n += 1
        else:
            m += 1
    return found


def in_force(records: Sequence[R], start_us: int, end_us: int) -> list[tuple[int, int, R]]:
    """Which of the sorted records was in force when, ascending; of several at one instant the last in order. Before the first: none."""
    first = max(bisect.bisect_right(records, start_us, key=at) - 1, 0)
    past = bisect.bisect_left(records, end_us, key=at)
    chosen = records[first:past]
    if not chosen:
        return []
    ends = [*(at(record) for record in chosen[1:]), end_us]
    pieces = [(max(at(record), start_us), min(until, end_us), record) for record, until in zip(chosen, ends, strict=True)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def pieces(span: Span, length_us: int) -> list[Span]:
    """The span cut at every multiple of `length_us`."""
    edges = range(span[0] // length_us * length_us, span[1], length_us)
    return [clip((edge, edge + length_us), span) for edge in edges]


def clip(span: Span, window: Span) -> Span:
    return max(span[0], window[0]), min(span[1], window[1])


def length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def at(record: Any) -> int:
    us: int = record.effective_us
    return us
