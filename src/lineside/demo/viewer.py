"""A viewer as a browser tab is one: it subscribes to every line and notes when it first sees each product."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import msgspec
from msgspec import Struct
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from lineside.types.identity import StationKey, micros

_RETRY_S = 0.3
_MAX_FRAME = 1 << 24
_CLOSE_S = 0.2


class _Product(Struct, frozen=True):
    site: str
    line: str
    trigger_count: int
    at: datetime


class _Line(Struct, frozen=True):
    products: list[_Product] = []


class _Frame(Struct, frozen=True):
    topic: str
    data: _Line | None = None


_decoder = msgspec.json.Decoder(_Frame)

Seen = dict[tuple[str, str, int], int]
"""(site, line, trigger count) → µs from the light beam to this viewer."""


class Viewer:
    """`seen` grows while `watch` runs."""

    def __init__(self, http: str, lines: list[StationKey]) -> None:
        self._url = f"ws{http.removeprefix('http')}/api/v1/live"
        self._subscribe = msgspec.json.encode({"subscribe": [f"line/{key.site}/{key.line}" for key in lines]}).decode()
        self.seen: Seen = {}
        self._news = asyncio.Event()

    async def watch(self) -> None:
        """For ever, connecting again when the hub went away. Cancel to stop."""
        while True:
            try:
                async with connect(self._url, compression=None, max_size=_MAX_FRAME, close_timeout=_CLOSE_S, proxy=None) as socket:
                    await socket.send(self._subscribe)
                    async for frame in socket:
                        self._note(frame, time.time_ns() // 1000)
            except (OSError, InvalidHandshake, WebSocketException, TimeoutError):
                pass
            await asyncio.sleep(_RETRY_S)

    async def sees(self, wanted: set[tuple[str, str, int]]) -> None:
        """Returns when all of them were seen."""
        while not wanted <= self.seen.keys():
            self._news.clear()
            await self._news.wait()

    def _note(self, frame: str | bytes, now_us: int) -> None:
        update = _decoder.decode(frame)
        for product in update.data.products if update.data else []:
            self.seen.setdefault((product.site, product.line, product.trigger_count), now_us - micros(product.at))
        self._news.set()
