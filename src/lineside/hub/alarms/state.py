"""Where a rule stands at a source, and what one more tick makes of it. Pure: a function of the ticks, not of when they were looked at.

    well ── BREACH ──► pending ── broken for `for_s` ──► firing ── OK ──► recovering ── well for `keep_for` ──► well
      ▲                   │ OK, INACTIVE,                  ▲                   │
      └───────────────────┘ no data for 10 min             └───── BREACH ──────┘  (the same alarm, no second message)

The alarm is open while firing or recovering. Both clocks run through BAND, which decides nothing; they pause without data.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from lineside.hub.alarms.finding import Finding, Found, Side
from lineside.types.rule import Rule

Phase = Literal["well", "pending", "firing", "recovering"]
Happens = Literal["raised", "cleared", "stale", "fresh"]

DROP_US = 600_000_000
"""Without data for this long, what was only pending is forgotten."""


class Standing(Struct, frozen=True):
    """Kept in the store between ticks. Times are event time, UTC µs."""

    phase: Phase = "well"
    clock_us: int = 0
    """How long it has been broken (pending), or well again (recovering)."""
    counted_us: int | None = None
    """The tick up to which the clock has run; None: it pauses."""
    missing_us: int | None = None
    """The first tick of an unbroken run without data."""
    stale: bool = False
    side: Side | None = None
    """The limit that was broken last."""
    made_of: str = ""
    """The rule (and limits) that it was decided by; another one is an edited rule."""
    window_us: int = 0

    @property
    def is_open(self) -> bool:
        return self.phase in ("firing", "recovering")


class Step(Struct, frozen=True):
    standing: Standing
    happens: tuple[Happens, ...] = ()


def advance(rule: Rule, before: Standing, finding: Finding, tick_us: int) -> Step:
    """One tick on."""
    found = _taken_as(rule, finding.found)
    standing = _run_clock(before, found, tick_us)
    if finding.side is not None:
        standing = replace(standing, side=finding.side)
    match standing.phase:
        case "well":
            return _from_well(rule, standing, found)
        case "pending":
            return _from_pending(rule, standing, found, tick_us)
        case "firing":
            return _with_staleness(before, _from_firing(rule, standing, found), found)
        case "recovering":
            return _with_staleness(before, _from_recovering(rule, standing, found), found)


def edited(standing: Standing, made_of: str, window_us: int) -> Standing:
    """The rule is another one now: what was pending starts anew, what fires stays until the next tick decides by the new rule."""
    if standing.made_of == made_of:
        return standing
    kept = replace(standing, made_of=made_of, window_us=window_us, clock_us=0, counted_us=None)
    return kept if standing.is_open else Standing(made_of=made_of, window_us=window_us)


def removed(standing: Standing, ticked_us: int, now_us: int) -> bool:
    """Whether to close what no rule watches any more: at once when nothing is open, else after two windows."""
    return not standing.is_open or now_us - ticked_us >= 2 * standing.window_us


def _taken_as(rule: Rule, found: Found) -> Found:
    """Missing data as the rule wants it. Too few products are missing data for a ratio."""
    match found:
        case "NODATA" | "LOW_N":
            match rule.on_missing:
                case "hold":
                    return "NODATA"
                case "ok":
                    return "OK"
                case "breach":
                    return "BREACH"
        case "BREACH" | "OK" | "BAND" | "INACTIVE":
            return found


def _run_clock(standing: Standing, found: Found, tick_us: int) -> Standing:
    match found:
        case "BREACH" | "OK" | "BAND":
            ran_us = 0 if standing.counted_us is None else tick_us - standing.counted_us
            return replace(standing, clock_us=standing.clock_us + ran_us, counted_us=tick_us, missing_us=None)
        case "NODATA" | "LOW_N":
            return replace(standing, counted_us=None, missing_us=tick_us if standing.missing_us is None else standing.missing_us)
        case "INACTIVE":
            return replace(standing, counted_us=None, missing_us=None)


def _from_well(rule: Rule, standing: Standing, found: Found) -> Step:
    match found:
        case "BREACH":
            pending = replace(standing, phase="pending", clock_us=0)
            return _fires(pending) if rule.for_s == 0 else Step(pending)
        case "OK" | "BAND" | "NODATA" | "LOW_N" | "INACTIVE":
            return Step(_well(standing))


def _from_pending(rule: Rule, standing: Standing, found: Found, tick_us: int) -> Step:
    match found:
        case "BREACH":
            return _fires(standing) if standing.clock_us >= _us(rule.for_s) else Step(standing)
        case "OK" | "INACTIVE":
            return Step(_well(standing))
        case "BAND":
            return Step(standing)
        case "NODATA" | "LOW_N":
            gone_us = 0 if standing.missing_us is None else tick_us - standing.missing_us
            return Step(_well(standing) if gone_us >= DROP_US else standing)


def _from_firing(rule: Rule, standing: Standing, found: Found) -> Step:
    match found:
        case "OK":
            recovering = replace(standing, phase="recovering", clock_us=0)
            return _clears(recovering) if rule.clears_after_s == 0 else Step(recovering)
        case "BREACH" | "BAND" | "NODATA" | "LOW_N" | "INACTIVE":
            return Step(standing)


def _from_recovering(rule: Rule, standing: Standing, found: Found) -> Step:
    match found:
        case "OK":
            return _clears(standing) if standing.clock_us >= _us(rule.clears_after_s) else Step(standing)
        case "BREACH":
            return Step(replace(standing, phase="firing", clock_us=0))
        case "BAND" | "NODATA" | "LOW_N" | "INACTIVE":
            return Step(standing)


def _with_staleness(before: Standing, step: Step, found: Found) -> Step:
    """An open alarm whose data stop stands as it was last known, and says so. A planned stop changes nothing."""
    match found:
        case "NODATA" | "LOW_N":
            stale = True
        case "BREACH" | "OK" | "BAND":
            stale = False
        case "INACTIVE":
            stale = before.stale
    if stale == before.stale:
        return step
    happens: Happens = "stale" if stale else "fresh"
    # A cleared alarm leaves a fresh standing behind.
    return Step(replace(step.standing, stale=stale), (happens, *step.happens))


def _fires(standing: Standing) -> Step:
    return Step(replace(standing, phase="firing", clock_us=0), ("raised",))


def _clears(standing: Standing) -> Step:
    return Step(_well(standing), ("cleared",))


def _well(standing: Standing) -> Standing:
    """Nothing is remembered but the rule, and since when there is no data."""
    return Standing(missing_us=standing.missing_us, made_of=standing.made_of, window_us=standing.window_us)


def _us(seconds: float) -> int:
    return round(seconds * 1_000_000)
