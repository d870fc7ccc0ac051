"""A camera of a simulated line: asks the field process for the view of a product."""

from __future__ import annotations

import asyncio
import time

import numpy as np

from lineside.edge.camera import CameraError, CameraLostError, Frame, FrameCorruptError
from lineside.edge.config import SimulatedCamera
from lineside.edge.fieldlink import FieldLink
from lineside.types import field
from lineside.types.field import Grab, Message, Open


class FieldCamera:
    def __init__(self, config: SimulatedCamera, site: str, line: str) -> None:
        self.id = config.id
        self.size = (config.width, config.height)
        self._asked: dict[int, asyncio.Future[tuple[field.Frame, bytes]]] = {}
        self._link = FieldLink(config.address, Open(site, line, "camera", config.id), self._heard, self._lost)

    @property
    def up(self) -> bool:
        return self._link.up

    async def run(self) -> None:
        await self._link.run()

    async def capture(self, count: int) -> Frame:
        began = time.perf_counter_ns()
        answer: asyncio.Future[tuple[field.Frame, bytes]] = asyncio.get_running_loop().create_future()
        self._asked[count] = answer
        try:
            await self._link.send(Grab(count))
            head, payload = await answer
        except OSError as error:
            raise CameraLostError(str(error)) from error
        finally:
            del self._asked[count]
        return _frame(self.id, self.size, head, payload, (time.perf_counter_ns() - began) // 1000)

    def _heard(self, message: Message, payload: bytes) -> None:
        # A picture that nobody waits for any more is late: its product was explained without it.
        if isinstance(message, field.Frame) and (answer := self._asked.get(message.count)) and not answer.done():
            answer.set_result((message, payload))

    def _lost(self) -> None:
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(CameraLostError("the connection ended"))


def _frame(camera: str, size: tuple[int, int], head: field.Frame, payload: bytes, capture_us: int) -> Frame:
    problem: CameraError | None = None
    if head.error:
        problem = CameraLostError(head.error)
    elif (head.width, head.height) != size:
        problem = FrameCorruptError(f"is {head.width}×{head.height}, agreed are {size[0]}×{size[1]} pixels")
    elif len(payload) != head.width * head.height * 3:
        problem = FrameCorruptError(f"has {len(payload)} bytes, not {head.width * head.height * 3}")
    if problem:
        raise problem
    return Frame(camera, np.frombuffer(payload, np.uint8).reshape(head.height, head.width, 3), capture_us)
