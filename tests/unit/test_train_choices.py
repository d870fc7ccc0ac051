"""What training decides from the labels: region, input size, anchors, thresholds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lineside.train.calibrate import working_thresholds
from lineside.train.coco import Sample, Truth
from lineside.train.geometry import WHOLE, by_stride, choose_anchors, choose_roi, choose_size
from lineside.train.matching import at_threshold, score_label
from lineside.types.inspection import Box


def frames(*boxes: tuple[float, float, float, float], size: tuple[int, int] = (1280, 720)) -> list[Sample]:
    return [Sample(Path("x.jpg"), *size, (Truth("dent", *box),)) for box in boxes]


def dent(score: float, x: float = 0) -> Box:
    return Box("dent", score, x, 0, x + 10, 10)


def truth(x: float = 0) -> Truth:
    return Truth("dent", x, 0, x + 10, 10)


def test_the_region_holds_every_box_with_room_for_a_shift() -> None:
    roi = choose_roi(frames(*[(500 + i, 200 + i, 560 + i, 260 + i) for i in range(100)]))
    assert roi[0] <= 500 / 1280 - 0.039
    assert roi[3] >= 359 / 720 + 0.039
    assert roi[2] - roi[0] < 0.3


def test_few_boxes_do_not_narrow_the_view() -> None:
    assert choose_roi(frames((500, 200, 560, 260))) == WHOLE


def test_boxes_everywhere_keep_the_whole_frame() -> None:
    assert choose_roi(frames(*[(0, 0, 60, 60), (1200, 650, 1280, 720)] * 50)) == WHOLE


@pytest.mark.parametrize(
    ("samples", "roi", "size"),
    [
        (frames((10, 10, 40, 40), size=(200, 200)), WHOLE, (320, 320)),  # small photographs are enlarged a little
        (frames((10, 10, 40, 40)), WHOLE, (416, 256)),  # large frames keep their shape
        (frames((575, 42, 670, 116)), (0.4, 0.0, 0.6, 0.3), (160, 160)),  # one large object needs few pixels
    ],
)
def test_the_input_is_as_large_as_needed(samples: list[Sample], roi: tuple[float, float, float, float], size: tuple[int, int]) -> None:
    assert choose_size(samples, roi) == size


def test_anchors_follow_the_shapes() -> None:
    random = np.random.default_rng(1)
    thin = random.normal((8, 100), 1, (200, 2))
    square = random.normal((60, 60), 2, (200, 2))
    anchors = choose_anchors(np.concatenate([thin, square]), seed=1)
    assert np.allclose(anchors, [(8, 100), (60, 60)], atol=1)
    assert {stride: len(shapes) for stride, shapes in by_stride(anchors).items()} == {8: 1, 16: 1}


def test_matching_counts_each_truth_once() -> None:
    scored = score_label("dent", [[dent(0.9), dent(0.8), dent(0.7, 50)]], [[truth(), truth(50), truth(90)]])
    assert scored.hits.tolist() == [True, False, True]
    point = at_threshold(scored, 0.6)
    assert (point.recall, point.precision) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_missing_is_not_zero() -> None:
    point = at_threshold(score_label("dent", [[]], [[]]), 0.5)
    assert (point.recall, point.precision) == (None, None)


def test_the_threshold_separates_right_from_wrong() -> None:
    found = [[dent(0.9)], [dent(0.8)], [dent(0.3)]]
    threshold = working_thresholds(["dent"], found, [[truth()], [truth()], [truth(90)]])["dent"]
    assert 0.3 < threshold < 0.8


def test_clean_pictures_raise_the_threshold() -> None:
    found = [[dent(0.9)]] * 20 + [[dent(0.4)]] * 20 + [[dent(0.6)]] * 3 + [[]] * 97
    truths = [[truth()]] * 40 + [[]] * 100
    assert working_thresholds(["dent"], found, truths)["dent"] > 0.6
