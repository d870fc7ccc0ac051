"""Raw boxes become few: one per object and label, strongest first."""

from __future__ import annotations

import numpy as np

from lineside.detect.nms import MAX_BOXES, select

BOXES = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]], np.float32)
HALF = np.array([0.5, 0.5], np.float32)


def test_the_weaker_of_two_on_one_object_is_dropped() -> None:
    scores = np.array([[0.6, 0], [0.9, 0], [0.7, 0]], np.float32)
    boxes, labels, strengths = select(BOXES, scores, HALF, 0.5)
    assert boxes.tolist() == [BOXES[1].tolist(), BOXES[2].tolist()]
    assert (labels == 0).all()
    assert np.allclose(strengths, [0.9, 0.7])


def test_labels_do_not_suppress_one_another() -> None:
    scores = np.array([[0.6, 0], [0, 0.9], [0, 0]], np.float32)
    assert len(select(BOXES, scores, HALF, 0.5)[0]) == 2


def test_each_label_has_its_own_threshold_and_reaching_it_counts() -> None:
    scores = np.array([[0.5, 0.49], [0, 0], [0, 0]], np.float32)
    assert select(BOXES, scores, HALF, 0.5)[1].tolist() == [0]


def test_nothing_is_found_in_nothing() -> None:
    boxes, labels, strengths = select(BOXES, np.zeros((3, 2), np.float32), HALF, 0.5)
    assert (boxes.shape, labels.shape, strengths.shape) == ((0, 4), (0,), (0,))


def test_a_flood_is_bounded() -> None:
    corner = np.arange(2000, dtype=np.float32)[:, None] * 20
    boxes = np.concatenate([corner, corner, corner + 10, corner + 10], axis=1)
    assert len(select(boxes, np.full((2000, 2), 0.9, np.float32), HALF, 0.5)[0]) == MAX_BOXES
