"""What the hub shows: the payloads of REST and of the live socket. One place, so that both and the generated web types agree.

Times are RFC 3339 UTC strings in JSON (aware datetimes here); durations carry their unit in the name.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from lineside.types.cause import FailedStep, StepEvent
from lineside.types.inspection import LineState
from lineside.types.machine import Quality, Value
from lineside.types.oee import Components, Ratios


class OeeView(Struct, frozen=True):
    """Components and the ratios made of them over [start, end)."""

    start: datetime
    end: datetime
    components: Components
    ratios: Ratios


class TrendPoint(Struct, frozen=True):
    """One minute; `oee` None where nothing was planned; `coverage` under 0.9 is drawn as a gap."""

    at: datetime
    oee: float | None
    coverage: float | None


class AlarmCount(Struct, frozen=True):
    """Open alarms of a place."""

    open: int = 0
    unacknowledged: int = 0
    highest: str | None = None
    """Severity; None when none is open."""


class LineSummary(Struct, frozen=True):
    site: str
    line: str
    name: str
    process: str
    state: LineState
    state_since: datetime | None
    last_seen: datetime | None
    """Newest sign of life of its station; None: never heard of."""
    oee: OeeView
    alarms: AlarmCount = AlarmCount()
    failed: FailedStep | None = None


class SiteSummary(Struct, frozen=True):
    id: str
    name: str
    country: str
    region: str
    lat: float
    lon: float
    timezone: str
    oee: OeeView
    trend: list[TrendPoint]
    """The last 60 whole minutes, oldest first."""
    lines: list[LineSummary]
    alarms: AlarmCount = AlarmCount()


class GroupSummary(Struct, frozen=True):
    """A region or a country, rolled up by summing components (R1)."""

    id: str
    name: str
    parent: str | None
    """The region of a country; None for a region."""
    oee: OeeView


class EnterpriseView(Struct, frozen=True):
    """Topic `enterprise` and GET /api/v1/plant."""

    id: str
    name: str
    at: datetime
    oee: OeeView
    regions: list[GroupSummary]
    countries: list[GroupSummary]
    sites: list[SiteSummary]


class TagView(Struct, frozen=True):
    """A tag with its limits and its newest value; `value` None: never heard. `state` is decided by the hub, once for all viewers."""

    key: str
    """`<step>.<tag>`"""
    name: str
    unit: str
    kind: str
    equipment: str
    normal_low: float | None
    normal_high: float | None
    design_max: float | None
    value: Value | None
    quality: Quality | None
    at: datetime | None
    state: str
    """`normal` | `low` | `high` | `over_design` | `bad` | `nodata`"""
    recent: list[tuple[int, float]]
    """(µs since 1970, value) of the last few minutes, oldest first, at most 60 points; numbers only."""


class StepView(Struct, frozen=True):
    id: str
    name: str
    icon: str
    state: str
    """The worst of its tags: `normal` | `watch` | `act` | `nodata` | `none` (no tags)."""
    worst_tag: str | None
    tags: list[TagView]
    defects: int = 0
    """Rejected products of the line's window (see FailedStep) that point to this step."""
    failed: bool = False
    """It is the line's failed step."""
    events: list[StepEvent] = []
    """What people entered about it and is still open."""


class EdgeView(Struct, frozen=True):
    source: str
    target: str
    lag_s: float


class DefectView(Struct, frozen=True):
    label: str
    name: str


class CameraView(Struct, frozen=True):
    id: str
    name: str


class InspectionSummary(Struct, frozen=True):
    """One product in a list or film strip."""

    site: str
    line: str
    station: str
    product: str
    trigger_count: int
    at: datetime
    """effective_at"""
    received_at: datetime
    outcome: str
    verdict: str | None
    reasons: list[str]
    picture: str | None
    """Path below /api/v1/evidence/ of the most telling shot, None when none was kept."""
    picture_state: str
    """`none` (not declared) | `pending` | `present` | `withdrawn` | `expired`: pictures follow their record."""
    score: float | None
    """Of the surest box; None without a box."""
    cameras: list[str]
    """Those that saw a box."""


class LineView(Struct, frozen=True):
    """Topic `line/<site>/<line>` and GET /api/v1/lines/{site}/{line}."""

    site: str
    site_name: str
    timezone: str
    line: str
    name: str
    process: str
    product_name: str
    at: datetime
    state: LineState
    state_reason: str | None
    state_since: datetime | None
    last_seen: datetime | None
    belt_speed_mps: float | None
    inspection_step: str
    oee: OeeView
    trend: list[TrendPoint]
    steps: list[StepView]
    edges: list[EdgeView]
    cameras: list[CameraView]
    defects: list[DefectView]
    products: list[InspectionSummary]
    """The last 24, newest first."""
    counts: dict[str, int]
    """Since midnight in the site's zone: passed, rejected, explained."""
    alarms: AlarmCount = AlarmCount()
    failed: FailedStep | None = None
    events: list[StepEvent] = []
    """Open events about the whole line."""


class LedgerRow(Struct, frozen=True):
    """One numbered series of one station. missing = issued − all the others."""

    site: str
    line: str
    station: str
    epoch: str
    series: str
    issued_to: int
    oldest_kept: int | None
    committed: int
    quarantined: int
    held: int
    withdrawn: int
    expired: int
    missing: int
    gaps: list[tuple[int, int]]
    """At most 100 missing ranges, both ends included."""
    hello_at: datetime | None


class StationView(Struct, frozen=True):
    """What a station said of itself last."""

    site: str
    line: str
    station: str
    ready: bool
    """As it said at `hello_at`; False when it was never heard."""
    detail: str
    version: str | None
    hello_at: datetime | None
    issued: dict[str, int]
    """The highest number it has given, by series."""


class ReadingPoint(Struct, frozen=True):
    at: datetime
    value: Value | None
    low: float | None = None
    high: float | None = None
    count: int = 1


class ReadingSeries(Struct, frozen=True):
    site: str
    line: str
    tag: str
    unit: str
    agg: str
    bin: str | None
    fill: str
    points: list[ReadingPoint]
