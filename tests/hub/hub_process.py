"""A hub's two servers held by a process of their own, which a test may kill."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from lineside.hub.embedded.home import Account

SCRIPT = Path(__file__).with_name("hub_that_dies.py")


@asynccontextmanager
async def a_hub(
    data: Path, *, python: str = sys.executable, path: str | None = None, user: Account | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """Another process that holds both servers, and what it says of them. Killed at the end."""
    rights: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": [], "cwd": data} if user else {}
    process = await asyncio.create_subprocess_exec(
        python,
        SCRIPT if user is None else data.parent / SCRIPT.name,
        data,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path or os.pathsep.join(sys.path)},
        **rights,
    )
    try:
        assert process.stdout is not None
        yield process, msgspec.json.decode(await asyncio.wait_for(process.stdout.readline(), 30), type=dict[str, Any])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
