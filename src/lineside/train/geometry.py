"""What the detector looks at, chosen from the labels: the region of the frame, the input's size, the anchors. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineside.train.coco import Sample
from lineside.train.matching import Floats

Size = tuple[int, int]
Roi = tuple[float, float, float, float]

WHOLE: Roi = (0.0, 0.0, 1.0, 1.0)
STRIDES = (8, 16, 32)
# Anchors up to this size (√area, input pixels) belong to the stride; larger ones to the next.
STRIDE_LIMITS = (48.0, 112.0, float("inf"))
# Below this many boxes the labels do not tell where objects can be, so the whole frame is looked at.
MIN_BOXES_FOR_REGION = 50
MIN_MARGIN, SHARE_MARGIN = 0.04, 0.12
WHOLE_FROM = 0.75
# 25 ms on one core with the backbone used here; objects already large are given fewer pixels.
MAX_INPUT_AREA, MIN_SIDE, ENOUGH_PX = 320 * 320, 64, 56.0
MAX_ENLARGEMENT = 1.6
ANCHOR_COUNTS, GOOD_ANCHOR_IOU = (1, 2, 3, 4, 6, 9), 0.75


def choose_roi(samples: Sequence[Sample]) -> Roi:
    """The part of the frame (fractions) that holds every box with a margin for shifted products, or the whole frame."""
    boxes = fractions(samples)
    if len(boxes) < MIN_BOXES_FOR_REGION:
        return WHOLE
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    margin = np.maximum(MIN_MARGIN, SHARE_MARGIN * (high - low))
    low, high = np.clip(low - margin, 0, 1), np.clip(high + margin, 0, 1)
    if (high - low).prod() >= WHOLE_FROM:
        return WHOLE
    x1, y1, x2, y2 = (round(float(value), 4) for value in (*low, *high))
    return x1, y1, x2, y2


def choose_size(samples: Sequence[Sample], roi: Roi) -> Size:
    """Width and height of the input, multiples of 32: the region's shape, as large as time allows and the objects need."""
    width = float(np.median([sample.width for sample in samples])) * (roi[2] - roi[0])
    height = float(np.median([sample.height for sample in samples])) * (roi[3] - roi[1])
    scale = min(MAX_ENLARGEMENT, (MAX_INPUT_AREA / (width * height)) ** 0.5)
    sides = pixels(fractions(samples), roi, (round(width), round(height)))
    if len(sides):
        small = float(np.percentile(np.sqrt(sides.prod(axis=1)), 10))
        scale = min(scale, max(ENOUGH_PX / small, MIN_SIDE / min(width, height)))
    return _to_32(width * scale), _to_32(height * scale)


def fractions(samples: Sequence[Sample]) -> Floats:
    """Every box as fractions of its frame, (n, 4)."""
    rows = [
        (truth.x1 / sample.width, truth.y1 / sample.height, truth.x2 / sample.width, truth.y2 / sample.height)
        for sample in samples
        for truth in sample.truths
    ]
    return np.array(rows, float).reshape(-1, 4)


def pixels(boxes: Floats, roi: Roi, size: Size) -> Floats:
    """Width and height (n, 2) in pixels of an input of this size that shows the region."""
    shown = np.array([roi[2] - roi[0], roi[3] - roi[1]])
    return np.asarray((boxes[:, 2:] - boxes[:, :2]) / shown * np.array(size, float))


def choose_anchors(sides: Floats, seed: int) -> Floats:
    """As few shapes (k, 2) as describe the boxes well, by area: k-means under the overlap of centred boxes."""
    for count in ANCHOR_COUNTS:
        anchors = _cluster(sides, min(count, len(sides)), seed)
        if _centred_iou(sides, anchors).max(axis=1).mean() >= GOOD_ANCHOR_IOU:
            break
    return anchors[np.argsort(anchors.prod(axis=1))]


def by_stride(anchors: Floats) -> dict[int, Floats]:
    """The anchors of each stride that has any."""
    size = np.sqrt(anchors.prod(axis=1))
    level = np.searchsorted(STRIDE_LIMITS, size)
    return {stride: anchors[level == number] for number, stride in enumerate(STRIDES) if (level == number).any()}


def _to_32(side: float) -> int:
    return max(MIN_SIDE, round(side / 32) * 32)


def _cluster(sides: Floats, count: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    centres = sides[random.choice(len(sides), count, replace=False)]
    for _ in range(30):
        nearest = _centred_iou(sides, centres).argmax(axis=1)
        members = [sides[nearest == number] for number in range(count)]
        centres = np.stack([np.median(m, axis=0) if len(m) else c for m, c in zip(members, centres, strict=True)])
    return centres


def _centred_iou(a: Floats, b: Floats) -> Floats:
    shared = np.minimum(a[:, None], b[None]).prod(axis=2)
    return np.asarray(shared / (a.prod(axis=1)[:, None] + b.prod(axis=1)[None] - shared))
