"""The inspection record: what one product looked like, what was decided, and when. Written once at the station, never changed.

`domain`: the native record of series `inspection`. Field names are a wall: the station, the stream, the database and the product
page use the same ones (contract test `tests/contract`).

`gc=False`: these values hold no cycles, and a hub that decodes thousands a second should not have them walked by the collector.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Micros = Annotated[int, Meta(ge=0, description="microseconds since 1970, UTC")]
Count = Annotated[int, Meta(ge=0)]
Seq = Annotated[int, Meta(ge=1)]
Px = Annotated[float, Meta(ge=0)]

Verdict = Literal["pass", "reject"]
Outcome = Literal["judged", "explained"]
Explanation = Literal["station_down", "camera_lost", "frame_late", "frame_corrupt", "deadline", "detector_failed", "overlap", "no_product"]
LineState = Literal["RUNNING", "IDLE", "STOPPED", "FAULT", "MAINTENANCE", "UNKNOWN"]

FRAME_WIDTH, FRAME_HEIGHT = 1280, 720


class Box(Struct, frozen=True, gc=False):
    """A rectangle in pixels of the full frame, x1 < x2 and y1 < y2; score is 0…1."""

    label: str
    score: Annotated[float, Meta(ge=0, le=1)]
    x1: Px
    y1: Px
    x2: Px
    y2: Px


class ModelRun(Struct, frozen=True, gc=False):
    """One frame through one detector. `model` is the SHA-256 of the package that judged."""

    model: str
    prepare_us: Count
    infer_us: Count


class Timings(Struct, frozen=True, gc=False):
    """Microseconds spent on one shot, over all its detectors. `total_us` is from the trigger's arrival to this shot's boxes."""

    capture_us: Count
    prepare_us: Count
    infer_us: Count
    total_us: Count


class Picture(Struct, frozen=True, gc=False):
    """A declared piece of evidence; the file follows its record. `ref` is its path below `evidence/`."""

    ref: str
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    bytes: Count


class Shot(Struct, frozen=True, gc=False):
    """One camera's view. `boxes` is None when no camera looked, () when it looked and saw nothing."""

    camera: str
    picture: Picture | None
    boxes: tuple[Box, ...] | None
    models: tuple[ModelRun, ...]
    timings: Timings | None
    width: Count = FRAME_WIDTH
    height: Count = FRAME_HEIGHT


class Output(Struct, frozen=True, gc=False):
    """What the station told the line's output: `given` is the signal, `at` when, `confirmed` whether the output answered."""

    given: Literal["pass", "reject"] | None
    at: Micros | None = None
    confirmed: bool = False


class Inspection(Struct, frozen=True, gc=False, kw_only=True):
    """One product at one trigger count. `explained` says why a product could not be judged; both never stand together."""

    seq: Seq
    at: Micros
    boot_id: str
    mono_ns: Count
    product: str
    trigger_count: Seq
    outcome: Outcome
    verdict: Verdict | None = None
    reasons: tuple[str, ...] = ()
    """The labels that led to `reject`, or the one Explanation of an explained product. Sorted, without repeats."""
    shots: tuple[Shot, ...] = ()
    belt_speed_mps: Annotated[float, Meta(ge=0)] | None = None
    line_state: LineState = "UNKNOWN"
    output: Output = Output(given=None)
    judged_at: Micros | None = None
    """When the verdict stood, UTC µs by the station's clock; verdict latency = judged_at − at."""

    def __post_init__(self) -> None:
        if (self.outcome == "judged") != (self.verdict is not None):
            raise ValueError("verdict: a judged product has one, an explained product has none")
        if self.outcome == "explained" and len(self.reasons) != 1:
            raise ValueError("reasons: an explained product has exactly one reason")


def product_id(line: str, trigger_count: int) -> str:
    return f"{line}-{trigger_count}"
