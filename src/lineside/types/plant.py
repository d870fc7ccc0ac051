"""The plant after ISA-95: enterprise → region → country → site → line → step → equipment → tag.

A line runs a *process*: a graph of steps with transport lags, its cameras, defect types and ideal cycle. Lines of the same kind
share one process, so a ninth site is four lines of TOML. The file is the truth; the hub stores what was applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from lineside.types.fields import Id, Name, Positive, Strict
from lineside.types.rule import Rule, RuleChange, changed

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Enterprise(Strict, frozen=True):
    id: Id
    name: Name


class Region(Strict, frozen=True):
    id: Id
    name: Name


class Country(Strict, frozen=True):
    """`id` is the ISO 3166 code."""

    id: Id
    name: Name
    region: Id


class Tag(Strict, frozen=True):
    """One measured value. Normal range and designed maximum in `unit`; None: no limit on that side."""

    id: Id
    name: Name
    unit: str
    normal_low: float | None = None
    normal_high: float | None = None
    design_max: float | None = None
    expected_interval_s: Positive = 1.0
    deadband: Annotated[float, Meta(ge=0)] = 0.0
    kind: Literal["number", "bool", "text"] = "number"


class Equipment(Strict, frozen=True):
    id: Id
    name: Name
    tag: tuple[Tag, ...] = ()


class Step(Strict, frozen=True):
    """One process step. `icon` names a picture of the web's set; unknown names show the neutral one."""

    id: Id
    name: Name
    icon: str = "step"
    equipment: tuple[Equipment, ...] = ()

    def tags(self) -> Iterator[Tag]:
        for equipment in self.equipment:
            yield from equipment.tag


class Edge(Strict, frozen=True, rename={"from_step": "from", "to_step": "to"}):
    """Transport from one step to the next: `lag_s` seconds at the process's design belt speed."""

    from_step: Id
    to_step: Id
    lag_s: Annotated[float, Meta(ge=0)]


class Camera(Strict, frozen=True):
    id: Id
    name: Name


class DefectType(Strict, frozen=True):
    """`label` is what the detectors say; `name` what people read."""

    label: Name
    name: Name


class Process(Strict, frozen=True):
    """What a kind of line does. `ideal_cycle_s` is PRI, the planned run time per item; without it performance rests on the belt's speed.

    `belt_speed_tag` (`<step>.<tag>`, m/s) tells how fast the belt moves: transport lags are counted along it.
    """

    id: Id
    name: Name
    product_name: Name
    belt_speed_mps: Positive
    inspection_step: Id
    step: tuple[Step, ...]
    edge: tuple[Edge, ...] = ()
    camera: tuple[Camera, ...] = ()
    defect: tuple[DefectType, ...] = ()
    belt_speed_tag: str | None = None
    ideal_cycle_s: Positive | None = None

    @property
    def ideal_us(self) -> int | None:
        return None if self.ideal_cycle_s is None else round(self.ideal_cycle_s * 1_000_000)

    @property
    def belt_speed_max(self) -> float | None:
        """The designed maximum of `belt_speed_tag`, in its unit; None without such a tag or limit."""
        return next((tag.design_max for key, _, tag in self.tags() if key == self.belt_speed_tag), None)

    def tags(self) -> Iterator[tuple[str, Step, Tag]]:
        """Every tag with its key `<step>.<tag>`."""
        for step in self.step:
            for tag in step.tags():
                yield f"{step.id}.{tag.id}", step, tag

    def lag_to_inspection_s(self, step: str) -> float | None:
        """Seconds from `step` to the inspection at design speed along the longest path; None when no path leads there."""
        return _longest(self.edge, step, self.inspection_step)


class Shift(Strict, frozen=True):
    """Half-open in the site's zone; `end` ≤ `start` runs past midnight; "24:00" is the end of the day."""

    id: Id
    name: Name
    start: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    end: Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
    days: tuple[Day, ...] = DAYS


class Line(Strict, frozen=True):
    """`rule`: what is different at this line from the plant's rules of the same id."""

    id: Id
    name: Name
    process: Id
    station: Id = "station-1"
    rule: tuple[RuleChange, ...] = ()


class Site(Strict, frozen=True):
    id: Id
    name: Name
    country: Id
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    timezone: str
    default_line: Id
    shift: tuple[Shift, ...] = ()
    line: tuple[Line, ...] = ()

    def planned(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The parts of [start, end) inside a shift, ascending, merged, UTC (R11: clock changes come out right)."""
        return _merge([(max(a, start), min(b, end)) for a, b in self.shift_spans(start, end)])

    def shift_spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Every shift that overlaps [start, end), whole, UTC; by day, not merged."""
        zone = ZoneInfo(self.timezone)
        day = (start.astimezone(zone) - timedelta(days=1)).date()
        last = end.astimezone(zone).date()
        spans: list[tuple[datetime, datetime]] = []
        while day <= last:
            midnight = datetime.combine(day, time(), zone)
            spans += [_shift_span(shift, midnight) for shift in self.shift if DAYS[day.weekday()] in shift.days]
            day += timedelta(days=1)
        return [(a, b) for a, b in spans if a < end and b > start]


class Plant(Strict, frozen=True):
    enterprise: Enterprise
    process: tuple[Process, ...]
    region: tuple[Region, ...] = ()
    country: tuple[Country, ...] = ()
    site: tuple[Site, ...] = ()
    rule: tuple[Rule, ...] = ()
    """Alarm rules, for every line of their process."""

    def find_process(self, line: Line) -> Process:
        return next(p for p in self.process if p.id == line.process)

    def lines(self) -> Iterator[tuple[Site, Line]]:
        for site in self.site:
            for line in site.line:
                yield site, line

    def find_line(self, site_id: str, line_id: str) -> tuple[Site, Line] | None:
        return next(((s, n) for s, n in self.lines() if (s.id, n.id) == (site_id, line_id)), None)

    def find_place(self, kind: str, place: str) -> tuple[str, list[Site]] | None:
        """Name and sites of a `site`, `country` or `region`; None when the plant has no such place."""
        known: dict[str, tuple[Site | Country | Region, ...]] = {"site": self.site, "country": self.country, "region": self.region}
        found = next((part for part in known.get(kind, ()) if part.id == place), None)
        if found is None:
            return None
        return found.name, [site for site in self.site if place == self._place_of(site, kind)]

    def _place_of(self, site: Site, kind: str) -> str:
        return {"site": site.id, "country": site.country}.get(kind) or self.region_of(site)

    def find_site(self, site_id: str) -> Site | None:
        return next((s for s in self.site if s.id == site_id), None)

    def rules_of(self, line: Line) -> list[Rule]:
        """The rules that hold at this line, as it changes them; those it switches off are left out."""
        changes = {change.id: change for change in line.rule}
        rules = [changed(rule, changes.get(rule.id)) for rule in self.rule if rule.process in (None, line.process)]
        return [rule for rule in rules if rule.enabled]

    def region_of(self, site: Site) -> str:
        return next(c.region for c in self.country if c.id == site.country)


def to_builtins(plant: Plant) -> dict[str, Any]:
    """Plain data for TOML or JSON; values that are None are left out (TOML has no null)."""
    pruned: dict[str, Any] = _prune(msgspec.to_builtins(plant))
    return pruned


def _longest(edges: tuple[Edge, ...], start: str, goal: str) -> float | None:
    if start == goal:
        return 0.0
    tails = [(e.lag_s, _longest(edges, e.to_step, goal)) for e in edges if e.from_step == start]
    return max((lag + tail for lag, tail in tails if tail is not None), default=None)


def _shift_span(shift: Shift, midnight: datetime) -> tuple[datetime, datetime]:
    start = _at(midnight, shift.start)
    return start, _at(midnight if shift.end > shift.start else midnight + timedelta(days=1), shift.end)


def _at(midnight: datetime, clock: str) -> datetime:
    """The UTC instant of a wall-clock time on the day of `midnight` in its zone."""
    hours, minutes = int(clock[:2]), int(clock[3:])
    day = midnight + timedelta(days=hours // 24)
    return day.replace(hour=hours % 24, minute=minutes).astimezone(UTC)


def _merge(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _prune(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _prune(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_prune(item) for item in value]
    return value
