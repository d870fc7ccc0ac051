"""The model package `*.lspkg`: one zip with `manifest.json`, `model.onnx` and `card.md`. Written by training, read by stations.

A package is read as a whole and checked as a whole: a broken or foreign file never reaches the runtime.
The identity of a package is the SHA-256 of its file, so equal bytes are the same model everywhere.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from lineside.types.errors import PackageError

MANIFEST, MODEL, CARD = "manifest.json", "model.onnx", "card.md"
MEMBERS = {MANIFEST, MODEL, CARD}
MAX_MEMBER_BYTES = 512 * 1024 * 1024
# A fixed time inside the zip: the same content gives the same bytes, hence the same digest.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)

Unit = Annotated[float, Meta(ge=0, le=1)]
Side = Annotated[int, Meta(ge=32, le=4096)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
REMEDY = "Export the package again with `lineside train`, or copy it again from where it was made."


class Training(Struct, frozen=True, forbid_unknown_fields=True):
    """How the model came to be. `anchors` are (width, height) in pixels of the input, smallest first."""

    seed: int
    seconds: float
    steps: int
    images: int
    held_out: int
    backbone: str
    anchors: tuple[tuple[float, float], ...] = ()
    map50: float | None = None
    """mAP@0.5 on the images held out from this training, None when none had a box."""


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a station must know to run the model.

    Graph input `frame`: uint8 (height, width, 3), BGR, the `roi` of the frame resized to `input_size`; mean and std are applied
    inside the graph. Graph outputs: `boxes` float32 (n, 4), x1 y1 x2 y2 in pixels of the input; `scores` float32 (n, labels), 0…1.
    """

    format: Literal["lspkg/1"] = "lspkg/1"
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    version: Annotated[str, Meta(min_length=1, max_length=64)]
    created_at: datetime
    labels: Annotated[tuple[str, ...], Meta(min_length=1)]
    thresholds: dict[str, Unit]
    """Working threshold of each label: boxes below it are not reported."""
    input_size: tuple[Side, Side]
    """Width, height in pixels."""
    roi: tuple[Unit, Unit, Unit, Unit] = (0.0, 0.0, 1.0, 1.0)
    """x1, y1, x2, y2 as fractions of the frame; the whole frame is 0, 0, 1, 1."""
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    """Of the channels B, G, R on the scale 0…255; already inside the graph, stated for whoever exports anew."""
    nms_iou: Unit
    model_sha256: Sha256
    training: Training | None = None

    @property
    def title(self) -> str:
        """What people read where a record names the package by its digest."""
        return f"{self.name} {self.version}"

    def __post_init__(self) -> None:
        if len(set(self.labels)) != len(self.labels) or not all(self.labels):
            raise ValueError("labels must be unique and not empty")
        if set(self.thresholds) != set(self.labels):
            raise ValueError("thresholds must name exactly the labels")
        x1, y1, x2, y2 = self.roi
        if not (x1 < x2 and y1 < y2):
            raise ValueError("roi must be x1 < x2 and y1 < y2")
        if self.created_at.tzinfo is None:
            raise ValueError("created_at must carry its time zone")


class Package(Struct, frozen=True):
    """A package as read and checked; `digest` is the SHA-256 of the file."""

    path: Path
    manifest: Manifest
    model: bytes
    card: str
    digest: str


def write_package(path: Path, manifest: Manifest, model: bytes, card: str) -> None:
    """Write the package at once: a reader sees the old file or the new one, never a part."""
    partial = path.with_name(f".{path.name}.partial")
    contents = {
        MANIFEST: msgspec.json.format(msgspec.json.encode(manifest), indent=2),
        MODEL: model,
        CARD: card.encode(),
    }
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in contents.items():
            member = zipfile.ZipInfo(name, ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)
    os.replace(partial, path)


def read_package(path: Path) -> Package:
    """Read and check a package. Raises PackageError with the reason."""
    try:
        data = path.read_bytes()
        members = _members(path, data)
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror}).", "Check the path and its permissions.") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise PackageError(f"{path}: not a whole model package ({error}).", REMEDY) from error
    manifest = _manifest(path, members[MANIFEST])
    if hashlib.sha256(members[MODEL]).hexdigest() != manifest.model_sha256:
        raise PackageError(f"{path}: {MODEL} is not the model that the manifest names (SHA-256 differs).", REMEDY)
    card = members[CARD].decode("utf-8", errors="replace")
    return Package(path, manifest, members[MODEL], card, hashlib.sha256(data).hexdigest())


def _members(path: Path, data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if {info.filename for info in infos} != MEMBERS or len(infos) != len(MEMBERS):
            names = ", ".join(sorted(info.filename for info in infos)[:5])
            raise PackageError(f"{path}: holds [{names}] instead of exactly {', '.join(sorted(MEMBERS))}.", REMEDY)
        for info in infos:
            # The stated size is checked before anything is unpacked: a zip bomb costs nothing.
            if info.file_size > MAX_MEMBER_BYTES:
                raise PackageError(f"{path}: {info.filename} is larger than {MAX_MEMBER_BYTES} bytes.", REMEDY)
        return {info.filename: archive.read(info) for info in infos}


def _manifest(path: Path, data: bytes) -> Manifest:
    try:
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise PackageError(f"{path}: {MANIFEST} breaks the format lspkg/1 ({error}).", REMEDY) from error
