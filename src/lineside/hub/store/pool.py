"""Connections to PostgreSQL, and which of its errors mean "not there now"."""

from __future__ import annotations

import asyncpg

AWAY: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InterfaceError,
    # What the client says of a connection that died under a query when it is asked for the next one.
    asyncpg.InternalClientError,
)
"""The database cannot be reached, is stopping or has no room: try again later. Only a commit under way may have happened."""


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
