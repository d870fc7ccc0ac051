"""Waits until the database holds what the photo-eyes counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import asyncpg

from lineside.demo.home import Home
from lineside.demo.report import Run
from lineside.demo.viewer import Viewer
from lineside.hub.store.pool import AWAY
from lineside.hub.store.report import Tally, read_tally
from lineside.types.errors import UnavailableError

PATIENCE_S = 90.0
"""Without anything new arriving, before the rest is called missing."""
VIEWER_PATIENCE_S = 3.0
_POLL_S = 0.25
_TELL_EVERY_S = 5.0
_CONNECT_S, _ANSWER_S = 5.0, 30.0
_AWAY: tuple[type[Exception], ...] = (UnavailableError, *AWAY)

T = TypeVar("T")


async def drain(home: Home, run: Run, say: Callable[[str], None]) -> Tally:
    """Returns when all products of the run are committed, or nothing has moved for PATIENCE_S."""
    tally = Tally(0, 0, 0, 0)
    moved = told = time.monotonic()
    while tally.products < run.triggered and time.monotonic() - moved < PATIENCE_S:
        newer = await _tally(home, run)
        if newer is not None and newer.products > tally.products:
            tally, moved = newer, time.monotonic()
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            say(f"Draining: {tally.products} of {run.triggered} products are committed.")
        await asyncio.sleep(_POLL_S)
    return await _tally(home, run) or tally


async def shown(viewer: Viewer, run: Run) -> None:
    """Returns when the viewer has seen every product, or VIEWER_PATIENCE_S later."""
    wanted = {(key.site, key.line, product.count) for key, products in run.passed.items() for product in products}
    with suppress(TimeoutError):
        await asyncio.wait_for(viewer.sees(wanted), VIEWER_PATIENCE_S)


@asynccontextmanager
async def database(home: Home) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the hub's database; raises UnavailableError when there is none."""
    facts = home.hub()
    if facts is None:
        raise UnavailableError("The hub is not there.", "It is being started again.")
    try:
        connection = await asyncpg.connect(facts.dsn, timeout=_CONNECT_S, command_timeout=_ANSWER_S)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise UnavailableError(f"The database does not answer ({error}).", "It is being started again.") from None
    try:
        yield connection
    finally:
        connection.terminate()  # nothing was written, and a database that hangs must not hold up Ctrl-C


async def ask(home: Home, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """What `work` finds in the database; while that is away it is asked again, for PATIENCE_S at most."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            async with database(home) as connection:
                return await work(connection)
        except _AWAY:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(_POLL_S)


async def _tally(home: Home, run: Run) -> Tally | None:
    """None while hub or database are away."""
    try:
        async with database(home) as connection:
            return await read_tally(connection, run.spans)
    except _AWAY:
        return None
