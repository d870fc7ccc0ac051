"""Connections to PostgreSQL, and which of its errors mean "not there now"."""

from __future__ import annotations

import asyncpg

AWAY: tuple[type[BaseException], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
)
"""The database cannot be reached or is stopping: try again later, nothing was committed."""


COLLISION: tuple[type[BaseException], ...] = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
"""Another transaction was in the way: the same work again sees what it did."""

POISON: tuple[type[BaseException], ...] = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    OverflowError,
)
"""The database will never take this content (ValueError, OverflowError: asyncpg cannot even encode it)."""


async def open_pool(dsn: str, *, size: int = 8, name: str = "lineside") -> asyncpg.Pool:
    """A pool of up to `size` connections; raises one of AWAY when the database does not answer."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        command_timeout=60,
        server_settings={"application_name": name, "timezone": "UTC"},
    )


async def answers(pool: asyncpg.Pool) -> bool:
    """Whether the database answers a question; raises one of AWAY when it does not."""
    return bool(await pool.fetchval("select true"))
