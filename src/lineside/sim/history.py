"""What a line would have recorded, on the simulator's own clock: nothing is rendered and nobody waits.

The detectors are taken to be right and every defect to show; tags are those that a station would send.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lineside.sim.beam import TICK_S, crossings
from lineside.sim.faults import find_fault
from lineside.sim.process import LineProcess, causes_of, draw_defects
from lineside.sim.timetable import single_timetable
from lineside.types.plant import Process, Tag

BEGIN_US = 1_767_225_600_000_000
"""UTC µs of second 0: 2026-01-01 00:00."""
_TELL_TICKS = 4  # the machine tells its values once a second

Samples = dict[str, list[tuple[int, float]]]
"""Tag key → (UTC µs, value), ascending."""


class Made(Struct, frozen=True):
    """One product in the light beam; `labels` of its defects, `causes` the faults that made them."""

    count: int
    at_us: int
    labels: tuple[str, ...]
    causes: tuple[str, ...]

    @property
    def verdict(self) -> Literal["pass", "reject"]:
        return "reject" if self.labels else "pass"


class History(Struct, frozen=True):
    products: list[Made]
    samples: Samples


def simulate(process: Process, seed: int, fault: str | None, seconds: float, rate_s: float = 3.0, *, calm: bool = True) -> History:
    """The first `seconds` of a line with that fault alone, as `lineside demo --fault` has it; None: no fault, stops as always.

    `rate_s`: seconds from product to product at design speed. `calm` False: it also stops and slows down while the fault is on.
    Raises ConfigError for a fault that is not known.
    """
    timetable = single_timetable(seed, 0, 1, find_fault(fault) if fault else None, calm=calm)
    line = LineProcess(process, seed, 0, timetable, TICK_S)
    recorder = _Recorder(process)
    products: list[Made] = []
    travel = 0.0
    recorder.hear(BEGIN_US, line.values())
    for tick in range(round(seconds / TICK_S)):
        line.step(TICK_S)
        offsets_s, travel = crossings(travel, line.speed, rate_s)
        for offset_s in offsets_s:
            inspected = line.travelled - line.speed * (TICK_S - offset_s)
            products.append(_inspect(line, seed, len(products) + 1, tick * TICK_S + offset_s, inspected))
        if (tick + 1) % _TELL_TICKS == 0:
            recorder.hear(_us((tick + 1) * TICK_S), line.values())
    return History(products, recorder.samples)


def is_sent(at_us: int, value: float, last: tuple[int, float] | None, tag: Tag) -> bool:
    """The station's rule: the first, what differs by more than the dead-band, and one every expected interval."""
    if last is None:
        return True
    return abs(value - last[1]) > tag.deadband or at_us - last[0] >= tag.expected_interval_s * 1_000_000


class _Recorder:
    """Keeps what a station would send."""

    def __init__(self, process: Process) -> None:
        self._tags = {key: tag for key, _, tag in process.tags()}
        self.samples: Samples = {key: [] for key in self._tags}

    def hear(self, at_us: int, values: dict[str, float]) -> None:
        for key, tag in self._tags.items():
            sent = self.samples[key]
            if key in values and is_sent(at_us, values[key], sent[-1] if sent else None, tag):
                sent.append((at_us, values[key]))


def _inspect(line: LineProcess, seed: int, count: int, at_s: float, inspected: float) -> Made:
    defects = draw_defects(seed, 0, count, line.probabilities(inspected))
    labels = tuple(defects)
    return Made(count, _us(at_s), labels, causes_of(defects, labels))


def _us(at_s: float) -> int:
    return BEGIN_US + round(at_s * 1_000_000)
