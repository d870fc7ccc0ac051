"""What stations say of themselves: the newest hello, and corrections of wrong clocks."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg
import msgspec

from lineside.types.identity import instant
from lineside.types.machine import Hello

SAY_HELLO = "update station set hello = $2, hello_at = $3 where station_key = $1"
ADD_CORRECTION = """
insert into clock_correction (station_key, boot_id, correction_us, hello_at_us, received_us)
values ($1, $2, $4 - $3, $3, $4) on conflict do nothing returning correction_us"""
CORRECTIONS = "select station_key, boot_id, correction_us from clock_correction where station_key = any($1::int[])"


async def save_hello(connection: asyncpg.Connection, station_key: int, hello: Hello, received_us: int) -> None:
    await connection.execute(SAY_HELLO, station_key, msgspec.json.encode(hello).decode(), instant(received_us))


async def add_correction(connection: asyncpg.Connection, station_key: int, boot_id: str, hello_at_us: int, received_us: int) -> int | None:
    """The first measured correction of a boot stands; returns it, or None when there was one already."""
    found: int | None = await connection.fetchval(ADD_CORRECTION, station_key, boot_id, hello_at_us, received_us)
    return found


async def read_corrections(connection: asyncpg.Connection, stations: Collection[int]) -> dict[tuple[int, str], int]:
    """(station_key, boot_id) → µs to add to `at`."""
    rows = await connection.fetch(CORRECTIONS, list(stations))
    return {(row["station_key"], row["boot_id"]): row["correction_us"] for row in rows}
