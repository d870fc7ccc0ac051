"""A real training, short: coloured rectangles in, one package out, and what it is worth by another set."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from lineside.detect.inspect import inspect_images
from lineside.detect.package import read_package
from lineside.train.evaluate import Evaluation, evaluate
from lineside.train.run import NEEDED, require_extra, train
from lineside.types.errors import ConfigError, MissingExtraError, UnavailableError

# mAP@0.5 that no untrained network reaches (0.005 at most).
LEARNT = 0.05
COLOURS = {"red": (0, 0, 230), "blue": (230, 60, 0)}


def draw_set(folder: Path, count: int, seed: int) -> Path:
    """Pictures of 120×96 grey noise with up to two filled rectangles."""
    random = np.random.default_rng(seed)
    folder.mkdir()
    images, boxes = [], []
    for number in range(1, count + 1):
        picture = random.integers(80, 130, (96, 120, 3), np.uint8)
        for _ in range(int(random.integers(0, 3))):
            width, height = random.integers(20, 40, 2).tolist()
            x, y = int(random.integers(0, 120 - width)), int(random.integers(0, 96 - height))
            category = int(random.integers(1, 3))
            picture[y : y + height, x : x + width] = list(COLOURS.values())[category - 1]
            boxes.append({"id": len(boxes) + 1, "image_id": number, "category_id": category, "bbox": [x, y, width, height]})
        cv2.imwrite(str(folder / f"{number}.png"), picture)
        images.append({"id": number, "file_name": f"{number}.png", "width": 120, "height": 96})
    categories = [{"id": number, "name": name} for number, name in enumerate(COLOURS, start=1)]
    path = folder / "coco.json"
    path.write_text(json.dumps({"images": images, "annotations": boxes, "categories": categories}))
    return path


def needs_extra() -> None:
    for module in NEEDED:
        pytest.importorskip(module)


def learn(known: Path, others: Path, out: Path, lines: list[str]) -> tuple[Path, Evaluation]:
    """Twenty seconds are enough where the machine is ours; a busy one makes fewer steps of them and is given more."""
    for minutes in (1 / 3, 1, 3):
        path = train(known.parent, known, out, minutes, size=(160, 128), progress=lines.append)
        result = evaluate(path, others.parent, others)
        if (result.map50 or 0) > LEARNT:
            break
    return path, result


@pytest.mark.slow
def test_a_short_training_teaches_something(tmp_path: Path) -> None:
    needs_extra()
    known = draw_set(tmp_path / "train", 64, seed=1)
    others = draw_set(tmp_path / "test", 40, seed=2)
    lines: list[str] = []
    path, result = learn(known, others, tmp_path / "out", lines)
    assert list((tmp_path / "out").iterdir()) == [path]
    assert path.name == "detector.lspkg"
    package = read_package(path)
    assert package.manifest.labels == ("red", "blue")
    assert "seed 1" in package.card.lower()
    assert any("images/s" in line for line in lines)

    assert result.images == 40
    assert set(result.per_class) == {"red", "blue"}
    assert (result.map50 or 0) > LEARNT
    report = inspect_images([others.parent / "1.png"], [path], tmp_path / "seen")
    assert (tmp_path / "seen" / "1.jpg").is_file()
    thresholds = package.manifest.thresholds
    assert all(box.score >= thresholds[box.label] for box in report.images[0].boxes)


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineside.train.run.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="make train"):
        require_extra()


def test_a_set_without_boxes_or_time_is_refused_with_both_reasons(tmp_path: Path) -> None:
    needs_extra()
    known = draw_set(tmp_path / "set", 3, seed=1)
    content = json.loads(known.read_text())
    known.write_text(json.dumps(content | {"annotations": []}))
    with pytest.raises(ConfigError) as caught:
        train(known.parent, known, tmp_path / "out", 0)
    assert {problem.path for problem in caught.value.problems} == {"annotations", "minutes"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    needs_extra()
    known = draw_set(tmp_path / "set", 8, seed=1)
    (tmp_path / "out").touch()
    with pytest.raises(UnavailableError, match="out: cannot be made"):
        train(known.parent, known, tmp_path / "out", 1)
