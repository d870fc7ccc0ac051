"""How the trigger source's cumulative count becomes products: pure, so that every count gets exactly one record.

Invariant: a count is either in a gap, or a product, or at or below `last`; counts never repeat and never skip.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Seen(Struct, frozen=True):
    """What the source said. `fresh`: a product passed just now; else: where the count stands, said on connecting.

    `at` is when the product passed, UTC µs (0: nothing has passed yet); `arrived` the event loop's time in seconds.
    """

    count: int
    at: int
    fresh: bool
    arrived: float = 0.0


class Tally(Struct, frozen=True):
    """What was journaled so far. `last` is None before the first word of the source; product count = source count + `offset`."""

    last: int | None = None
    last_at: int = 0
    offset: int = 0


class Gap(Struct, frozen=True):
    """Counts `first`…`last` that passed unseen, between these instants (UTC µs)."""

    first: int
    last: int
    after: int
    before: int


class Step(Struct, frozen=True):
    tally: Tally
    gap: Gap | None = None
    product: int | None = None
    note: Literal["", "repeated", "reset"] = ""


def advance(tally: Tally, seen: Seen, now: int) -> Step:
    """One word of the source → the new tally, the counts that were missed, the product that is here."""
    at = min(seen.at, now) if seen.at else now
    count = seen.count + tally.offset
    if tally.last is None:
        # The first start: what passed before this station existed was never its to judge.
        return Step(Tally(count, at), product=count if seen.fresh else None)
    if count > tally.last:
        return _forward(tally, count, at, seen.fresh)
    if seen.fresh or count == tally.last:
        return Step(tally, note="repeated" if seen.fresh else "")
    # A source that lost its count goes on from a smaller one: its products keep their own, never used, numbers.
    return Step(Tally(tally.last, tally.last_at, tally.last - seen.count), note="reset")


def _forward(tally: Tally, count: int, at: int, fresh: bool) -> Step:
    first, last = (tally.last or 0) + 1, count - 1 if fresh else count
    gap = Gap(first, last, min(tally.last_at, at), at) if first <= last else None
    return Step(Tally(count, at, tally.offset), gap, count if fresh else None)


def spread(gap: Gap, count: int) -> int:
    """When this count of the gap passed, by even spacing: nobody saw it, and one instant for all would be a false burst."""
    return gap.after + (gap.before - gap.after) * (count - gap.first + 1) // (gap.last - gap.first + 2)
