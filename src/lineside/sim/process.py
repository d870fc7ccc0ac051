"""The physics of one bottle line: tags that move together, and what each product suffered on its way.

Nothing here reads a clock: `step(dt)` moves time, and the same seed with the same steps gives the same line.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from lineside.sim.faults import BASE_PROBABILITY, FAULTS, LABELS
from lineside.sim.tags import CYCLES, TAGS
from lineside.sim.timetable import Pause, Timetable
from lineside.types.inspection import LineState
from lineside.types.plant import Process

WARM_UP_S = 90.0
"""Lived through before time 0, so that lags and history are filled."""
_REMEMBER_S = 40.0  # of travel beyond the longest lag: a late look-up must still find its values
_SAME_S = 1e-6  # two sums of the same steps may differ by rounding
_DISTURBANCE_SIGMA = np.array([2.5, 1.0, 1.0])  # ambient in °C, alloy hardness, air supply
_DISTURBANCE_TAU_S = np.array([900.0, 120.0, 40.0])
_MIN_DT_S = 1e-9

Reals = NDArray[np.float64]

Defects = dict[str, tuple[str, ...]]
"""The labels of a product's defects, each with the ids of the faults that made it; () for one that comes by chance."""


class LineProcess:
    """`values` after each step; `probabilities` of what a product suffered at its causing steps.

    `travelled` is how far the belt has come, in seconds at design speed: while the line stands it stands too. A product that is
    inspected at `travelled` = x was at a step when the belt was at x − lag(step), however long ago that is by the clock.
    """

    def __init__(self, process: Process, seed: int, line: int, timetable: Timetable, step_s: float = 0.5) -> None:
        self._rng = np.random.default_rng([seed, 4, line])
        self._timetable = timetable
        self._lags_s = {fault.id: process.lag_to_inspection_s(fault.step) or 0.0 for fault in FAULTS}
        self.now_s = -WARM_UP_S - max(self._lags_s.values())
        self.travelled = float(self._rng.uniform(0, 700))
        self._disturbance = self._rng.standard_normal(3) * _DISTURBANCE_SIGMA
        self._noise = self._rng.standard_normal(len(TAGS))
        self._level = _targets(self._disturbance, 1.0)
        self._past: deque[tuple[float, Reals]] = deque()  # (travelled, every tag), ascending
        while self.now_s < 0:
            self.step(min(step_s, max(-self.now_s, _MIN_DT_S)))
        self.now_s = 0.0

    def step(self, dt_s: float) -> None:
        """Move on by `dt_s` seconds."""
        self.now_s += dt_s
        self.travelled += self.speed * dt_s
        self._disturbance = _drift(self._rng, self._disturbance, _DISTURBANCE_TAU_S, _DISTURBANCE_SIGMA, dt_s)
        self._noise = _drift(self._rng, self._noise, _TAU_S, np.ones(len(TAGS)), dt_s)
        target = _targets(self._disturbance, self.speed) + self._shift()
        self._level += (target - self._level) * (1 - np.exp(-dt_s / _LAG_S))
        self._past.append((self.travelled, self._measured()))
        while self._past[0][0] < self.travelled - max(self._lags_s.values()) - _REMEMBER_S:
            self._past.popleft()

    @property
    def speed(self) -> float:
        """Share of the design belt speed that is wanted now; 0 while the line stands."""
        pause = self._pause()
        return 1.0 if pause is None else pause.speed

    @property
    def state(self) -> LineState:
        pause = self._pause()
        return "RUNNING" if pause is None else pause.state

    @property
    def reason(self) -> str:
        pause = self._pause()
        return "" if pause is None else pause.reason

    @property
    def belt_speed_mps(self) -> float:
        return self.values()["inspection.belt_speed"]

    def values(self) -> dict[str, float]:
        """Every tag as its sensor shows it now, rounded as the sensor does."""
        measured = self._past[-1][1]
        values = {tag.key: round(float(measured[n]), tag.digits) for n, tag in enumerate(TAGS)}
        for cycle in CYCLES:
            share = self.travelled_products / cycle.products % 1.0
            values[cycle.key] = round(cycle.first + (cycle.last - cycle.first) * share, 1)
        return values

    @property
    def travelled_products(self) -> float:
        """Products made so far at one every three seconds of full speed; drives what fills and empties."""
        return self.travelled / 3.0

    def probabilities(self, inspected: float) -> dict[str, float]:
        """That each fault (by id) harms the product that is inspected when the belt has travelled `inspected` seconds."""
        return {fault.id: fault.probability(self._value_at(fault.cause, inspected - self._lags_s[fault.id])) for fault in FAULTS}

    def _value_at(self, key: str, travelled: float) -> float:
        """The last value measured until the belt moved on from there; the oldest remembered one when that is forgotten."""
        column = _COLUMN[key]
        found = next((measured for then, measured in reversed(self._past) if then <= travelled + _SAME_S), self._past[0][1])
        return float(found[column])

    def _measured(self) -> Reals:
        noise = self._noise * _SIGMA * np.where(_REST_NOISE > 0, 1.0, self.speed)
        return np.asarray(np.where(_SIGNED, self._level + noise, np.maximum(self._level + noise, 0.0)))

    def _shift(self) -> Reals:
        episode = self._timetable.episode(self.now_s)
        severity = episode.severity(self.now_s)
        shift = np.zeros(len(TAGS))
        for key, effect in episode.fault.effects.items():
            shift[_COLUMN[key]] = effect * severity
        return shift

    def _pause(self) -> Pause | None:
        return self._timetable.pause(self.now_s) if self.now_s >= 0 else None


def draw_defects(seed: int, line: int, count: int, probabilities: dict[str, float]) -> Defects:
    """What product `count` has: one die for each label (chance) and one for each fault, which depend on the product alone.

    So a label's odds are 1 − (1 − base) × Π(1 − fault), and the faults that made it are known.
    """
    dice = np.random.default_rng([seed, 5, line, count]).random(len(LABELS) + len(FAULTS))
    found: Defects = {label: () for label, die in zip(LABELS, dice, strict=False) if die < BASE_PROBABILITY}
    for fault, die in zip(FAULTS, dice[len(LABELS) :], strict=True):
        if die < probabilities.get(fault.id, 0.0):
            found[fault.label] = (*found.get(fault.label, ()), fault.id)
    return dict(sorted(found.items()))


def causes_of(defects: Defects, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The faults that made the defects of these labels, sorted."""
    return tuple(sorted({fault for label in labels for fault in defects.get(label, ())}))


_COLUMN = {tag.key: n for n, tag in enumerate(TAGS)}
_NOMINAL = np.array([tag.nominal for tag in TAGS])
_SIGMA = np.array([tag.sigma for tag in TAGS])
_TAU_S = np.array([tag.tau_s for tag in TAGS])
_LAG_S = np.array([tag.lag_s for tag in TAGS])
_GAIN = np.array([[tag.ambient, tag.hardness, tag.air] for tag in TAGS])
_LOAD = np.array([tag.load for tag in TAGS])
_REST_NOISE = np.array([tag.noise_at_rest for tag in TAGS])
_SIGNED = np.array([tag.key == "heat-treatment.print_offset" for tag in TAGS])


def _targets(disturbance: Reals, speed: float) -> Reals:
    return np.asarray(_NOMINAL + _GAIN @ disturbance - _LOAD * (1 - speed))


def _drift(rng: np.random.Generator, value: Reals, tau_s: Reals, sigma: Reals, dt_s: float) -> Reals:
    """One exact step of an Ornstein-Uhlenbeck process: any `dt_s` gives the same statistics."""
    keep = np.exp(-dt_s / tau_s)
    return np.asarray(value * keep + sigma * np.sqrt(1 - keep**2) * rng.standard_normal(len(value)))
