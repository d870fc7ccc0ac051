"""The detectors on their threads: every frame through every detector, two at a time.

Two sessions of one thread beat one session of two; ONNX Runtime lets go of the interpreter while it works.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import cv2
from msgspec import Struct

from lineside.detect.image import Image
from lineside.detect.package import read_package
from lineside.detect.runtime import Detection, Detector
from lineside.edge.camera import Frame
from lineside.types.inspection import Box, ModelRun

WORKERS = 2


class Looker(Protocol):
    """A loaded model; `digest` is the SHA-256 of its package, `title` what people call it. Safe from several threads."""

    @property
    def digest(self) -> str: ...

    @property
    def title(self) -> str: ...

    def detect(self, image: Image, /) -> Detection: ...


class View(Struct, frozen=True):
    """What all detectors saw in one frame, strongest first. `infer_us`, `prepare_us`: sums over the detectors."""

    boxes: tuple[Box, ...]
    models: tuple[ModelRun, ...]
    prepare_us: int
    infer_us: int
    ended: float
    """Event loop time, seconds."""


class DetectorFailedError(Exception):
    """A detector raised instead of answering."""


class Detectors:
    def __init__(self, lookers: Sequence[Looker], workers: int = WORKERS) -> None:
        self.lookers = list(lookers)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="detect")

    @property
    def digests(self) -> tuple[str, ...]:
        return tuple(looker.digest for looker in self.lookers)

    @property
    def titles(self) -> dict[str, str]:
        """Digest → what people call it."""
        return {looker.digest: looker.title for looker in self.lookers}

    async def look(self, frame: Frame) -> View:
        """One frame through every detector. Raises DetectorFailedError; when cancelled, what has not begun never runs."""
        loop = asyncio.get_running_loop()
        runs = [loop.run_in_executor(self._pool, looker.detect, frame.image) for looker in self.lookers]
        # Whatever a runtime or its extension raises is the same to the product: this detector did not judge it.
        answers = await asyncio.gather(*runs, return_exceptions=True)
        found = [answer for answer in answers if isinstance(answer, Detection)]
        for answer in answers:
            if isinstance(answer, BaseException):
                raise DetectorFailedError(f"{type(answer).__name__}: {answer}") from answer
        return _view(found, self.digests, loop.time())

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def load_detectors(paths: Sequence[Path], threads: int) -> Detectors:
    """Raises PackageError with the reason when a package cannot be trusted or run."""
    cv2.setNumThreads(1)
    return Detectors([Detector(read_package(path), threads=threads) for path in paths])


def _view(found: Sequence[Detection], digests: Sequence[str], ended: float) -> View:
    boxes = sorted((box for detection in found for box in detection.boxes), key=lambda box: -box.score)
    models = tuple(ModelRun(digest, run.prepare_us, run.infer_us) for digest, run in zip(digests, found, strict=True))
    return View(tuple(boxes), models, sum(run.prepare_us for run in found), sum(run.infer_us for run in found), ended)
