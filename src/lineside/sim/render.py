"""`lineside sim render`: a folder of frames and one COCO file of what can be seen on them."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lineside.sim.bottle import DEFECT_KINDS, Bottle, BottleRenderer, Frame, VisibleBox, make_bottle
from lineside.sim.bottle.pixels import FRAME_HEIGHT, FRAME_WIDTH
from lineside.sim.bottle.renderer import CAMERAS
from lineside.types.errors import ConfigError, LinesideError, Problem

ANNOTATIONS = "coco.json"
_SECOND_DEFECT = 0.12  # share of the defective products that have two
_CHUNK = 16  # products a worker takes at a time
_ATTEMPTS = 100  # redraws before a defect that never shows is called a mistake of the renderer


@dataclass(frozen=True)
class Planned:
    """One product before it is drawn."""

    name: str
    seed: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """What one written frame shows."""

    product: str
    camera: int
    boxes: tuple[VisibleBox, ...]

    @property
    def file_name(self) -> str:
        return f"{self.product}_cam{self.camera}.jpg"


def render_dataset(
    out: Path,
    seed: int,
    products: int,
    *,
    jpeg_quality: int = 92,
    defective: float = 0.3,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write four frames a product and `coco.json` into `out`; the same arguments give the same bytes.

    defective: share of products with a defect, each visible in at least one frame. workers: processes to use.
    progress is told products done and products in all. Raises ConfigError for a number out of range, LinesideError
    where the folder cannot be written.
    """
    _check(products, jpeg_quality, defective, workers)
    _prepare(out)
    planned = plan(seed, products, defective)
    chunks = [planned[i : i + _CHUNK] for i in range(0, products, _CHUNK)]
    drawn: list[Drawn] = []
    for part in _parts(out, chunks, jpeg_quality, workers):
        drawn += part
        if progress is not None:
            progress(len(drawn) // len(CAMERAS), products)
    drawn.sort(key=lambda d: (d.product, d.camera))
    (out / ANNOTATIONS).write_text(json.dumps(coco(drawn)), encoding="utf-8")


def plan(seed: int, products: int, defective: float) -> list[Planned]:
    """Which products have which defects: the exact share, and the four kinds dealt round evenly."""
    rng = np.random.default_rng([seed, 1])
    chosen = rng.permutation(products)[: round(products * defective)]
    deck = _Deck(rng)
    kinds: dict[int, tuple[str, ...]] = {}
    for index in chosen:
        first = deck.deal()
        second = deck.deal() if rng.random() < _SECOND_DEFECT else first
        kinds[int(index)] = (first,) if second == first else (first, second)
    seeds = np.random.default_rng([seed, 2]).integers(2**62, size=products)
    return [Planned(f"p{i + 1:06d}", int(seeds[i]), kinds.get(i, ())) for i in range(products)]


def draw_visible(renderer: BottleRenderer, seed: int, kinds: Sequence[str]) -> tuple[Bottle, tuple[Frame, ...]]:
    """A bottle each of whose defects shows in one of its four frames; places that hide one are drawn again."""
    for attempt in range(_ATTEMPTS):
        bottle = make_bottle(seed + attempt * 1_000_003, kinds)
        frames = tuple(renderer.render(bottle, camera) for camera in CAMERAS)
        if {box.label for frame in frames for box in frame.boxes} >= set(kinds):
            return bottle, frames
    raise RuntimeError(f"no visible {', '.join(kinds)} in {_ATTEMPTS} draws")


def coco(drawn: Sequence[Drawn]) -> dict[str, Any]:
    """The COCO document: images and annotations numbered from 1 in the order given."""
    ids = {kind: i for i, kind in enumerate(DEFECT_KINDS, 1)}
    images, annotations = [], list[dict[str, Any]]()
    for image_id, one in enumerate(drawn, 1):
        size = {"width": FRAME_WIDTH, "height": FRAME_HEIGHT}
        images.append({"id": image_id, "file_name": one.file_name, **size, "product": one.product})
        for box in one.boxes:
            width, height = box.x2 - box.x1, box.y2 - box.y1
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": ids[box.label],
                    "bbox": [box.x1, box.y1, width, height],
                    "area": width * height,
                    "iscrowd": 0,
                }
            )
    categories = [{"id": i, "name": kind, "supercategory": "defect"} for kind, i in ids.items()]
    return {"images": images, "annotations": annotations, "categories": categories}


class _Deck:
    """Deals the four kinds in shuffled rounds, so that their numbers never differ by more than one."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._cards: list[str] = []

    def deal(self) -> str:
        if not self._cards:
            self._cards = [DEFECT_KINDS[i] for i in self._rng.permutation(len(DEFECT_KINDS))]
        return self._cards.pop()


def _parts(out: Path, chunks: list[list[Planned]], jpeg_quality: int, workers: int) -> Iterator[list[Drawn]]:
    if workers <= 1:
        renderer = BottleRenderer()
        for chunk in chunks:
            yield _draw(renderer, out, chunk, jpeg_quality)
        return
    # Spawned, not forked: OpenCV's threads do not survive a fork.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_draw_in_worker, out, chunk, jpeg_quality) for chunk in chunks]):
            yield future.result()


@cache
def _worker_renderer() -> BottleRenderer:
    """A worker process serves one renderer for its whole life."""
    cv2.setNumThreads(1)
    return BottleRenderer()


def _draw_in_worker(out: Path, chunk: list[Planned], jpeg_quality: int) -> list[Drawn]:
    return _draw(_worker_renderer(), out, chunk, jpeg_quality)


def _draw(renderer: BottleRenderer, out: Path, chunk: list[Planned], jpeg_quality: int) -> list[Drawn]:
    drawn = []
    for product in chunk:
        _, frames = draw_visible(renderer, product.seed, product.kinds)
        for camera, frame in zip(CAMERAS, frames, strict=True):
            drawn.append(Drawn(product.name, camera, frame.boxes))
            _write(out / drawn[-1].file_name, frame, jpeg_quality)
    return drawn


def _write(path: Path, frame: Frame, jpeg_quality: int) -> None:
    _, data = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, jpeg_quality])
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise _unwritable(path, error) from error


def _check(products: int, jpeg_quality: int, defective: float, workers: int) -> None:
    limits = (
        ("products", products, 1, 1_000_000),
        ("jpeg_quality", jpeg_quality, 1, 100),
        ("defective", defective, 0, 1),
        ("workers", workers, 1, 64),
    )
    problems = [
        Problem(name, str(value), f"must lie from {low} to {high:,}", "Choose a number in that range.")
        for name, value, low, high in limits
        if not low <= value <= high
    ]
    if problems:
        raise ConfigError("sim render", problems)


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(path: Path, error: OSError) -> LinesideError:
    return LinesideError(f"{path} cannot be written: {error.strerror}.", "Name a folder with room that you may write to.")
