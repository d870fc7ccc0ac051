"""A package is taken whole or refused with the reason."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from lineside.detect.package import Manifest, read_package, write_package
from lineside.types.errors import PackageError

MODEL = b"not really a model, but bytes are bytes here"


def manifest(**changes: object) -> Manifest:
    fields: dict[str, object] = {
        "name": "surface",
        "version": "1",
        "created_at": datetime(2026, 1, 2, tzinfo=UTC),
        "labels": ("scratch", "dent"),
        "thresholds": {"scratch": 0.4, "dent": 0.5},
        "input_size": (224, 448),
        "roi": (0.25, 0.0, 0.75, 1.0),
        "mean": (127.0, 127.0, 127.0),
        "std": (128.0, 128.0, 128.0),
        "nms_iou": 0.5,
        "model_sha256": hashlib.sha256(MODEL).hexdigest(),
    }
    return Manifest(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "detector.lspkg"
    write_package(path, manifest(), MODEL, "# surface\n")
    return path


def rewrite(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in (contents | {key.replace("_", "."): value for key, value in members.items()}).items():
            new.writestr(name, data)


def changed(**fields: object) -> bytes:
    return json.dumps(msgspec.to_builtins(manifest()) | fields).encode()


def test_what_was_written_is_read_back(package: Path) -> None:
    read = read_package(package)
    assert read.manifest == manifest()
    assert (read.model, read.card) == (MODEL, "# surface\n")
    assert read.digest == hashlib.sha256(package.read_bytes()).hexdigest()


def test_equal_content_is_the_same_model(package: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.lspkg"
    write_package(again, manifest(), MODEL, "# surface\n")
    assert read_package(again).digest == read_package(package).digest


def test_writing_leaves_one_file(package: Path) -> None:
    assert list(package.parent.iterdir()) == [package]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"nowhere\.lspkg: cannot be read"):
        read_package(tmp_path / "nowhere.lspkg")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_cut_file_is_refused(package: Path, share: float) -> None:
    package.write_bytes(package.read_bytes()[: int(share * package.stat().st_size)])
    with pytest.raises(PackageError, match="not a whole model package"):
        read_package(package)


def test_a_changed_byte_is_refused(package: Path) -> None:
    data = bytearray(package.read_bytes())
    data[len(data) // 3] ^= 0xFF
    package.write_bytes(data)
    with pytest.raises(PackageError):
        read_package(package)


def test_another_model_than_the_manifest_names_is_refused(package: Path) -> None:
    rewrite(package, model_onnx=b"another model")
    with pytest.raises(PackageError, match="SHA-256 differs"):
        read_package(package)


def test_a_foreign_member_is_refused(package: Path) -> None:
    rewrite(package, extra_txt=b"?")
    with pytest.raises(PackageError, match=r"extra\.txt"):
        read_package(package)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"format": "lspkg/9"}, "format"),
        ({"labels": []}, "labels"),
        ({"labels": ["scratch", "scratch"]}, "unique"),
        ({"thresholds": {"scratch": 0.4}}, "thresholds"),
        ({"thresholds": {"scratch": 1.4, "dent": 0.5}}, "thresholds"),
        ({"roi": [0.5, 0, 0.5, 1]}, "roi"),
        ({"input_size": [0, 448]}, "input_size"),
        ({"created_at": "2026-01-02T00:00:00"}, "time zone"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_refused(package: Path, fields: dict[str, object], reason: str) -> None:
    rewrite(package, manifest_json=changed(**fields))
    with pytest.raises(PackageError, match=reason):
        read_package(package)
