"""The training pictures in memory, already cut and resized as the station does it, and batches of them without end.

Every queue is bounded: the loader waits when the network is behind, and the network when the loader is.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np
from msgspec import Struct

from lineside.detect.image import Image, ImageError, read_image
from lineside.detect.runtime import region
from lineside.train.augment import augment
from lineside.train.coco import Sample
from lineside.train.geometry import Roi, Size
from lineside.train.matching import Floats
from lineside.types.errors import ConfigError, Problem

MAX_BYTES = 6 * 2**30
# Clean pictures in a batch, where both kinds exist: they teach what is not a defect.
CLEAN_SHARE = 0.35
AHEAD = 3


class Frame(Struct, frozen=True):
    """One picture as the graph sees it, its boxes (n, 4) in its pixels and their label indices (n,)."""

    image: Image
    boxes: Floats
    labels: np.ndarray


class Batch(Struct, frozen=True):
    """Images uint8 (b, h, w, 3); boxes and labels of each."""

    images: Image
    boxes: list[Floats]
    labels: list[np.ndarray]


def load_frames(samples: Sequence[Sample], labels: Sequence[str], roi: Roi, size: Size, until: float, seed: int) -> list[Frame]:
    """Labelled pictures first, then clean ones, until memory (MAX_BYTES) or time (`until`, monotonic seconds) is used up.

    Raises ConfigError naming every picture that cannot be read.
    """
    order = np.random.default_rng(seed).permutation(len(samples))
    ordered = sorted((samples[i] for i in order), key=lambda sample: not sample.truths)
    room = max(1, MAX_BYTES // (size[0] * size[1] * 3))
    frames: list[Frame] = []
    problems: list[Problem] = []
    for sample in ordered[:room]:
        try:
            frames.append(_frame(sample, labels, roi, size))
        except ImageError as error:
            problems.append(Problem("images", str(sample.path), error.message, "Replace the picture or remove its entry."))
        if time.monotonic() > until and len(frames) >= 8:
            break
    if problems:
        raise ConfigError("pictures", problems)
    return frames


@contextmanager
def batches(frames: Sequence[Frame], size: int, seed: int) -> Iterator[Iterator[Batch]]:
    """An endless supply of augmented batches, made by one thread ahead of the reader; it ends with the context."""
    made: queue.Queue[Batch] = queue.Queue(AHEAD)
    stop = threading.Event()
    source = _endless(frames, size, np.random.default_rng(seed))

    def work() -> None:
        for batch in source:
            while not stop.is_set():
                try:
                    made.put(batch, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if stop.is_set():
                return

    thread = threading.Thread(target=work, name="batches", daemon=True)
    thread.start()
    try:
        yield iter(made.get, None)
    finally:
        stop.set()
        thread.join()


def cut(image: Image, roi: Roi, size: Size) -> Image:
    """The region of a frame as the graph's input: the same pixels as `Detector.prepare` gives."""
    height, width = image.shape[:2]
    x1, y1, x2, y2 = region(roi, width, height)
    return np.asarray(cv2.resize(image[y1:y2, x1:x2], size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _frame(sample: Sample, labels: Sequence[str], roi: Roi, size: Size) -> Frame:
    image = cut(read_image(sample.path, (sample.width, sample.height)), roi, size)
    x1, y1, x2, y2 = region(roi, sample.width, sample.height)
    scale = np.tile([size[0] / (x2 - x1), size[1] / (y2 - y1)], 2)
    # Crowd boxes cover several objects: no single box is right there, so they do not teach.
    truths = [truth for truth in sample.truths if not truth.crowd]
    corners = np.array([(t.x1, t.y1, t.x2, t.y2) for t in truths], float).reshape(-1, 4)
    boxes = np.clip((corners - np.tile([x1, y1], 2)) * scale, 0, np.tile(size, 2))
    names = np.array([labels.index(truth.label) for truth in truths], np.int64)
    visible = (boxes[:, 2:] - boxes[:, :2]).min(axis=1, initial=np.inf) > 1.0
    return Frame(image, boxes[visible], names[visible])


def _endless(frames: Sequence[Frame], size: int, random: np.random.Generator) -> Iterator[Batch]:
    labelled = [frame for frame in frames if len(frame.boxes)]
    clean = [frame for frame in frames if not len(frame.boxes)]
    share = min(CLEAN_SHARE, len(clean) / len(frames))
    pools = {True: _shuffled(clean, random), False: _shuffled(labelled, random)}
    while True:
        yield _batch([next(pools[random.random() < share]) for _ in range(size)], random)


def _shuffled(frames: Sequence[Frame], random: np.random.Generator) -> Iterator[Frame]:
    while True:
        for number in random.permutation(len(frames)):
            yield frames[number]


def _batch(frames: Sequence[Frame], random: np.random.Generator) -> Batch:
    images, boxes, labels = [], [], []
    for frame in frames:
        image, moved, keep = augment(frame.image, frame.boxes, random)
        images.append(image)
        boxes.append(moved[keep])
        labels.append(frame.labels[keep])
    return Batch(np.stack(images), boxes, labels)
