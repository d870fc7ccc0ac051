"""Which step left a defect, and why it is thought so.

Every reading is taken back to the moment when this product was at that step (the belt's way, not a constant time) and held against its
normal range. What people have entered about a step counts too. Nothing out of range and nothing entered: there is no cause, and the
pages say "not enough evidence" instead of guessing.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Cause(Struct, frozen=True):
    """One step that may have left the defect, with what speaks for it. The strongest comes first in a list."""

    step: str
    step_name: str
    at: datetime
    """When the product was there."""
    score: float
    """How far outside: 0 is on the limit, 1 is half the normal range beyond it; an entered fault scores as told in docs."""
    tag: str | None = None
    """`<step>.<tag>`; None: what somebody entered speaks for it."""
    tag_name: str | None = None
    unit: str = ""
    value: float | None = None
    normal_low: float | None = None
    normal_high: float | None = None
    event: str | None = None
    """What somebody entered about this step at that time."""


class FailedStep(Struct, frozen=True):
    """The step that most of a line's newest attributed defects point to, while there are such defects."""

    step: str
    step_name: str
    tag: str | None
    tag_name: str | None
    defects: int
    """Rejected products that point to it, in the line's window: 3 minutes, or 20 cycles of a slow line."""
    of: int
    """Rejected products in that time."""
    labels: list[str]
    first_at: datetime
    """The first of these products."""
    last_at: datetime
    last_product: str
    cause: Cause
    """Of the newest of them."""


class StepEvent(Struct, frozen=True):
    """What a person entered about a step of a line: a fault, a stop, a note. Open while `end` is None."""

    id: int
    site: str
    line: str
    step: str | None
    """None: the whole line."""
    kind: str
    """`fault` | `stop` | `note`"""
    text: str
    start: datetime
    end: datetime | None
    person: str
    entered_at: datetime
