"""The failed step on the simulated line: right for at least 85 % of each fault's victims, and not blamed on normal products.

The oracle is here, not in the code under test: a product was where the simulated belt's true way says, its readings are what a station
would have sent (dead-bands, rounding), and the belt's speed is a sensor like any other.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from types import SimpleNamespace

import numpy as np
import pytest

from lineside.hub.insight.attribute import find_causes
from lineside.hub.insight.belt import Belt
from lineside.plants import EXAMPLE
from lineside.sim.faults import FAULTS, Fault
from lineside.sim.process import LineProcess
from lineside.types.cause import Cause
from lineside.types.plant_file import load_plant

PROCESS = load_plant(EXAMPLE).process[0]
TAGS = {key: tag for key, _, tag in PROCESS.tags()}
STEP_S, PRODUCT_S, WARM_S = 0.5, 3.0, 70.0
HARMED = 0.05
"""Of a defect by the fault: a product with less is as good as any."""


class Script:
    """One episode of a fault from 30 s on, and a stop and a slow cycle now and then."""

    def __init__(self, fault: Fault | None, seed: int) -> None:
        dice = np.random.default_rng(seed)
        self._fault, self._hold_s = fault, dice.uniform(50, 90)
        self._stop_s, self._slow_s = dice.uniform(40, 130, 2)

    def episode(self, now_s: float) -> SimpleNamespace:
        fault = self._fault or FAULTS[0]
        rising, falling = (now_s - 30) / fault.onset_s, (30 + fault.onset_s + self._hold_s + fault.recovery_s - now_s) / fault.recovery_s
        severity = min(max(min(rising, falling), 0.0), 1.0) if self._fault else 0.0
        return SimpleNamespace(fault=fault, severity=lambda _: severity)

    def pause(self, now_s: float) -> SimpleNamespace | None:
        if self._stop_s <= now_s < self._stop_s + 15:
            return SimpleNamespace(speed=0.0, state="STOPPED", reason="Packer blocked")
        if self._slow_s <= now_s < self._slow_s + 30:
            return SimpleNamespace(speed=0.7, state="RUNNING", reason="Slow cycle")
        return None


class Run:
    """`products`: (µs, the cause's value when it was there); `samples` as a station would have sent them."""

    def __init__(self, fault: Fault | None, seed: int, seconds: float) -> None:
        process = LineProcess(PROCESS, seed, 0, Script(fault, seed), STEP_S)
        times, values, way = [], [], [0.0]
        for _ in range(round(seconds / STEP_S)):
            process.step(STEP_S)
            times.append(process.now_s)
            values.append(process.values())
            way.append(way[-1] + process.speed * STEP_S)
        self.samples = sent(times, values)
        self.products = []
        for count in range(1, math.floor(way[-1] / PRODUCT_S)):
            n = bisect_right(way, count * PRODUCT_S) - 1
            if times[n] >= WARM_S:
                there = bisect_right(way, count * PRODUCT_S - (PROCESS.lag_to_inspection_s(fault.step) or 0.0)) - 1 if fault else 0
                self.products.append((round(times[n] * 1e6), values[there][fault.cause] if fault else 0.0))

    def causes(self, at_us: int) -> list[Cause]:
        known = {key: [s for s in series if s[0] <= at_us] for key, series in self.samples.items()}
        return find_causes(PROCESS, at_us, Belt(known["inspection.belt_speed"], PROCESS.belt_speed_mps), known, [])


def sent(times: list[float], values: list[dict[str, float]]) -> dict[str, list[tuple[int, float]]]:
    """Once a second, beyond the dead-band or after the expected interval."""
    found: dict[str, list[tuple[int, float]]] = {}
    for key, tag in TAGS.items():
        series = found[key] = []
        for at_s, now in list(zip(times, values, strict=True))[::2]:
            if not series or abs(now[key] - series[-1][1]) > tag.deadband or at_s * 1e6 - series[-1][0] >= tag.expected_interval_s * 1e6:
                series.append((round(at_s * 1e6), now[key]))
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_the_right_step_comes_first(fault: Fault) -> None:
    named = []
    for seed in (11, 12, 13):
        run = Run(fault, seed, 210)
        harmed = [at_us for at_us, met in run.products if fault.probability(met) > fault.probability(fault.harmless) + HARMED]
        named += [found[0].step if (found := run.causes(at_us)) else None for at_us in harmed]
    assert len(named) > 40
    assert named.count(fault.step) >= 0.85 * len(named), {step: named.count(step) for step in set(named)}


def test_normal_products_are_blamed_on_no_step() -> None:
    found = [run.causes(at_us) for seed in range(21, 26) for run in [Run(None, seed, 300)] for at_us, _ in run.products]
    assert len(found) > 300
    assert sum(bool(causes) for causes in found) <= 0.05 * len(found)
