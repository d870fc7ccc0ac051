"""The shipped detectors run as their manifests say, and a model that does not is refused at start."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from lineside.detect.image import Image, ImageError
from lineside.detect.inspect import Inspected, InspectReport, describe, inspect_images
from lineside.detect.package import Manifest, Package, read_package, write_package
from lineside.detect.runtime import Detector
from lineside.detect.shipped import shipped_packages
from lineside.types.errors import PackageError
from lineside.types.inspection import Box

MAX_SHIPPED_BYTES = 15_000_000


@pytest.fixture(scope="module", params=["surface", "cap"])
def package(request: pytest.FixtureRequest) -> Package:
    path = dict(zip(("surface", "cap"), shipped_packages(), strict=True))[request.param]
    return read_package(path)


@pytest.fixture(scope="module")
def frames() -> list[Image]:
    random = np.random.default_rng(1)
    return [cv2.GaussianBlur(random.integers(0, 255, (720, 1280, 3), np.uint8), (0, 0), 1 + 2 * number) for number in range(4)]


def repacked(path: Path, manifest: Manifest, model: bytes) -> Package:
    write_package(path, replace(manifest, model_sha256=hashlib.sha256(model).hexdigest()), model, "")
    return read_package(path)


def test_the_shipped_two_are_small_and_know_the_four_defects() -> None:
    packages = [read_package(path) for path in shipped_packages()]
    assert sum(package.path.stat().st_size for package in packages) <= MAX_SHIPPED_BYTES
    assert [package.manifest.name for package in packages] == ["surface", "cap"]
    assert [package.manifest.labels for package in packages] == [("scratch", "paint_scratch", "dent"), ("missing_cap",)]
    assert all("mAP@0.5" in package.card for package in packages)


def test_boxes_lie_in_the_frame_strongest_first(package: Package, frames: list[Image]) -> None:
    detector = Detector(package)
    for frame in frames:
        detection = detector.detect(frame, floor=0.001)
        scores = [box.score for box in detection.boxes]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= box.x1 < box.x2 <= 1280 and 0 <= box.y1 < box.y2 <= 720 for box in detection.boxes)
        assert detection.total_us >= detection.prepare_us + detection.infer_us - 2


def test_only_boxes_at_the_working_threshold_are_reported(package: Package, frames: list[Image]) -> None:
    seen = Detector(package).detect(frames[0], floor=0.001).boxes
    middle = seen[len(seen) // 2].score
    manifest = replace(package.manifest, thresholds=dict.fromkeys(package.manifest.labels, middle))
    reported = Detector(replace(package, manifest=manifest)).detect(frames[0]).boxes
    assert reported == tuple(box for box in seen if np.float32(box.score) >= np.float32(middle))


def test_threads_do_not_disturb_one_another(package: Package, frames: list[Image]) -> None:
    detector = Detector(package)
    alone = [detector.detect(frame, floor=0.01).boxes for frame in frames]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda frame: detector.detect(frame, floor=0.01).boxes, frames * 3))
    assert together == alone * 3


@pytest.mark.parametrize("shape", [(1, 1, 3), (20, 30, 3), (1080, 1920, 3)])
def test_a_frame_of_any_size_is_looked_at(package: Package, shape: tuple[int, int, int]) -> None:
    Detector(package).detect(np.zeros(shape, np.uint8), floor=0.01)


@pytest.mark.parametrize("model", [b"", b"not a model", b"\x08\x0a" + bytes(100)])
def test_a_broken_model_is_refused_at_start(package: Package, tmp_path: Path, model: bytes) -> None:
    broken = repacked(tmp_path / "broken.lspkg", package.manifest, model)
    with pytest.raises(PackageError, match=r"broken\.lspkg: the model"):
        Detector(broken)


def test_a_cut_model_is_refused_at_start(package: Package, tmp_path: Path) -> None:
    broken = repacked(tmp_path / "broken.lspkg", package.manifest, package.model[: len(package.model) // 2])
    with pytest.raises(PackageError, match=r"broken\.lspkg: the model"):
        Detector(broken)


def test_a_model_for_other_labels_is_refused_at_start(package: Package) -> None:
    manifest = replace(package.manifest, labels=("a", "b", "c", "d"), thresholds=dict.fromkeys("abcd", 0.5))
    with pytest.raises(PackageError, match="outputs are"):
        Detector(replace(package, manifest=manifest))


def test_a_model_for_another_size_is_refused_at_start(package: Package) -> None:
    manifest = replace(package.manifest, input_size=(96, 64))
    with pytest.raises(PackageError, match="fails on an empty frame"):
        Detector(replace(package, manifest=manifest))


def test_inspecting_files_gives_the_documented_json(frames: list[Image], tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    cv2.imwrite(str(path), frames[0])
    report = msgspec.to_builtins(inspect_images([path, path], out=tmp_path / "seen"))
    assert set(report) == {"images"}
    assert [entry["image"] for entry in report["images"]] == [str(path)] * 2
    assert sorted(file.name for file in (tmp_path / "seen").iterdir()) == ["frame-2.jpg", "frame.jpg"]


def test_inspecting_a_truncated_file_is_refused(frames: list[Image], tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    data = cv2.imencode(".jpg", frames[0])[1].tobytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageError, match=r"cut\.jpg: truncated JPEG"):
        inspect_images([path])


def test_a_report_for_people_names_every_image_and_box() -> None:
    report = InspectReport((Inspected("a.jpg", ()), Inspected("b.jpg", (Box("dent", 0.91, 10, 20, 30, 40),))))
    assert describe(report).splitlines() == ["a.jpg: nothing found", "b.jpg: 1 box", "  dent 0.91 at 10,20 to 30,40"]
