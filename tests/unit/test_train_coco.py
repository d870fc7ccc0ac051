"""A labelled set is read whole, or every mistake in it is told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lineside.train.coco import product_of, read_labelled_set
from lineside.train.plan import split
from lineside.types.errors import ConfigError

GOOD: dict[str, Any] = {
    "info": {"year": 2026},
    "images": [
        {"id": 1, "file_name": "a.jpg", "width": 100, "height": 50},
        {"id": 2, "file_name": "b.jpg", "width": 100, "height": 50},
    ],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 2, "bbox": [10, 5, 20, 30], "area": 600, "iscrowd": 0},
        {"id": 2, "image_id": 1, "category_id": 1, "bbox": [-1, 0, 20, 51]},
    ],
    "categories": [{"id": 2, "name": "dent"}, {"id": 1, "name": "scratch"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    return tmp_path


def write(folder: Path, content: object) -> Path:
    path = folder / "coco.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_good_set_is_read(folder: Path) -> None:
    known = read_labelled_set(folder, write(folder, GOOD))
    assert known.labels == ("scratch", "dent")
    first, second = known.samples
    assert [(t.label, t.x1, t.y1, t.x2, t.y2) for t in first.truths] == [("dent", 10, 5, 30, 35), ("scratch", 0, 0, 19, 50)]
    assert second.truths == ()


def test_only_the_wanted_labels_are_taken(folder: Path) -> None:
    known = read_labelled_set(folder, write(folder, GOOD), ["dent"])
    assert known.labels == ("dent",)
    assert [truth.label for truth in known.samples[0].truths] == ["dent"]


def test_every_mistake_is_told(folder: Path) -> None:
    bad = json.loads(json.dumps(GOOD))
    bad["images"].append({"id": 2, "file_name": "missing.jpg", "width": 0, "height": 50})
    bad["annotations"] += [
        {"id": 3, "image_id": 77, "category_id": 1, "bbox": [0, 0, 1, 1]},
        {"id": 4, "image_id": 1, "category_id": 99, "bbox": [0, 0, 1, 1]},
        {"id": 5, "image_id": 1, "category_id": 1, "bbox": [0, 0, 0, 1]},
        {"id": 6, "image_id": 1, "category_id": 1, "bbox": [90, 0, 20, 10]},
    ]
    with pytest.raises(ConfigError) as caught:
        read_labelled_set(folder, write(folder, bad), ["rust"])
    told = {(problem.path, problem.value) for problem in caught.value.problems}
    assert told == {
        ("images", "2"),
        ("images[id=2].file_name", "missing.jpg"),
        ("images[id=2]", "0×50"),
        ("annotations[id=3].image_id", "77"),
        ("annotations[id=4].category_id", "99"),
        ("annotations[id=5].bbox", "(0.0, 0.0, 0.0, 1.0)"),
        ("annotations[id=6].bbox", "(90.0, 0.0, 20.0, 10.0)"),
        ("labels", "rust"),
    }


@pytest.mark.parametrize("content", ["", "{", "[]", '{"images": []}', '{"images": 3, "annotations": [], "categories": []}'])
def test_what_is_not_coco_is_refused(folder: Path, content: str) -> None:
    with pytest.raises(ConfigError, match="must be COCO JSON"):
        read_labelled_set(folder, write(folder, content))


def test_missing_paths_are_named(folder: Path) -> None:
    with pytest.raises(ConfigError, match="must be readable"):
        read_labelled_set(folder, folder / "none.json")
    with pytest.raises(ConfigError, match="must be a folder"):
        read_labelled_set(folder / "none", write(folder, GOOD))


def test_views_of_one_product_are_never_split(folder: Path) -> None:
    names = [f"p{number:03}_cam{camera}.jpg" for number in range(50) for camera in range(1, 5)]
    for name in names:
        (folder / name).touch()
    images = [{"id": i, "file_name": name, "width": 100, "height": 50} for i, name in enumerate(names)]
    boxes = [{"id": i, "image_id": i, "category_id": 1, "bbox": [1, 1, 9, 9]} for i in range(len(names))]
    path = write(folder, {"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "dent"}]})
    samples = read_labelled_set(folder, path).samples
    training, held_out = split(samples, seed=1, room=1000)
    assert not {product_of(s.path) for s in training} & {product_of(s.path) for s in held_out}
    assert len(training) + len(held_out) == 200
    assert 16 <= len(held_out) <= 32
    assert split(tuple(reversed(samples)), seed=1, room=1000) == (training, held_out)
