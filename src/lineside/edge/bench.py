"""`lineside bench edge`: what the station adds to the bare ONNX Runtime session, and what a whole verdict takes.

The bare session is measured in the same run, one frame after the other with the detector, so that a busy machine slows both.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lineside.detect.image import Image
from lineside.detect.package import read_package
from lineside.detect.runtime import Detector
from lineside.detect.shipped import shipped_packages
from lineside.edge.camera import Frame
from lineside.edge.detectors import WORKERS, Detectors
from lineside.edge.judge import judge
from lineside.types.inspection import FRAME_HEIGHT, FRAME_WIDTH

MAX_RATIO = 1.3
GOAL_VERDICT_MS = 200.0
VIEWS = 4
WARM_UP = 5


def bench_edge(frames: int, packages: Sequence[Path] | None = None) -> dict[str, Any]:
    """Times in milliseconds. `passed`: every detector's median is at most MAX_RATIO × the bare session's."""
    cv2.setNumThreads(1)
    detectors = [Detector(read_package(path), threads=1) for path in packages or shipped_packages()]
    each = {detector.manifest.name: _one_detector(detector, frames) for detector in detectors}
    return {
        "frames": frames,
        "frame": {"width": FRAME_WIDTH, "height": FRAME_HEIGHT},
        "detectors": each,
        "verdict": asyncio.run(_verdicts(detectors, frames)),
        "max_resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "max_ratio": MAX_RATIO,
        "passed": all(result["ratio"] <= MAX_RATIO for result in each.values()),
    }


def _one_detector(detector: Detector, frames: int) -> dict[str, float]:
    """One frame in memory → boxes, against the session on a ready tensor."""
    images = [scene(seed) for seed in range(4)]
    bare, whole = list[float](), list[float]()
    for number in range(frames + WARM_UP):
        image = images[number % len(images)]
        tensor, _ = detector.prepare(image)
        bare.append(_ms(lambda tensor=tensor: detector.run(tensor)))  # type: ignore[misc]
        whole.append(_ms(lambda image=image: detector.detect(image)))  # type: ignore[misc]
    bare, whole = bare[WARM_UP:], whole[WARM_UP:]
    bare_ms, whole_ms = float(np.median(bare)), float(np.median(whole))
    return {"bare_p50": round(bare_ms, 3), **_spread(whole), "ratio": round(whole_ms / bare_ms, 3)}


async def _verdicts(detectors: Sequence[Detector], frames: int) -> dict[str, float | int]:
    """Four views through all detectors to a verdict, on the station's own threads."""
    pool = Detectors(detectors)
    views = [Frame(f"cam{number}", scene(number), 0) for number in range(VIEWS)]
    times = list[float]()
    for _ in range(frames + WARM_UP):
        began = time.perf_counter()
        judge([view.boxes for view in await asyncio.gather(*map(pool.look, views))])
        times.append((time.perf_counter() - began) * 1000)
    pool.close()
    return {"views": VIEWS, "detectors": len(detectors), "threads": WORKERS, **_spread(times[WARM_UP:]), "goal_p99": GOAL_VERDICT_MS}


def scene(seed: int) -> Image:
    """A frame of soft shapes, some noise: neither blank nor a real product."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (9, 16, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (FRAME_WIDTH, FRAME_HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.add(smooth, rng.integers(0, 8, smooth.shape, dtype=np.uint8)), np.uint8)


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _spread(times: Sequence[float]) -> dict[str, float]:
    return {"p50": round(float(np.percentile(times, 50)), 3), "p99": round(float(np.percentile(times, 99)), 3)}
