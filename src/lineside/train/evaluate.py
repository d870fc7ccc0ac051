"""`lineside evaluate`: what a package is worth on a labelled set. Needs no torch: it runs what the station runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from lineside.detect.image import read_image
from lineside.detect.package import Manifest, read_package
from lineside.detect.runtime import Detector
from lineside.train.coco import LabelledSet, Sample, Truth, read_labelled_set
from lineside.train.matching import at_threshold, score_label
from lineside.types.errors import ConfigError, MissingExtraError, Problem
from lineside.types.inspection import Box

# Average precision needs the whole curve; boxes below this add time and no area.
FLOOR = 0.01
MAX_DETECTIONS = 100


class LabelResult(Struct, frozen=True):
    """AP at 0.5 over all scores; recall and precision (IoU ≥ 0.5) at the working threshold. None: nothing to measure."""

    ap50: float | None
    recall: float | None
    precision: float | None


class Milliseconds(Struct, frozen=True):
    p50: float
    p99: float


class Evaluation(Struct, frozen=True):
    """`map` is the mean over IoU 0.50…0.95, `map50` at 0.5. Time is one decoded frame → boxes, on one thread."""

    map: float | None
    map50: float | None
    per_class: dict[str, LabelResult]
    images: int
    ms_per_image: Milliseconds


def evaluate(package: Path, images: Path, annotations: Path) -> Evaluation:
    """Judge a package. Boxes of categories that the package does not know are left aside. Raises ConfigError, PackageError."""
    detector = Detector(read_package(package))
    known = read_labelled_set(images, annotations)
    if not set(known.labels) & set(detector.labels):
        rule = f"must share a label with the package ({', '.join(detector.labels)})"
        raise ConfigError(str(annotations), [Problem("categories", ", ".join(known.labels), rule, "Use another package.")])
    found, times = detect_all(detector, known.samples)
    return evaluation(detector.manifest, found, known, times)


def describe(result: Evaluation) -> str:
    """The result for people; what could not be measured is said to be so."""
    lines = [
        f"{result.images} images, mAP@0.5 {_figure(result.map50)}, mAP@0.5:0.95 {_figure(result.map)}, "
        f"{result.ms_per_image.p50} ms an image (99 %: {result.ms_per_image.p99})"
    ]
    for label, figures in result.per_class.items():
        lines.append(
            f"  {label}: AP@0.5 {_figure(figures.ap50)}, at the working threshold recall {_figure(figures.recall)}, "
            f"precision {_figure(figures.precision)}"
        )
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"


def detect_all(detector: Detector, samples: Sequence[Sample]) -> tuple[list[tuple[Box, ...]], list[float]]:
    """Boxes of each image down to FLOOR, and milliseconds of each. Raises ImageError."""
    found, times = [], []
    for sample in samples:
        detection = detector.detect(read_image(sample.path, (sample.width, sample.height)), floor=FLOOR)
        found.append(detection.boxes)
        times.append(detection.total_us / 1000)
    return found, times


def evaluation(manifest: Manifest, found: Sequence[Sequence[Box]], known: LabelledSet, times_ms: Sequence[float]) -> Evaluation:
    truths = [sample.truths for sample in known.samples]
    overall, at_half, by_label = average_precision(manifest.labels, found, known.samples)
    per_class = {}
    for label in manifest.labels:
        point = at_threshold(score_label(label, found, truths), manifest.thresholds[label])
        per_class[label] = LabelResult(by_label.get(label), point.recall, point.precision)
    p50, p99 = np.percentile(times_ms, [50, 99]).tolist()
    return Evaluation(overall, at_half, per_class, len(known.samples), Milliseconds(round(p50, 2), round(p99, 2)))


def average_precision(
    labels: Sequence[str], found: Sequence[Sequence[Box]], samples: Sequence[Sample]
) -> tuple[float | None, float | None, dict[str, float | None]]:
    """COCO's mAP@[.5:.95], mAP@.5 and AP@.5 of each label; None where no truth exists."""
    numbers = {label: number for number, label in enumerate(labels, start=1)}
    truths = [
        _truth_entry(image, truth, numbers[truth.label])
        for image, sample in enumerate(samples, start=1)
        for truth in sample.truths
        if truth.label in numbers
    ]
    boxes = [
        {
            "image_id": image,
            "category_id": numbers[box.label],
            "bbox": [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1],
            "score": box.score,
        }
        for image, row in enumerate(found, start=1)
        for box in row
    ]
    if not truths:
        return None, None, {}
    if not boxes:
        return 0.0, 0.0, {truth.label: 0.0 for sample in samples for truth in sample.truths if truth.label in numbers}
    dataset = {
        "images": [{"id": i, "width": s.width, "height": s.height} for i, s in enumerate(samples, start=1)],
        "categories": [{"id": number, "name": label} for label, number in numbers.items()],
        "annotations": [{**truth, "id": number} for number, truth in enumerate(truths, start=1)],
    }
    return _coco_eval(labels, dataset, boxes)


def _truth_entry(image: int, truth: Truth, category: int) -> dict[str, object]:
    width, height = truth.x2 - truth.x1, truth.y2 - truth.y1
    return {
        "image_id": image,
        "category_id": category,
        "bbox": [truth.x1, truth.y1, width, height],
        "area": width * height,
        "iscrowd": int(truth.crowd),
    }


def _coco_eval(
    labels: Sequence[str], dataset: dict[str, object], boxes: list[dict[str, object]]
) -> tuple[float | None, float | None, dict[str, float | None]]:
    try:
        from faster_coco_eval import COCO, COCOeval_faster
    except ModuleNotFoundError as error:
        raise MissingExtraError("Average precision needs faster-coco-eval.", "Run `make train`.") from error
    known = COCO(dataset)
    judge = COCOeval_faster(known, known.loadRes(boxes), iouType="bbox")
    judge.params.maxDets = [1, 10, MAX_DETECTIONS]
    judge.evaluate()
    judge.accumulate()
    # precision: (overlaps, recalls, labels, areas, detections); −1 where the label has no truth.
    precision = np.asarray(judge.eval["precision"])[:, :, :, 0, -1]
    by_label = {label: _mean(precision[0, :, number]) for number, label in enumerate(labels)}
    return _mean(precision), _mean(precision[0]), by_label


def _mean(values: np.ndarray) -> float | None:
    known = values[values > -1]
    return round(float(known.mean()), 4) if known.size else None
