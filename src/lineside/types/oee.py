"""OEE arithmetic: additive integers in, ratios out (ISO 22400-2 terms). Percentages are never stored or averaged (R1, R3)."""

from __future__ import annotations

from msgspec import Struct

COVERAGE_GREY = 0.9
"""Under this coverage a number is shown grey (R8)."""


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

    def __add__(self, other: Components) -> Components:
        return Components(*(mine + theirs for mine, theirs in zip(_values(self), _values(other), strict=True)))


class Ratios(Struct, frozen=True):
    """Made from components; None where undefined (R7). Performance is not capped here (R6): `flags` says PERF_GT_100."""

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
    result = Components()
    for part in parts:
        result = result + part
    return result


def ratios(c: Components) -> Ratios:
    """A = run/planned, P = ideal/run, Q = good/ideal, OEE = good/planned, with the zero rules R7 and the bounds R8."""
    known_us = c.planned_us - c.nodata_us
    planned = c.planned_us > 0
    runs = planned and c.run_us > 0
    return Ratios(
        availability=_ratio(c.run_us, c.planned_us),
        performance=_ratio(c.ideal_us, c.run_us) if planned else None,
        quality=_ratio(c.good_us, c.ideal_us) if runs else None,
        quality_by_count=_ratio(c.gq, c.pq - c.uq),
        oee=_ratio(c.good_us, c.planned_us) if runs else (0.0 if planned else None),
        coverage=_ratio(known_us, c.planned_us),
        oee_known=_ratio(c.good_us, known_us),
        oee_low=_ratio(c.good_us, c.planned_us),
        oee_high=_ratio(c.good_us + c.nodata_us, c.planned_us),
        flags=("PERF_GT_100",) if runs and c.ideal_us > c.run_us else (),
    )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def _values(c: Components) -> tuple[int, ...]:
    return tuple(getattr(c, name) for name in c.__struct_fields__)
