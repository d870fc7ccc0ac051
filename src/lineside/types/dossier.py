"""The dossier of one product: what the product page shows, and nothing that the record does not hold.

Times are RFC 3339 UTC strings in JSON (aware datetimes here); durations carry their unit in the name.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from lineside.types.cause import Cause
from lineside.types.inspection import Box, LineState, Output, Timings
from lineside.types.machine import Quality, Value


class ModelRunView(Struct, frozen=True):
    model: str
    """SHA-256 of the package."""
    name: str | None
    prepare_us: int
    infer_us: int


class ShotView(Struct, frozen=True):
    camera: str
    camera_name: str
    picture: str | None
    """Path below /api/v1/evidence/."""
    picture_state: str
    """`none` (not declared) | `pending` | `present` | `withdrawn` | `expired`"""
    boxes: list[Box] | None
    models: list[ModelRunView]
    timings: Timings | None
    width: int
    height: int


class StepReading(Struct, frozen=True):
    """A tag when this product was at that step: at = product's time − transport lag."""

    step: str
    step_name: str
    key: str
    name: str
    unit: str
    at: datetime
    value: Value | None
    quality: Quality | None
    measured_at: datetime | None
    normal_low: float | None
    normal_high: float | None
    design_max: float | None
    state: str


class LedgerState(Struct, frozen=True):
    """Where this product's record stands."""

    station: str
    epoch: str
    seq: int
    state: str
    """`committed` (what a product page can show); the ledger page shows the others."""
    digest: str
    received_at: datetime
    flags: list[str]


class ProductView(Struct, frozen=True):
    """GET /api/v1/products/{site}/{id}: the dossier of one product."""

    site: str
    site_name: str
    timezone: str
    line: str
    line_name: str
    station: str
    product: str
    trigger_count: int
    at: datetime
    effective_at: datetime
    received_at: datetime
    judged_at: datetime | None
    outcome: str
    verdict: str | None
    reasons: list[str]
    shots: list[ShotView]
    belt_speed_mps: float | None
    line_state: LineState
    output: Output
    readings: list[StepReading]
    ledger: LedgerState
    previous: str | None
    next: str | None
    causes: list[Cause] = []
    """Of a rejected product: the steps that may have left the defect, the strongest first; [] = not enough evidence."""
