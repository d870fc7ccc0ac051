"""Detectors judged as the line judges: by the product. A product is rejected when any detector finds any box in any view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np
from msgspec import Struct

from lineside.detect.image import Image, read_image
from lineside.detect.package import read_package
from lineside.detect.runtime import Detector
from lineside.train.coco import Sample, product_of, read_labelled_set

Perturbation = Literal["none", "brighter", "darker", "jpeg60", "shifted", "all"]
PERTURBATIONS: tuple[Perturbation, ...] = get_args(Perturbation)
BRIGHTNESS, JPEG_QUALITY, SHIFT_PX = 0.15, 60, 3


class Judged(Struct, frozen=True):
    """Products of one set under one perturbation. `recall` by label: defective products of that label that were rejected."""

    perturbation: Perturbation
    defective: int
    good: int
    recall_defective: float | None
    good_rejected: float | None
    recall: dict[str, float]
    missed: tuple[str, ...]
    falsely_rejected: tuple[str, ...]


def judge_products(
    packages: Sequence[Path],
    images: Path,
    annotations: Path,
    perturbations: Iterable[Perturbation] = PERTURBATIONS,
    *,
    threads: int = 2,
) -> list[Judged]:
    """Files are named `<product>_cam<n>.<ext>`. A product is defective when any view shows a labelled defect."""
    detectors = [Detector(read_package(path)) for path in packages]
    known = read_labelled_set(images, annotations)
    products: dict[str, list[Sample]] = defaultdict(list)
    for sample in known.samples:
        products[product_of(sample.path)].append(sample)
    with ThreadPoolExecutor(threads) as pool:
        return [_judge(products, detectors, kind, pool) for kind in perturbations]


def _judge(products: dict[str, list[Sample]], detectors: Sequence[Detector], kind: Perturbation, pool: ThreadPoolExecutor) -> Judged:
    change = PERTURB[kind]

    def rejected(samples: list[Sample]) -> bool:
        frames = (change(read_image(sample.path)) for sample in samples)
        return any(detector.detect(frame).boxes for frame in frames for detector in detectors)

    verdicts = dict(zip(products, pool.map(rejected, products.values()), strict=True))
    defects = {name: {t.label for s in samples for t in s.truths} for name, samples in products.items()}
    defective = [name for name in products if defects[name]]
    good = [name for name in products if not defects[name]]
    labels = sorted(set().union(*defects.values()))
    return Judged(
        kind,
        len(defective),
        len(good),
        _share([verdicts[name] for name in defective]),
        _share([verdicts[name] for name in good]),
        {label: _share([verdicts[n] for n in defective if label in defects[n]]) or 0.0 for label in labels},
        tuple(f"{name} ({', '.join(sorted(defects[name]))})" for name in defective if not verdicts[name]),
        tuple(name for name in good if verdicts[name]),
    )


def _share(verdicts: Sequence[bool]) -> float | None:
    return sum(verdicts) / len(verdicts) if verdicts else None


def _brightness(factor: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(cv2.convertScaleAbs(image, alpha=factor), np.uint8)


def _jpeg(image: Image) -> Image:
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _shift(image: Image) -> Image:
    height, width = image.shape[:2]
    move = np.array([[1, 0, SHIFT_PX], [0, 1, SHIFT_PX]], np.float32)
    return np.asarray(cv2.warpAffine(image, move, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


PERTURB: dict[Perturbation, Callable[[Image], Image]] = {
    "none": lambda image: image,
    "brighter": _brightness(1 + BRIGHTNESS),
    "darker": _brightness(1 - BRIGHTNESS),
    "jpeg60": _jpeg,
    "shifted": _shift,
    "all": lambda image: _jpeg(_shift(_brightness(1 - BRIGHTNESS)(image))),
}
