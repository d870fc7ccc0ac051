"""All cameras and detectors of a station on one product: every camera at the same time, every frame judged as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from lineside.edge.camera import Camera, CameraError, CameraLostError, Frame, FrameLateError
from lineside.edge.detectors import DetectorFailedError, Detectors, View
from lineside.edge.outage import Outage
from lineside.types.inspection import Explanation


@dataclass(slots=True)
class Sight:
    """What was seen of one product so far, by camera; `failures` says what could not be seen and why."""

    cameras: tuple[str, ...]
    frames: dict[str, Frame] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    failures: dict[str, Explanation] = field(default_factory=dict)


class Cameras:
    def __init__(self, cameras: Sequence[Camera], detectors: Detectors) -> None:
        self.each, self.detectors = list(cameras), detectors
        self.ids = tuple(camera.id for camera in cameras)
        self._outages = {camera.id: Outage(f"frames_{camera.id}") for camera in cameras}
        self._detectors_outage = Outage("detectors")

    async def run(self) -> None:
        """Keep the connections until cancelled."""
        async with asyncio.TaskGroup() as group:
            for camera in self.each:
                group.create_task(camera.run())

    async def look(self, sight: Sight, count: int, due: float) -> None:
        """Fill `sight` with the product at this count of the trigger source. Frames after `due` (event loop time) are late.

        When cancelled, `sight` holds what was seen until then.
        """
        await asyncio.gather(*(self._one(camera, sight, count, due) for camera in self.each))

    async def _one(self, camera: Camera, sight: Sight, count: int, due: float) -> None:
        # Whatever a driver or a runtime raises: the product is explained, the line goes on.
        (frame,) = await asyncio.gather(_capture(camera, count, due), return_exceptions=True)
        if not isinstance(frame, Frame):
            error = frame if isinstance(frame, CameraError) else CameraLostError(repr(frame))
            sight.failures[camera.id] = error.reason
            self._outages[camera.id].met(repr(error))
            return
        self._outages[camera.id].over()
        sight.frames[camera.id] = frame
        try:
            sight.views[camera.id] = await self.detectors.look(frame)
        except DetectorFailedError as error:
            sight.failures[camera.id] = "detector_failed"
            self._detectors_outage.met(error)
        else:
            self._detectors_outage.over()


async def _capture(camera: Camera, count: int, due: float) -> Frame:
    try:
        async with asyncio.timeout_at(due):
            return await camera.capture(count)
    except TimeoutError:
        raise FrameLateError("no picture in time") from None
