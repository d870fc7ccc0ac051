"""The alarm as people see it (ISA-18.2): active or cleared, acknowledged or not; one open alarm per source and rule."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from lineside.types.cause import FailedStep
from lineside.types.rule import Severity
from lineside.types.view import InspectionSummary

Happened = Literal["raised", "acknowledged", "assigned", "commented", "cleared", "stale", "fresh", "caused", "sent", "given_up"]
"""Every transition of an alarm's life, by the system (no person) or by a person."""


class PersonView(Struct, frozen=True):
    """Self-declared until sign-in exists."""

    id: int
    name: str


class AlarmView(Struct, frozen=True):
    """One alarm. While `cleared_at` is None it is open: nobody can raise another one of the same source and rule."""

    id: int
    rule: str
    rule_name: str
    source: str
    """`<site>/<line>` or `<site>/<line>/<step>.<tag>`"""
    site: str
    site_name: str
    timezone: str
    line: str
    line_name: str
    step: str | None
    tag: str | None
    tag_name: str | None
    severity: Severity
    text: str
    """What is wrong, in a sentence with value, limit and unit."""
    raised_at: datetime
    """Event time of the tick that raised it."""
    cleared_at: datetime | None
    cleared_by: str | None
    """None with `cleared_at`: it went by itself."""
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    assignee: str | None
    stale: bool
    """Its data stopped: it stands as it was last known."""
    comments: int
    cause: FailedStep | None
    """The step that failed, as known when last looked."""


class AlarmEvent(Struct, frozen=True):
    """One line of an alarm's history."""

    at: datetime
    kind: Happened
    person: str | None
    text: str


class AlarmDossier(Struct, frozen=True):
    """GET /api/v1/alarms/{id}: the alarm, its history and its evidence."""

    alarm: AlarmView
    events: list[AlarmEvent]
    products: list[InspectionSummary]
    """The rejected products of its time, newest first, at most 24."""
    evidence: dict[str, float | int | str | None]
    """What the rule saw at the tick that raised it."""


class AlarmPage(Struct, frozen=True):
    items: list[AlarmView]
    next: str | None
    """Give it as `cursor` to go on; null at the end."""


class AlarmBoard(Struct, frozen=True):
    """Topic `alarms`: all that is open, and what cleared by itself before anybody acknowledged it."""

    at: datetime
    open: list[AlarmView]
    """The highest severity first, then the oldest."""
    unseen: list[AlarmView]
    """Cleared, never acknowledged, of the last 24 hours; newest first, at most 50."""
    counts: dict[str, int]
    """Open alarms by severity."""
    unacknowledged: int
    """Open and not acknowledged."""
