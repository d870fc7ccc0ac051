"""OEE arithmetic: additive integers in, ratios out (ISO 22400-2 terms). Percentages are never stored or averaged (R1, R3)."""

from __future__ import annotations

from operator import add

from msgspec import Struct
from msgspec.structs import astuple

COVERAGE_GREY = 0.9
"""Under this coverage a number is shown grey (R8)."""
UNRATED_TENTHS = 1
"""Once more than so many tenths of the run time have no ideal time, nothing is said of performance."""


class Components(Struct, frozen=True):
    """Sums over any set of (line, minute): microseconds and counts. Adding two gives the components of their union."""

    calendar_us: int = 0
    planned_us: int = 0
    run_us: int = 0
    down_us: int = 0
    nodata_us: int = 0
    ideal_us: int = 0
    """ΣPRI·PQ"""
    good_us: int = 0
    """ΣPRI·GQ"""
    pq: int = 0
    gq: int = 0
    sq: int = 0
    rq: int = 0
    uq: int = 0
    """Ran but not judged: in pq and ideal_us, never in gq."""
    proxy_us: int = 0
    """The part of ideal_us that rests on the belt's speed instead of an ideal cycle (R14)."""
    unrated_us: int = 0
    """The part of run_us for which neither an ideal cycle nor the belt's speed is known."""

    def __add__(self, other: Components) -> Components:
        return Components(*map(add, astuple(self), astuple(other)))


class Ratios(Struct, frozen=True):
    """Made from components; None where undefined (R7). Performance is not capped here (R6).

    `flags`: PERF_GT_100 (ideal time exceeds run time), PROXY (some ideal time rests on the belt's speed, R14), UNRATED (for some run time
    no ideal time is known: performance, quality by time and OEE are None once that is more than a tenth, below it they are lower bounds).
    """

    availability: float | None
    performance: float | None
    quality: float | None
    """By time: it multiplies into OEE."""
    quality_by_count: float | None
    """gq / (pq − uq): what people say."""
    oee: float | None
    coverage: float | None
    oee_known: float | None
    oee_low: float | None
    oee_high: float | None
    flags: tuple[str, ...] = ()


def total(parts: list[Components]) -> Components:
    """R1: roll up by summing."""
    return Components(*map(sum, zip(*map(astuple, parts), strict=True)))


def ratios(c: Components) -> Ratios:
    """A = run/planned, P = ideal/run, Q = good/ideal, OEE = good/planned, with the zero rules R7, the bounds R8 and the proxies R14."""
    known_us = c.planned_us - c.nodata_us
    planned = c.planned_us > 0
    runs = planned and c.run_us > 0
    rated = 10 * c.unrated_us <= UNRATED_TENTHS * c.run_us
    return Ratios(
        availability=_ratio(c.run_us, c.planned_us),
        performance=_ratio(c.ideal_us, c.run_us) if planned and rated else None,
        quality=_ratio(c.good_us, c.ideal_us) if runs and rated else None,
        quality_by_count=_ratio(c.gq, c.pq - c.uq),
        oee=_oee(c, rated=rated),
        coverage=_ratio(known_us, c.planned_us),
        oee_known=_ratio(c.good_us, known_us) if rated else None,
        oee_low=_ratio(c.good_us, c.planned_us),
        oee_high=_ratio(c.good_us + c.nodata_us + c.unrated_us, c.planned_us),
        flags=_flags(c, runs=runs),
    )


def _oee(c: Components, *, rated: bool) -> float | None:
    if c.planned_us <= 0 or not rated:
        return None
    return c.good_us / c.planned_us if c.run_us > 0 else 0.0


def _flags(c: Components, *, runs: bool) -> tuple[str, ...]:
    flags = {"PERF_GT_100": runs and c.ideal_us > c.run_us, "PROXY": c.proxy_us > 0, "UNRATED": c.unrated_us > 0}
    return tuple(flag for flag, stands in flags.items() if stands)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
