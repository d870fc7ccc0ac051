"""Tells the field process whether products come, and tells it again when that process was started anew."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lineside.types import field as wire

_RETRY_S = 0.2


class Conductor:
    """`keep` runs beside `run`; the field process starts with no products coming."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._wanted = False
        self._changed = asyncio.Event()
        self._agreed = asyncio.Event()

    async def run(self, running: bool) -> None:
        """Returns when the field process has said that it is so: after False no trigger follows."""
        self._wanted = running
        self._agreed.clear()
        self._changed.set()
        await self._agreed.wait()

    async def keep(self) -> None:
        """For ever: hold a connection and say what is wanted. Cancel to stop."""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    await self._hold(reader, writer)
                finally:
                    writer.close()
            except (OSError, ValueError, asyncio.IncompleteReadError):
                await asyncio.sleep(_RETRY_S)

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.writelines(wire.encode(wire.Open("", "", "control")))
        while True:
            self._changed.clear()
            wanted = self._wanted
            writer.writelines(wire.encode(wire.Run(wanted)))
            header, payload = wire.lengths(await reader.readexactly(wire.PREFIX_BYTES))
            wire.decode(await reader.readexactly(header + payload))
            if wanted == self._wanted:
                self._agreed.set()
            await _either(self._changed.wait(), _end_of(reader))


async def _end_of(reader: asyncio.StreamReader) -> None:
    """Raises when the other side hangs up; it says nothing unasked."""
    await reader.readexactly(1)


async def _either(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
