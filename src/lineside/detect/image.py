"""Image files and camera bytes → BGR arrays, or an error that says what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lineside.types.errors import LinesideError

Image = NDArray[np.uint8]

# As the sensor delivered it: boxes are in pixels of the file, so an orientation tag must not turn the picture.
FLAGS = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
JPEG_START, JPEG_SCAN, JPEG_END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND"


class ImageError(LinesideError):
    """An image that cannot be judged: unreadable, truncated or of another size than agreed."""

    exit_code = 2


def read_image(path: Path, size: tuple[int, int] | None = None) -> Image:
    """The picture as uint8 (height, width, 3), BGR. `size` is (width, height) where one is agreed. Raises ImageError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path}: cannot be read ({error.strerror}).", "Check the path and its permissions.") from error
    return decode_image(data, size, source=str(path))


def decode_image(data: bytes, size: tuple[int, int] | None = None, *, source: str = "image") -> Image:
    """Bytes of a JPEG, PNG, BMP or TIFF → uint8 (height, width, 3), BGR. Raises ImageError."""
    reason = _damage(data)
    if reason:
        raise ImageError(f"{source}: {reason}.", "Send the picture again or leave it out.")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), FLAGS)
    except cv2.error:
        image = None
    if image is None:
        raise ImageError(f"{source}: not a picture that can be decoded.", "Use JPEG, PNG, BMP or TIFF.")
    height, width = image.shape[:2]
    if size is not None and (width, height) != size:
        raise ImageError(f"{source}: is {width}×{height}, agreed are {size[0]}×{size[1]} pixels.", "Set the camera's size.")
    return np.asarray(image, np.uint8)


def decode_jpeg(data: bytes, size: tuple[int, int] | None = None, *, source: str = "frame") -> Image:
    """A camera's JPEG → uint8 (height, width, 3), BGR. Raises ImageError."""
    if data and not data.startswith(JPEG_START):
        raise ImageError(f"{source}: does not start as a JPEG does.", "Set the camera to JPEG.")
    return decode_image(data, size, source=source)


def _damage(data: bytes) -> str:
    """Why the file is not whole, or "". Decoders fill a truncated picture with grey and say nothing, so the end is looked for."""
    if not data:
        return "empty file"
    # Inside compressed data 0xFF is always escaped, so the last end mark must follow the last scan (a preview has its own before).
    if data.startswith(JPEG_START) and data.rfind(JPEG_END) < data.rfind(JPEG_SCAN):
        return f"truncated JPEG, {len(data)} bytes"
    if data.startswith(PNG_START) and PNG_END not in data[-16:]:
        return f"truncated PNG, {len(data)} bytes"
    return ""
