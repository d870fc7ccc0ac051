"""What machines say: tag samples (series `reading`) and state changes (series `status`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from lineside.types.inspection import Count, LineState, Micros, Seq

Quality = Literal["good", "uncertain", "bad"]
Value = float | bool | str


class Sample(Struct, frozen=True, gc=False):
    """One value of one tag. `tag` is `<step>.<tag>` as in the plant (units there); `at` is when the machine had this value, UTC µs."""

    tag: Annotated[str, Meta(min_length=3, max_length=129)]
    at: Micros
    value: Value
    quality: Quality = "good"


class Reading(Struct, frozen=True, gc=False, kw_only=True):
    """Samples of about one second, sent on change beyond the dead-band and at least every expected interval."""

    seq: Seq
    at: Micros
    boot_id: str
    mono_ns: Count
    samples: tuple[Sample, ...]


class CameraHealth(Struct, frozen=True):
    camera: str
    up: bool


class Withdrawn(Struct, frozen=True):
    """Numbers that the station gave up by policy (disk full): never an inspection, always visible."""

    series: Literal["inspection", "reading", "status"]
    first: Seq
    last: Seq


class Status(Struct, frozen=True, kw_only=True):
    """The line's state from `at` on, until the next status; also a sign of life, at least every expected interval (10 s)."""

    seq: Seq
    at: Micros
    boot_id: str
    mono_ns: Count
    state: LineState
    reason: str | None = None
    cameras: tuple[CameraHealth, ...] = ()
    models: tuple[str, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    health: dict[str, Any] = {}


class SeriesPosition(Struct, frozen=True):
    """How far a series is: `issued_to` is the highest number given (0 = none), `oldest_kept` the lowest still in the outbox."""

    issued_to: Count
    oldest_kept: Seq | None


class Hello(Struct, frozen=True, kw_only=True):
    """A station's heartbeat, every 5 s and on connect; not numbered, not stored as a record."""

    epoch: str
    boot_id: str
    at: Micros
    mono_ns: Count
    version: str
    series: dict[str, SeriesPosition]
    ready: bool
    """Detectors are loaded, cameras and trigger are connected."""
    detail: str = ""


class Committed(Struct, frozen=True):
    """The hub's answer: these numbers are settled (committed, quarantined or withdrawn); the station may start their re-send window."""

    epoch: str
    series: Literal["inspection", "reading", "status"]
    ranges: tuple[tuple[int, int], ...]
    """(first, last), both included, ascending."""
    highest: int = 0
    """The highest number the hub holds of this series: at or above the station's next number, the station opens a new epoch."""


class Resend(Struct, frozen=True):
    """The hub's gap request: publish these numbers again."""

    epoch: str
    series: Literal["inspection", "reading", "status"]
    ranges: tuple[tuple[int, int], ...]
