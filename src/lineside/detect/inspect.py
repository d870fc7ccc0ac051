"""`lineside inspect`: detectors on image files."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import cv2
from msgspec import Struct

from lineside.detect.annotate import annotate
from lineside.detect.image import read_image
from lineside.detect.package import read_package
from lineside.detect.runtime import Detector
from lineside.detect.shipped import shipped_packages
from lineside.types.errors import UnavailableError
from lineside.types.inspection import Box


class Inspected(Struct, frozen=True):
    """One image file and every box at or above its label's working threshold, strongest first."""

    image: str
    boxes: tuple[Box, ...]


class InspectReport(Struct, frozen=True):
    images: tuple[Inspected, ...]


def inspect_images(images: Sequence[Path], packages: Sequence[Path] | None = None, out: Path | None = None) -> InspectReport:
    """Run the packages (default: the shipped two) over the files; with `out`, write an annotated copy of each there.

    Raises ImageError for a file that cannot be judged and PackageError for a package that cannot be used.
    """
    detectors = [Detector(read_package(path)) for path in packages or shipped_packages()]
    return InspectReport(tuple(_inspect(path, detectors, out) for path in images))


def describe(report: InspectReport) -> str:
    """The report for people: a line per image, one per box below it."""
    lines = []
    for image in report.images:
        count = len(image.boxes)
        lines.append(f"{image.image}: {'nothing found' if not count else '1 box' if count == 1 else f'{count} boxes'}")
        lines += [f"  {b.label} {b.score:.2f} at {b.x1:.0f},{b.y1:.0f} to {b.x2:.0f},{b.y2:.0f}" for b in image.boxes]
    return "\n".join(lines)


def _inspect(path: Path, detectors: Sequence[Detector], out: Path | None) -> Inspected:
    image = read_image(path)
    boxes = [box for detector in detectors for box in detector.detect(image).boxes]
    boxes.sort(key=lambda box: -box.score)
    if out is not None:
        _write(_free(out / f"{path.stem}.jpg"), cv2.imencode(".jpg", annotate(image, boxes))[1].tobytes())
    return Inspected(str(path), tuple(boxes))


def _free(path: Path) -> Path:
    """This path, or a numbered one beside it: images of one name from several folders, and earlier results, are kept."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    return next(candidate for candidate in itertools.chain([path], numbered) if not candidate.exists())


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UnavailableError(f"{path}: cannot be written ({error.strerror}).", "Choose another --out.") from error
