"""Which found boxes are right: greedy by score, one truth each, as COCO does at one overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from lineside.train.coco import Truth
from lineside.types.inspection import Box

Floats = NDArray[np.float64]
IOU = 0.5


class Scored(Struct, frozen=True):
    """Every candidate of one label over a set: its score, whether it hit a truth, the image it is on; and the truths to hit."""

    scores: Floats
    hits: NDArray[np.bool_]
    images: NDArray[np.intp]
    truths: int


class Point(Struct, frozen=True):
    """Recall and precision at one threshold. A label without truths or without boxes has None: missing is not zero."""

    recall: float | None
    precision: float | None


def score_label(label: str, found: Sequence[Sequence[Box]], truths: Sequence[Sequence[Truth]], overlap: float = IOU) -> Scored:
    """Match one label's boxes to its truths on each image, in the order of the images; `overlap` (IoU) makes a hit."""
    scores: list[float] = []
    hits: list[bool] = []
    images: list[int] = []
    total = 0
    for number, (boxes, known) in enumerate(zip(found, truths, strict=True)):
        mine = sorted((box for box in boxes if box.label == label), key=lambda box: -box.score)
        theirs = [truth for truth in known if truth.label == label and not truth.crowd]
        total += len(theirs)
        scores += [box.score for box in mine]
        hits += _hits(mine, theirs, overlap)
        images += [number] * len(mine)
    return Scored(np.array(scores, float), np.array(hits, bool), np.array(images, np.intp), total)


def at_threshold(scored: Scored, threshold: float) -> Point:
    kept = scored.hits[scored.scores >= threshold]
    right = int(kept.sum())
    return Point(right / scored.truths if scored.truths else None, right / len(kept) if len(kept) else None)


def _hits(boxes: Sequence[Box], truths: Sequence[Truth], least: float) -> list[bool]:
    if not boxes or not truths:
        return [False] * len(boxes)
    overlaps = iou(corners(boxes), corners(truths))
    hits = []
    for row in overlaps:
        best = int(row.argmax())
        hits.append(bool(row[best] >= least))
        if row[best] >= least:
            overlaps[:, best] = -1.0  # a truth is hit once; a second box on it is a false one
    return hits


def corners(boxes: Sequence[Box | Truth]) -> Floats:
    return np.array([(box.x1, box.y1, box.x2, box.y2) for box in boxes], float).reshape(-1, 4)


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of (n, 4) with (m, 4) → (n, m)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).prod(axis=1)
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None] - shared, 1e-9))
