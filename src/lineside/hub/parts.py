"""What the API's handlers may use: made once by `app`, handed to every handler."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import asyncpg
from msgspec import Struct

from lineside.hub.alarms.actions import Actions
from lineside.hub.alarms.memory import AlarmMemory
from lineside.hub.board import Board
from lineside.hub.config import HubConfig
from lineside.hub.credentials import Credentials
from lineside.hub.figures import Figures
from lineside.hub.images.evidence import EvidenceFolder
from lineside.hub.insight.follow import Follow
from lineside.hub.insight.memory import CauseMemory
from lineside.hub.live import Live
from lineside.hub.store.plant import Change
from lineside.hub.views import Sources
from lineside.types.errors import Problem
from lineside.types.plant import Plant

Reasons = Callable[[], Awaitable[list[Problem]]]
"""Why the hub is not ready; [] when it is."""
ApplyPlant = Callable[[Plant], Awaitable[list[Change]]]


class Gauge(Struct, frozen=True):
    name: str
    meaning: str
    value: float


@dataclass(frozen=True)
class Parts:
    config: HubConfig
    pool: asyncpg.Pool
    board: Board
    figures: Figures
    causes: CauseMemory
    follow: Follow
    live: Live
    alarms: AlarmMemory
    actions: Actions
    evidence: EvidenceFolder
    credentials: Credentials
    reasons: Reasons
    apply_plant: ApplyPlant
    gauges: Callable[[], Awaitable[list[Gauge]]]
    """Numbers of /metrics that live outside the database."""
    model_names: dict[str, str] = field(default_factory=dict)
    """Digest of a detector package → its name, as stations reported them."""

    @property
    def plant(self) -> Plant:
        return self.board.plant

    @property
    def sources(self) -> Sources:
        return Sources(self.board, self.figures, self.causes, self.alarms)


def now_us() -> int:
    """UTC µs by the hub's clock."""
    return time.time_ns() // 1000
