"""One connection to the field process of simulated lines, kept for ever: it reconnects with back-off until cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from lineside.edge.outage import Outage
from lineside.types import field
from lineside.types.field import Message, Open

# A frame of 1280×720 in one gulp: the reader need not stop and go.
BUFFER_BYTES = 4 << 20
BACKOFF_S = (0.1, 2.0)
CONNECT_S = 2.0

Heard: TypeAlias = Callable[[Message, bytes], None]


class FieldLink:
    """`heard` gets every message with its payload; `lost` is called when a connection ends. Neither may block."""

    def __init__(self, address: str, opening: Open, heard: Heard, lost: Callable[[], None] = lambda: None) -> None:
        self.host, _, port = address.rpartition(":")
        self.port = int(port)
        self.opening = opening
        self.heard, self.lost = heard, lost
        self._writer: asyncio.StreamWriter | None = None
        self._outage = Outage(opening.camera or opening.purpose)

    @property
    def up(self) -> bool:
        return self._writer is not None

    async def run(self) -> None:
        pause = BACKOFF_S[0]
        while True:
            try:
                async with asyncio.timeout(CONNECT_S):
                    reader, writer = await asyncio.open_connection(self.host, self.port, limit=BUFFER_BYTES)
                pause = BACKOFF_S[0]
                await self._converse(reader, writer)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, msgspec.DecodeError) as error:
                self._outage.met(error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, BACKOFF_S[1])

    async def send(self, message: Message) -> None:
        """Raises ConnectionError when the field process is away."""
        if self._writer is None:
            raise ConnectionError(f"{self.host}:{self.port} does not answer")
        self._writer.writelines(field.encode(message))
        await self._writer.drain()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.writelines(field.encode(self.opening))
            await writer.drain()
            self._writer = writer
            self._outage.over()
            while True:
                header, payload = field.lengths(await reader.readexactly(field.PREFIX_BYTES))
                message = field.decode(await reader.readexactly(header))
                self.heard(message, await reader.readexactly(payload))
        finally:
            self._writer = None
            writer.close()
            self.lost()
