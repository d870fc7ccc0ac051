"""A picture is decoded whole or refused with the reason."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from lineside.detect.image import Image, ImageError, decode_image, decode_jpeg, read_image


@pytest.fixture(scope="module")
def picture() -> Image:
    return np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)


def encoded(picture: Image, kind: str) -> bytes:
    return cv2.imencode(kind, picture)[1].tobytes()


def test_a_lossless_file_comes_back_as_it_was(picture: Image, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(picture, ".png"))
    assert (read_image(path, (64, 48)) == picture).all()


def test_a_grey_file_comes_back_with_three_channels(picture: Image) -> None:
    assert decode_jpeg(encoded(picture[:, :, 0], ".jpg")).shape == (48, 64, 3)


@pytest.mark.parametrize("kind", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_a_truncated_file_is_refused(picture: Image, kind: str, share: float) -> None:
    data = encoded(picture, kind)
    with pytest.raises(ImageError, match="truncated"):
        decode_image(data[: int(share * len(data))])


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"hello", "does not start"), (b"\xff\xd8\xff\xd9", "decoded")])
def test_what_is_no_picture_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        decode_jpeg(data)


def test_another_size_than_agreed_is_refused(picture: Image) -> None:
    with pytest.raises(ImageError, match="is 64×48, agreed are 1280×720"):
        decode_jpeg(encoded(picture, ".jpg"), (1280, 720))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="gone"):
        read_image(tmp_path / "gone.jpg")
