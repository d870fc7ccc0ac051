"""The live socket: one per browser tab."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from lineside.hub.live import MAX_TOPICS, Live, Subscribe, Viewer
from lineside.hub.parts import Parts

SEND_TIMEOUT_S = 10.0
"""A viewer that takes no byte for so long is gone."""
PROTOCOL_ERROR = 1007
Socket = WebSocket[Any, Any, Any]
GONE = OSError | WebSocketDisconnect
"""The viewer went away: not an error. OSError includes TimeoutError."""


@websocket("/api/v1/live")
async def live(socket: Socket, parts: NamedDependency[Parts]) -> None:
    """`{"subscribe": [topic, …]}` in; `{"topic", "version", "data"}` out: a snapshot at once, then each change."""
    await socket.accept()
    viewer = parts.live.join()
    work = [asyncio.create_task(_send(socket, viewer)), asyncio.create_task(_listen(socket, viewer, parts.live))]
    try:
        await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    finally:
        parts.live.leave(viewer)
        for task in work:
            task.cancel()
        await asyncio.wait(work)
    for task in work:
        if not task.cancelled() and not isinstance(task.exception(), GONE | None):
            task.result()


async def _listen(socket: Socket, viewer: Viewer, live_topics: Live) -> None:
    """Until the client leaves or says something that cannot be understood."""
    while True:
        try:
            text = await socket.receive_text()
        except WebSocketDisconnect:
            return
        try:
            wanted = msgspec.json.decode(text, type=Subscribe).subscribe
        except msgspec.DecodeError as error:
            await socket.close(PROTOCOL_ERROR, f'expected {{"subscribe": [topics]}}: {error}'[:120])
            return
        unknown = live_topics.watch(viewer, wanted[:MAX_TOPICS])
        for name in unknown:
            viewer.offer(name, msgspec.json.encode({"topic": name, "version": 0, "data": None, "error": "There is no such topic."}))


async def _send(socket: Socket, viewer: Viewer) -> None:
    while True:
        for frame in await viewer.next_frames():
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await socket.send_data(frame.decode(), mode="text")
