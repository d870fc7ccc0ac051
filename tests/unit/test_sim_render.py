"""What a person who trains or judges a detector relies on in rendered bottles."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lineside.sim.bottle import DEFECT_KINDS, Bottle, BottleRenderer, make_bottle
from lineside.sim.render import draw_visible, plan, render_dataset
from lineside.types.errors import ConfigError

CAMERAS = (1, 2, 3, 4)


@pytest.fixture(scope="module")
def renderer() -> BottleRenderer:
    return BottleRenderer()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("set")
    render_dataset(out, seed=3, products=20)
    return out


def document(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "coco.json").read_text())
    return loaded


def test_a_frame_is_what_a_camera_delivers(renderer: BottleRenderer) -> None:
    frame = renderer.render(make_bottle(1, []), 1)
    assert frame.image.shape == (720, 1280, 3)
    assert frame.image.dtype == np.uint8
    assert frame.boxes == ()


def test_the_same_bottle_gives_the_same_bytes_in_another_renderer(renderer: BottleRenderer) -> None:
    bottle = make_bottle(7, ["dent", "scratch"])
    again = BottleRenderer()
    for camera in CAMERAS:
        first, second = renderer.render(bottle, camera), again.render(bottle, camera)
        assert np.array_equal(first.image, second.image)
        assert first.boxes == second.boxes


def test_bottles_and_cameras_differ(renderer: BottleRenderer) -> None:
    images = [renderer.render(make_bottle(seed, []), camera).image for seed in (1, 2) for camera in CAMERAS]
    assert len({image.tobytes() for image in images}) == len(images)


@pytest.mark.parametrize("kind", DEFECT_KINDS)
def test_a_box_holds_all_that_the_defect_changes_and_little_else(renderer: BottleRenderer, kind: str) -> None:
    bottle, frames = draw_visible(renderer, 40, [kind])
    shown = [(camera, frame) for camera, frame in zip(CAMERAS, frames, strict=True) if frame.boxes]
    assert shown
    for camera, frame in shown:
        (box,) = frame.boxes
        assert box.label == kind
        assert 0 <= box.x1 < box.x2 <= 1280
        assert 0 <= box.y1 < box.y2 <= 720
        clean = renderer.render(Bottle(bottle.seed, ()), camera).image
        changed = cv2.absdiff(frame.image, clean).max(-1) > 30
        inside = changed[int(box.y1) - 2 : int(box.y2) + 2, int(box.x1) - 2 : int(box.x2) + 2]
        assert inside.sum() >= 30
        assert inside.sum() >= 0.9 * changed.sum()


def test_a_missing_cap_shows_to_every_camera(renderer: BottleRenderer) -> None:
    bottle = make_bottle(5, ["missing_cap"])
    assert [[b.label for b in renderer.render(bottle, c).boxes] for c in CAMERAS] == [["missing_cap"]] * 4


@pytest.mark.parametrize("products", [20, 37, 500])
def test_the_plan_holds_the_promised_shares(products: int) -> None:
    planned = plan(11, products, 0.3)
    faulty = [p for p in planned if p.kinds]
    assert 0.2 <= len(faulty) / products <= 0.4
    counts = Counter(kind for p in faulty for kind in p.kinds)
    assert set(counts) == set(DEFECT_KINDS)
    assert max(counts.values()) - min(counts.values()) <= 1 + 0.02 * products
    assert len({p.seed for p in planned}) == products


def test_the_folder_holds_frames_and_one_json(dataset: Path) -> None:
    names = {f"p{i:06d}_cam{c}.jpg" for i in range(1, 21) for c in CAMERAS}
    assert {p.name for p in dataset.iterdir()} == names | {"coco.json"}
    assert {i["file_name"] for i in document(dataset)["images"]} == names


def test_annotations_are_coco_and_every_defective_product_shows_its_defect(dataset: Path) -> None:
    coco = document(dataset)
    assert [(c["id"], c["name"]) for c in coco["categories"]] == list(enumerate(DEFECT_KINDS, 1))
    assert [a["id"] for a in coco["annotations"]] == list(range(1, len(coco["annotations"]) + 1))
    products = {i["id"]: i["product"] for i in coco["images"]}
    seen = {(products[a["image_id"]], DEFECT_KINDS[a["category_id"] - 1]) for a in coco["annotations"]}
    assert seen == {(p.name, kind) for p in plan(3, 20, 0.3) for kind in p.kinds}
    for annotation in coco["annotations"]:
        x, y, width, height = annotation["bbox"]
        assert min(x, y) >= 0
        assert x + width <= 1280
        assert y + height <= 720
        assert annotation["area"] == pytest.approx(width * height)
        assert annotation["iscrowd"] == 0


@pytest.mark.slow
def test_more_workers_change_nothing(dataset: Path, tmp_path: Path) -> None:
    render_dataset(tmp_path, seed=3, products=20, workers=2)
    for path in dataset.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_numbers_out_of_range_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"products = 0: .*\n.*defective = 2"):
        render_dataset(tmp_path / "none", seed=1, products=0, defective=2)
    assert not (tmp_path / "none").exists()
