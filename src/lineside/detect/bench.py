"""`lineside bench edge`, the detectors' half: what a frame costs above its bare model, and what a whole verdict costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from msgspec import Struct

from lineside.detect.image import Image
from lineside.detect.package import read_package
from lineside.detect.runtime import Detector
from lineside.detect.shipped import shipped_packages
from lineside.types.inspection import FRAME_HEIGHT, FRAME_WIDTH

VIEWS, CORES = 4, 2
ROUNDS, VERDICTS, WARM_UP = 100, 100, 5
# The promise: frame in memory → boxes within this multiple of the bare session on a ready tensor.
MAX_RATIO, MAX_VERDICT_MS = 1.3, 200.0


class DetectorCost(Struct, frozen=True):
    """Medians in milliseconds; `ratio` = detect / bare, both measured in turns in the same run."""

    name: str
    detect_ms: float
    bare_ms: float
    ratio: float


class EdgeBench(Struct, frozen=True):
    """`verdict_ms`: every view through every detector on two threads, without cameras and records."""

    detectors: tuple[DetectorCost, ...]
    verdict_p50_ms: float
    verdict_p99_ms: float
    frames_per_s: float

    @property
    def kept(self) -> bool:
        """Whether the promises of ratio and time hold in this run."""
        return self.verdict_p99_ms <= MAX_VERDICT_MS and all(cost.ratio <= MAX_RATIO for cost in self.detectors)


def bench_detectors(
    packages: Sequence[Path] | None = None, frames: Sequence[Image] | None = None, *, rounds: int = ROUNDS, verdicts: int = VERDICTS
) -> EdgeBench:
    """Measure the packages (default: the shipped two) on the frames (default: noise, as the arithmetic does not care)."""
    detectors = [Detector(read_package(path)) for path in packages or shipped_packages()]
    views = list(frames or _noise())
    costs = tuple(_cost(detector, views, rounds) for detector in detectors)
    with ThreadPoolExecutor(CORES) as pool:
        times = [_timed(lambda: _verdict(pool, detectors, views)) for _ in range(verdicts + WARM_UP)][WARM_UP:]
    p50, p99 = np.percentile(times, [50, 99]).tolist()
    return EdgeBench(costs, round(p50, 2), round(p99, 2), round(VIEWS * 1000 * len(times) / sum(times), 1))


def _cost(detector: Detector, views: Sequence[Image], rounds: int) -> DetectorCost:
    tensors = [detector.prepare(view)[0] for view in views]
    whole, bare = [], []
    for number in range(rounds + WARM_UP):
        view = number % len(views)
        # In turns: a busy moment of the machine falls on both.
        whole.append(_timed(lambda view=view: detector.detect(views[view])))  # type: ignore[misc]
        bare.append(_timed(lambda view=view: detector.run(tensors[view])))  # type: ignore[misc]
    detect_ms, bare_ms = statistics.median(whole[WARM_UP:]), statistics.median(bare[WARM_UP:])
    return DetectorCost(detector.name, round(detect_ms, 3), round(bare_ms, 3), round(detect_ms / bare_ms, 3))


def _verdict(pool: ThreadPoolExecutor, detectors: Sequence[Detector], views: Sequence[Image]) -> None:
    jobs = [pool.submit(detector.detect, views[number % len(views)]) for detector in detectors for number in range(VIEWS)]
    for job in jobs:
        job.result()


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - began) / 1e6


def _noise() -> list[Image]:
    random = np.random.default_rng(1)
    return [random.integers(0, 255, (FRAME_HEIGHT, FRAME_WIDTH, 3), np.uint8) for _ in range(VIEWS)]
