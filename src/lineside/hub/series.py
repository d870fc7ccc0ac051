"""Bins of a tag as points to draw. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lineside.hub.store.readings import Bin
from lineside.types.identity import instant
from lineside.types.machine import Value
from lineside.types.view import ReadingPoint

AGGREGATES = ("raw", "avg", "min", "max", "last", "count")
FILLS = ("none", "null", "previous")


def binned_points(bins: Sequence[Bin], aggregate: str) -> dict[int, ReadingPoint]:
    """Start of the bin (UTC µs) → its point."""
    return {b.start_us: ReadingPoint(instant(b.start_us), _value(b, aggregate), b.low, b.high, b.count) for b in bins}


def filled(
    points: dict[int, ReadingPoint], start_us: int, end_us: int, bin_us: int, *, previous: bool, before: Value | None
) -> list[ReadingPoint]:
    """Every bin of [start, end): an empty one shows null, or with `previous` the value that stood (`before` the first)."""
    result, standing = [], before
    for at_us in range(start_us // bin_us * bin_us, end_us, bin_us):
        point = points.get(at_us)
        result.append(point or ReadingPoint(instant(at_us), standing if previous else None, count=0))
        standing = point.value if point else standing
    return result


def _value(found: Bin, aggregate: str) -> Value | None:
    """None: this aggregate does not exist for what the tag says (the mean of a text)."""
    match aggregate:
        case "avg":
            return found.mean
        case "min":
            return found.low
        case "max":
            return found.high
        case "count":
            return float(found.count)
        case _:
            return found.last
