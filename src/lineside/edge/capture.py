"""All cameras of a station look at one product, at the same time and within one deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lineside.edge.camera import Camera, CameraError, CameraLostError, Frame, FrameLateError
from lineside.edge.outage import Outage


class Captured:
    """What came and what did not, by camera, in the cameras' order."""

    def __init__(self) -> None:
        self.frames: dict[str, Frame] = {}
        self.failures: dict[str, CameraError] = {}


class Cameras:
    def __init__(self, cameras: Sequence[Camera]) -> None:
        self.each = list(cameras)
        self.ids = tuple(camera.id for camera in cameras)
        self._outages = {camera.id: Outage(f"frames_{camera.id}") for camera in cameras}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for camera in self.each:
                group.create_task(camera.run())

    async def capture(self, count: int, due: float) -> Captured:
        """Every camera's frame of this product, or its failure. `due` in the event loop's time."""
        answers = await asyncio.gather(*(self._one(camera, count, due) for camera in self.each), return_exceptions=True)
        captured = Captured()
        for camera, answer in zip(self.ids, answers, strict=True):
            if isinstance(answer, Frame):
                captured.frames[camera] = answer
                self._outages[camera].over()
            else:
                # A driver that fails in a way of its own is a camera that gave no picture: the product is explained, the line goes on.
                captured.failures[camera] = answer if isinstance(answer, CameraError) else CameraLostError(repr(answer))
                self._outages[camera].met(repr(answer))
        return captured

    async def _one(self, camera: Camera, count: int, due: float) -> Frame:
        try:
            async with asyncio.timeout_at(due):
                return await camera.capture(count)
        except TimeoutError:
            raise FrameLateError("no picture in time") from None
