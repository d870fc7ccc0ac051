"""A folder of image files as a camera: one file a product, in name order, at the trigger's pace."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from lineside.detect.image import Image, ImageError, read_image
from lineside.edge.camera import CameraLostError, Frame, FrameCorruptError, NoProductError
from lineside.edge.config import FolderCamera

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp"}


class Folder:
    """Count 1 is the first file; after the last it begins again (`loop`) or sees no product any more."""

    up = True

    def __init__(self, config: FolderCamera) -> None:
        self.id = config.id
        self.loop = config.loop
        self.folder = Path(config.path)
        self.files = sorted(path for path in self.folder.iterdir() if path.suffix.lower() in SUFFIXES)
        self.size = (config.width, config.height) if config.width and config.height else None

    async def run(self) -> None:
        """Files have no connection to keep."""

    async def capture(self, count: int) -> Frame:
        if not self.files:
            raise CameraLostError(f"{self.folder} holds no image files")
        if count > len(self.files) and not self.loop:
            raise NoProductError("the last file was shown")
        began = time.perf_counter_ns()
        image = await asyncio.to_thread(self._read, self.files[(count - 1) % len(self.files)])
        return Frame(self.id, image, (time.perf_counter_ns() - began) // 1000)

    def _read(self, path: Path) -> Image:
        try:
            image = read_image(path, self.size)
        except ImageError as error:
            raise FrameCorruptError(str(error)) from error
        self.size = (image.shape[1], image.shape[0])
        return image
