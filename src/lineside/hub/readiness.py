"""Why the hub is not ready: what /health says. No secrets, no traceback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import asyncpg

from lineside.hub.embedded import ChildState
from lineside.hub.store.pool import AWAY, answers
from lineside.types.errors import Problem

PROBE_TIMEOUT_S = 2.0
RESTARTING = "It is being started again; records wait at the stations meanwhile."


async def reasons(pool: asyncpg.Pool, children: Sequence[Callable[[], ChildState]], stream_is_up: Callable[[], bool]) -> list[Problem]:
    """[] when records are taken, stored and shown."""
    states = [child() for child in children]
    found = [Problem(s.name, f"down for {time.time() - s.since:.0f} s", s.detail or "must run", RESTARTING) for s in states if not s.up]
    if not found and not await _database_answers(pool):
        found.append(Problem("database", "no answer", f"must answer within {PROBE_TIMEOUT_S:.0f} s", "See the log of the database."))
    if not found and not stream_is_up():
        found.append(Problem("stream", "not connected", "the hub must be connected to the broker", "It connects again by itself."))
    return found


async def _database_answers(pool: asyncpg.Pool) -> bool:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return await answers(pool)
    except AWAY:
        return False
