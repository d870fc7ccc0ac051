"""The web's listener: small answers leave at once."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from lineside.hub.config import HubConfig
from lineside.hub.web_server import listener


async def test_no_answer_waits_for_a_delayed_acknowledgement(tmp_path: Path) -> None:
    options: asyncio.Queue[int] = asyncio.Queue()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        options.put_nowait(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listener(HubConfig(tmp_path, port=0)) as taken:
        async with await asyncio.start_server(answer, sock=taken):
            _, writer = await asyncio.open_connection(*taken.getsockname())
            assert await options.get() != 0
            writer.close()
            await writer.wait_closed()
