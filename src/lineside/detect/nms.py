"""From the graph's raw outputs to a few boxes: threshold, non-maximum suppression within a class, strongest first."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MAX_CANDIDATES = 400  # strongest first; more only cost time, an image has a handful of defects
MAX_BOXES = 100


def select(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], thresholds: NDArray[np.float32], iou: float
) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.float32]]:
    """Boxes (n, 4) and scores (n, labels) → kept boxes (k, 4), their label indices (k,), their scores (k,), by falling score.

    A box is a candidate of every label whose threshold it reaches; `iou` is the overlap above which the weaker one is dropped.
    """
    anchor, label = np.nonzero(scores >= thresholds)
    score = scores[anchor, label]
    if len(score) > MAX_CANDIDATES:
        strongest = np.argsort(-score, kind="stable")[:MAX_CANDIDATES]
        anchor, label, score = anchor[strongest], label[strongest], score[strongest]
    kept = _suppress(boxes[anchor], score, label, iou)
    return boxes[anchor[kept]], label[kept], score[kept]


def _suppress(boxes: NDArray[np.float32], scores: NDArray[np.float32], labels: NDArray[np.intp], iou: float) -> NDArray[np.intp]:
    if len(scores) == 0:
        return np.empty(0, np.intp)
    corner_and_size = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(corner_and_size.tolist(), scores.tolist(), labels.tolist(), -1.0, iou)
    order = np.asarray(kept, np.intp).reshape(-1)
    return order[np.argsort(-scores[order], kind="stable")][:MAX_BOXES]
