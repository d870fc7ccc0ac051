"""Work that runs beside a body of code and ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

AGAIN_S = 0.5


@asynccontextmanager
async def background(*work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Runs `work` in a task group while the body runs, then cancels it. Work that fails ends the body.
    An error of either leaves as it is, not wrapped in a group of one, so that callers can catch it by its type."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(item()) for item in work]
            try:
                yield
            finally:
                await _end(running)
    except BaseExceptionGroup as group:
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise


async def _end(running: list[asyncio.Task[None]]) -> None:
    """Cancels until it is heard: Python 3.11's wait_for, which the broker's client is made of, loses a cancellation that comes
    together with its result."""
    pending = set(running)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_S)
