"""Pictures are named by their content; what is not what its name says is refused with the rule."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from obstore.exceptions import GenericError

from lineside.hub.images import evidence
from lineside.hub.images.evidence import (
    EvidenceFolder,
    EvidenceFullError,
    EvidenceMissingError,
    EvidenceRefusedError,
    check_picture,
    parse_ref,
)

JPEG = b"\xff\xd8\xff\xe0 a picture"
DIGEST = hashlib.sha256(JPEG).hexdigest()
REF = f"beijing/defect/2026-01-31/{DIGEST}.jpg"


def test_a_ref_reads_back() -> None:
    assert str(parse_ref(REF)) == REF


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("beijing/defect/2026-01-31", {"path"}),
        (REF.replace(".jpg", ".png"), {"path"}),
        (REF.replace("beijing", ".."), {"site"}),
        (REF.replace("defect", "best"), {"class"}),
        (REF.replace("01-31", "02-30"), {"day"}),
        (REF.replace("2026-01-31", "20260131"), {"day"}),
        (REF.replace(DIGEST, DIGEST.upper()), {"sha256"}),
        ("a.b/c/d/e.jpg", {"site", "class", "day", "sha256"}),
    ],
)
def test_every_broken_part_is_named(path: str, wrong: set[str]) -> None:
    with pytest.raises(EvidenceRefusedError) as caught:
        parse_ref(path)
    assert {problem.path for problem in caught.value.problems} == wrong


def test_bytes_must_be_what_the_name_says() -> None:
    ref = parse_ref(REF)
    assert check_picture(ref, JPEG) == []
    assert [p.path for p in check_picture(ref, JPEG + b"!")] == ["sha256"]
    assert [p.path for p in check_picture(ref, b"GIF89a")] == ["body"]
    assert [p.path for p in check_picture(ref, JPEG + bytes(evidence.MAX_PICTURE_BYTES))] == ["body"]


async def test_a_picture_is_written_once(tmp_path: Path) -> None:
    folder, ref = EvidenceFolder(tmp_path / "evidence"), parse_ref(REF)
    with pytest.raises(EvidenceMissingError):
        await folder.give(ref)
    assert await folder.keep(ref, JPEG) is True
    assert await folder.keep(ref, JPEG) is False
    assert await folder.give(ref) == JPEG
    assert (tmp_path / "evidence" / REF).read_bytes() == JPEG


async def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object, **__: object) -> None:
        raise GenericError("Generic LocalFileSystem error: Unable to copy data to file: No space left on device (os error 28)")

    monkeypatch.setattr(evidence.obstore, "put_async", full)
    with pytest.raises(EvidenceFullError):
        await EvidenceFolder(tmp_path / "evidence").keep(parse_ref(REF), JPEG)
