"""What looks at a product. A driver is one class with `run` and `capture`; drivers stand beside this file, one each.

CameraError          no usable picture of this product; `reason` is what the record says
├── CameraLostError      the camera is away or gave none
├── FrameLateError       its picture did not come in time
├── FrameCorruptError    unreadable, truncated or of another size
└── NoProductError       it looked, and nothing was there
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from lineside.detect.image import Image
from lineside.types.inspection import Explanation


class CameraError(Exception):
    reason: ClassVar[Explanation] = "camera_lost"


class CameraLostError(CameraError):
    pass


class FrameLateError(CameraError):
    reason = "frame_late"


class FrameCorruptError(CameraError):
    reason = "frame_corrupt"


class NoProductError(CameraError):
    reason = "no_product"


@dataclass(frozen=True, slots=True)
class Frame:
    """One camera's picture of one product: uint8 (height, width, 3), BGR. `capture_us`: from asking to having it."""

    camera: str
    image: Image
    capture_us: int


class Camera(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def up(self) -> bool:
        """Connected: a picture may be asked for."""
        ...

    async def run(self) -> None:
        """Keep the connection until cancelled; never raises because the camera is away."""

    async def capture(self, count: int) -> Frame:
        """The picture of the product at this count of the trigger source. Raises CameraError; may be cancelled when it is late."""
        ...
