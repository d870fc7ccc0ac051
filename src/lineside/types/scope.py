"""What the factory page shows: a site, country or region with its lines side by side, its OEE and its defects over a range.

As in `view`: times are aware datetimes (RFC 3339 UTC in JSON).
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from lineside.types.oee import Components, Ratios
from lineside.types.view import AlarmCount, CameraView, DefectView, LineSummary, OeeView, TrendPoint


class FactorPoint(Struct, frozen=True):
    """One minute with its factors; None where undefined (R7); `coverage` under 0.9 is drawn as a gap."""

    at: datetime
    availability: float | None
    performance: float | None
    quality: float | None
    oee: float | None
    coverage: float | None


class PlaceName(Struct, frozen=True):
    id: str
    name: str


class ScopeLine(Struct, frozen=True):
    """One line beside others: its summary and its trend."""

    summary: LineSummary
    site_name: str
    product_name: str
    trend: list[TrendPoint]


class ScopeView(Struct, frozen=True):
    """Topics `site/<id>`, `region/<id>`, `country/<id>` and GET /api/v1/scopes/{scope}: the factory page of a place and its lines."""

    scope: str
    """As in /api/v1/oee: `site:<id>`, `region:<id>` or `country:<id>`."""
    name: str
    kind: str
    """`site` | `country` | `region`"""
    timezone: str | None
    """The one zone of its sites; None when they differ."""
    at: datetime
    oee: OeeView
    trend: list[FactorPoint]
    """The last 60 whole minutes, oldest first."""
    sites: list[PlaceName]
    lines: list[ScopeLine]
    defects: list[DefectView]
    """Names of the labels of its processes."""
    cameras: list[CameraView]
    alarms: AlarmCount


class OeeBin(Struct, frozen=True):
    start: datetime
    end: datetime
    components: Components
    ratios: Ratios
    defects: dict[str, int] = {}
    """Rejected products by label."""


class OeeSeries(Struct, frozen=True):
    scope: str
    bin: str
    bins: list[OeeBin]


class LineOee(Struct, frozen=True):
    """One line of a scope over a range."""

    site: str
    line: str
    oee: OeeView
    defects: dict[str, int]


class LineOees(Struct, frozen=True):
    """GET /api/v1/oee/lines: every line of a scope over one range, side by side."""

    scope: str
    lines: list[LineOee]


class DefectCell(Struct, frozen=True):
    """Rejected products with this label that this camera saw. One product may show several labels to several cameras."""

    label: str
    camera: str
    products: int


class DefectBin(Struct, frozen=True):
    start: datetime
    end: datetime
    products: dict[str, int]
    """Rejected products by label."""
    judged: int


class DefectSeries(Struct, frozen=True):
    """GET /api/v1/defects: what was found over a scope and range, by type, by camera and over time.

    Products of planned time, as in /api/v1/oee. One that shows two types counts under both: the totals may add up to more than what was
    rejected.
    """

    scope: str
    bin: str
    totals: dict[str, int]
    """Rejected products by label; the most frequent first."""
    judged: int
    cells: list[DefectCell]
    bins: list[DefectBin]
