"""When faults, stops and slow cycles come and go on a line. The same seed gives the same times."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from msgspec import Struct

from lineside.sim.faults import FAULTS, Fault
from lineside.types.inspection import LineState

FIRST_MINUTE_SHARE = 0.25
"""Of the lines have a fault at hand when they start, so that there is something to see."""
SINGLE_START_S = (5.0, 20.0)
SINGLE_HOLD_S = 200.0
"""Of a fault that was asked for: long enough for the alarm rules of the example plant."""
_CLEAR_S = 120.0  # after such a fault nothing else: its last victims are under way, and its alarms go
_NEVER_S = 1e12


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
    early = _order(seed, lines).index(line) < max(1, round(lines * FIRST_MINUTE_SHARE))
    faults = np.random.default_rng([seed, 2, line])
    return Timetable(_episodes(faults, early, lags_s), _draw_pauses(seed, line, lines))


def single_timetable(seed: int, line: int, lines: int, fault: Fault | None, *, calm: bool = True) -> Timetable:
    """`fault` once, on the first line, and no other fault anywhere; None: no fault at all.

    Lines stop and slow down as always, but a `calm` first one only when the fault's last victims have gone.
    """
    pauses = _draw_pauses(seed, line, lines)
    if fault is None or line != 0:
        return Timetable(_no_episodes(), pauses)
    episode = Episode(fault, np.random.default_rng([seed, 6]).uniform(*SINGLE_START_S), SINGLE_HOLD_S)
    if calm:
        pauses = itertools.dropwhile(lambda pause: pause.start_s < episode.end_s + _CLEAR_S, pauses)
    return Timetable(itertools.chain([episode], _no_episodes()), pauses)


def quiet_timetable() -> Timetable:
    """Nothing happens, ever."""
    return Timetable(_no_episodes(), itertools.repeat(Pause(_NEVER_S, _NEVER_S + 1, 1.0, "RUNNING", "")))


def _no_episodes() -> Iterator[Episode]:
    return itertools.repeat(Episode(FAULTS[0], _NEVER_S, 1.0))


def _order(seed: int, lines: int) -> list[int]:
    """The lines, shuffled: their place tells which of them are troubled."""
    return [int(n) for n in np.random.default_rng([seed, 1]).permutation(lines)]


def _draw_pauses(seed: int, line: int, lines: int) -> Iterator[Pause]:
    nervous = _order(seed, lines).index(line) % 2 == 0
    return _pauses(np.random.default_rng([seed, 3, line]), nervous)


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
