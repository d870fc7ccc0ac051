"""A labelled set in COCO's form, read and checked once. Every broken rule is told, not only the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from lineside.types.errors import ConfigError, Problem

# Labelling tools round outwards: a box this many pixels over the edge is clipped, one further out is a mistake.
EDGE_PX = 2.0


VIEW = re.compile(r"_cam\d+$")


class Truth(Struct, frozen=True):
    """A labelled rectangle in pixels of the full frame, x1 < x2 and y1 < y2. `crowd` boxes cover several objects."""

    label: str
    x1: float
    y1: float
    x2: float
    y2: float
    crowd: bool = False


class Sample(Struct, frozen=True):
    """One image file, its size in pixels, and what is known to be on it. Without truths it is a clean image."""

    path: Path
    width: int
    height: int
    truths: tuple[Truth, ...]


class LabelledSet(Struct, frozen=True):
    labels: tuple[str, ...]
    samples: tuple[Sample, ...]


class _Image(Struct, frozen=True):
    id: int
    file_name: str
    width: int
    height: int


class _Annotation(Struct, frozen=True):
    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    iscrowd: int = 0


class _Category(Struct, frozen=True):
    id: int
    name: str


class _Coco(Struct, frozen=True):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


def read_labelled_set(images: Path, annotations: Path, labels: Sequence[str] | None = None) -> LabelledSet:
    """The images of the folder with the boxes of `labels` (None: every category). Raises ConfigError with every problem."""
    coco = _decode(annotations)
    problems = [*_problems(coco, images), *_label_problems(coco, labels)]
    if problems:
        raise ConfigError(str(annotations), problems)
    wanted = tuple(labels) if labels else tuple(c.name for c in sorted(coco.categories, key=lambda c: c.id))
    names = {category.id: category.name for category in coco.categories}
    truths: dict[int, list[Truth]] = {image.id: [] for image in coco.images}
    sizes = {image.id: image for image in coco.images}
    for annotation in coco.annotations:
        if names[annotation.category_id] in wanted:
            truths[annotation.image_id].append(_truth(annotation, names[annotation.category_id], sizes[annotation.image_id]))
    samples = tuple(Sample(images / i.file_name, i.width, i.height, tuple(truths[i.id])) for i in coco.images)
    return LabelledSet(wanted, samples)


def product_of(path: Path) -> str:
    """The product a frame shows: its file name without the camera (`<product>_cam<n>.jpg`), else the whole name."""
    return VIEW.sub("", path.stem)


def _decode(path: Path) -> _Coco:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Coco)
    except OSError as error:
        problem = Problem("file", str(path), f"must be readable ({error.strerror})", "Check --annotations.")
    except msgspec.DecodeError as error:
        problem = Problem("file", path.name, f"must be COCO JSON ({error})", "Export it again with boxes, in COCO's form.")
    raise ConfigError(str(path), [problem])


def _problems(coco: _Coco, folder: Path) -> Iterator[Problem]:
    if not folder.is_dir():
        yield Problem("images", str(folder), "must be a folder", "Check --images.")
        return
    if not coco.images:
        yield Problem("images", "[]", "must name at least one image", "Label some images first.")
    yield from _repeated("images", [image.id for image in coco.images])
    yield from _repeated("categories", [category.id for category in coco.categories])
    yield from _repeated("categories.name", [category.name for category in coco.categories])
    for image in coco.images:
        yield from _image_problems(image, folder)
    images = {image.id: image for image in coco.images}
    categories = {category.id for category in coco.categories}
    for annotation in coco.annotations:
        yield from _annotation_problems(annotation, images.get(annotation.image_id), categories)


def _repeated(where: str, ids: Sequence[int | str]) -> Iterator[Problem]:
    seen: set[int | str] = set()
    for number in ids:
        if number in seen:
            yield Problem(where, str(number), "must be unique", "Give each its own.")
        seen.add(number)


def _image_problems(image: _Image, folder: Path) -> Iterator[Problem]:
    where = f"images[id={image.id}]"
    if not (folder / image.file_name).is_file():
        yield Problem(f"{where}.file_name", image.file_name, f"must be a file below {folder}", "Add it or remove the entry.")
    if image.width <= 0 or image.height <= 0:
        yield Problem(where, f"{image.width}×{image.height}", "width and height must be above 0", "State the file's size.")


def _annotation_problems(annotation: _Annotation, image: _Image | None, categories: set[int]) -> Iterator[Problem]:
    where = f"annotations[id={annotation.id}]"
    if annotation.category_id not in categories:
        yield Problem(f"{where}.category_id", str(annotation.category_id), "must be a listed category", "Add the category.")
    if image is None:
        yield Problem(f"{where}.image_id", str(annotation.image_id), "must be a listed image", "Add the image or remove the box.")
        return
    x, y, width, height = annotation.bbox
    if width <= 0 or height <= 0:
        yield Problem(f"{where}.bbox", str(annotation.bbox), "width and height must be above 0", "Draw the box again.")
    over = max(-x, -y, x + width - image.width, y + height - image.height)
    if over > EDGE_PX:
        rule = f"must lie inside its {image.width}×{image.height} image"
        yield Problem(f"{where}.bbox", str(annotation.bbox), rule, "Draw the box again, or state the image's true size.")


def _label_problems(coco: _Coco, labels: Sequence[str] | None) -> Iterator[Problem]:
    names = {category.name for category in coco.categories}
    for label in labels or ():
        if label not in names:
            yield Problem("labels", label, f"must be one of {', '.join(sorted(names))}", "Check the label's spelling.")
    if not names:
        yield Problem("categories", "[]", "must name at least one category", "Export the labels with their categories.")


def _truth(annotation: _Annotation, label: str, image: _Image) -> Truth:
    x, y, width, height = annotation.bbox
    right, bottom = min(x + width, image.width), min(y + height, image.height)
    return Truth(label, max(x, 0.0), max(y, 0.0), right, bottom, bool(annotation.iscrowd))
