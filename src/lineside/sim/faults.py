"""What goes wrong on the bottle line: causes with their consequences, and when each one comes and goes.

A fault moves tags at one step; what a product suffers follows from the value of one of them while the product was there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from msgspec import Struct

from lineside.types.inspection import LineState

BASE_PROBABILITY = 0.006
"""Of each defect when nothing is wrong: together 2.4 % of the products."""
PEAK_PROBABILITY = 0.42
FIRST_MINUTE_SHARE = 0.25
"""Of the lines have a fault at hand when they start, so that there is something to see."""


class Fault(Struct, frozen=True):
    """`cause` is the tag that decides: no harm up to `harmless`, full harm from `harmful` on (either direction).

    `effects` are the shifts of tags at full severity; times are seconds.
    """

    id: str
    label: str
    cause: str
    harmless: float
    harmful: float
    effects: dict[str, float]
    onset_s: float
    hold_s: tuple[float, float]
    recovery_s: float

    @property
    def step(self) -> str:
        return self.cause.partition(".")[0]

    def probability(self, value: float) -> float:
        """That a product gets the defect when the causing tag stood at `value`."""
        harm = min(max((value - self.harmless) / (self.harmful - self.harmless), 0.0), 1.0)
        return BASE_PROBABILITY + (PEAK_PROBABILITY - BASE_PROBABILITY) * harm


FAULTS = (
    Fault(
        id="low-lubricant-pressure", label="scratch", cause="lubrication.lubricant_pressure", harmless=4.3, harmful=3.8,
        effects={
            "lubrication.lubricant_pressure": -1.6, "lubrication.lubricant_flow": -46.0, "extrusion.ram_force": 170.0,
            "extrusion.punch_temperature": 14.0, "extrusion.press_vibration": 0.7,
        },
        onset_s=12, hold_s=(50, 90), recovery_s=12,
    ),
    Fault(
        id="cure-drift", label="paint_scratch", cause="heat-treatment.cure_temperature", harmless=186.0, harmful=179.0,
        effects={"heat-treatment.cure_temperature": -23.0, "heat-treatment.cure_power": -6.0, "heat-treatment.print_offset": 0.3},
        onset_s=25, hold_s=(50, 90), recovery_s=20,
    ),
    Fault(
        id="die-wear", label="dent", cause="necking.die_wear", harmless=58.0, harmful=78.0,
        effects={"necking.die_wear": 66.0, "necking.necking_force": 3.6, "necking.die_vibration": 2.6, "necking.coolant_temperature": 5.0},
        onset_s=30, hold_s=(50, 90), recovery_s=6,
    ),
    Fault(
        id="capping-jam", label="missing_cap", cause="threading.capping_current", harmless=4.0, harmful=5.4,
        effects={"threading.capping_current": 3.6, "threading.capping_torque": -0.75, "threading.cap_feed": -9.0},
        onset_s=5, hold_s=(45, 80), recovery_s=5,
    ),
)  # fmt: skip


class Episode(Struct, frozen=True):
    """One coming and going of a fault; times in seconds of the process's clock."""

    fault: Fault
    start_s: float
    hold_s: float

    @property
    def end_s(self) -> float:
        return self.start_s + self.fault.onset_s + self.hold_s + self.fault.recovery_s

    def severity(self, now_s: float) -> float:
        """0…1: rises over the onset, holds, falls over the recovery."""
        rising = (now_s - self.start_s) / self.fault.onset_s
        falling = (self.end_s - now_s) / self.fault.recovery_s
        return min(max(min(rising, falling), 0.0), 1.0)


class Pause(Struct, frozen=True):
    """A time when the line is slow (`speed` of its design, RUNNING) or stands (speed 0) and says why."""

    start_s: float
    end_s: float
    speed: float
    state: LineState
    reason: str


_STOPS: tuple[tuple[LineState, str], ...] = (
    ("STOPPED", "Bottle jam at the infeed"),
    ("IDLE", "Starved: waiting for slugs"),
    ("STOPPED", "Packer blocked"),
    ("FAULT", "Interlock open at the capping head"),
)


@dataclass
class Timetable:
    """What happens on one line, drawn ahead as far as asked for; the same random source gives the same times."""

    episodes: Iterator[Episode]
    pauses: Iterator[Pause]

    def __post_init__(self) -> None:
        self._episode, self._pause = next(self.episodes), next(self.pauses)

    def episode(self, now_s: float) -> Episode:
        """The one that is running or comes next."""
        while self._episode.end_s <= now_s:
            self._episode = next(self.episodes)
        return self._episode

    def pause(self, now_s: float) -> Pause | None:
        while self._pause.end_s <= now_s:
            self._pause = next(self.pauses)
        return self._pause if self._pause.start_s <= now_s else None


def draw_timetable(seed: int, line: int, lines: int, lags_s: dict[str, float]) -> Timetable:
    """For line number `line` of `lines`. Two of eight begin with a fault; half of them stop often."""
    order = [int(n) for n in np.random.default_rng([seed, 1]).permutation(lines)]
    early = order.index(line) < max(1, round(lines * FIRST_MINUTE_SHARE))
    nervous = order.index(line) % 2 == 0
    faults = np.random.default_rng([seed, 2, line])
    return Timetable(_episodes(faults, early, lags_s), _pauses(np.random.default_rng([seed, 3, line]), nervous))


def quiet_timetable() -> Timetable:
    """Nothing happens, ever."""
    far = 1e12
    return Timetable(itertools.repeat(Episode(FAULTS[0], far, 1.0)), itertools.repeat(Pause(far, far + 1, 1.0, "RUNNING", "")))


def _episodes(rng: np.random.Generator, early: bool, lags_s: dict[str, float]) -> Iterator[Episode]:
    order = [int(n) for n in rng.permutation(len(FAULTS))]
    # An early fault began before the start, so that its first victims reach the cameras within the first seconds.
    first = FAULTS[order[0]]
    start_s = rng.uniform(5, 20) - first.onset_s - lags_s.get(first.step, 0.0) if early else rng.uniform(90, 650)
    while True:
        for index in order:
            episode = Episode(FAULTS[index], start_s, rng.uniform(*FAULTS[index].hold_s))
            yield episode
            start_s = episode.end_s + rng.uniform(250, 700)


def _pauses(rng: np.random.Generator, nervous: bool) -> Iterator[Pause]:
    start_s = rng.uniform(25, 240)
    while True:
        if rng.random() < (0.7 if nervous else 0.2):
            state, reason = _STOPS[int(rng.integers(len(_STOPS)))]
            pause = Pause(start_s, start_s + rng.uniform(10, 20), 0.0, state, reason)
        else:
            pause = Pause(start_s, start_s + rng.uniform(20, 50), rng.uniform(0.65, 0.85), "RUNNING", "Slow cycle")
        yield pause
        start_s = pause.end_s + (rng.uniform(150, 330) if nervous else rng.uniform(400, 1000))
