"""What stations say of themselves: the newest hello, and corrections of wrong clocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import asyncpg
import msgspec

from lineside.types.identity import instant
from lineside.types.machine import Hello
from lineside.types.view import StationView

CLOCK_LIMIT_US = 5 * 60 * 1_000_000
"""A clock is wrong beyond this."""

Clocks = Mapping[tuple[int, str], int | None]
"""(station_key, boot_id) → µs to add to `at`, or None while a clock is under suspicion. Boots with a good clock are not in it."""

SAY_HELLO = "update station set hello = $2, hello_at = $3 where station_key = $1"
LIST_STATIONS = "select site, line, station, hello, hello_at from station order by site, line, station"
ADD_CORRECTION = """
insert into clock_correction (station_key, boot_id, correction_us, hello_at_us, received_us)
values ($1, $2, $4::bigint - $3::bigint, $3, $4) on conflict do nothing returning correction_us"""
# Without a correction: the boot of a hello that is too far away, as long as no later hello of the station says otherwise.
CLOCKS = """
select station_key, boot_id, correction_us from clock_correction where station_key = any($1::int[])
union all
select station_key, hello ->> 'boot_id', null from station s
where station_key = any($1::int[]) and abs(at_us(hello_at) - (hello ->> 'at')::bigint) > $2
  and not exists (select from clock_correction c where c.station_key = s.station_key and c.boot_id = s.hello ->> 'boot_id')"""


async def save_hello(connection: asyncpg.Connection, station_key: int, hello: Hello, received_us: int) -> None:
    await connection.execute(SAY_HELLO, station_key, msgspec.json.encode(hello).decode(), instant(received_us))


async def list_stations(pool: asyncpg.Pool) -> list[StationView]:
    """Every station that the plant ever had."""
    return [_station(row) for row in await pool.fetch(LIST_STATIONS)]


async def add_correction(connection: asyncpg.Connection, station_key: int, boot_id: str, hello_at_us: int, received_us: int) -> int | None:
    """The first measured correction of a boot stands; returns it, or None when there was one already."""
    found: int | None = await connection.fetchval(ADD_CORRECTION, station_key, boot_id, hello_at_us, received_us)
    return found


async def read_clocks(connection: asyncpg.Connection, stations: Collection[int]) -> Clocks:
    rows = await connection.fetch(CLOCKS, list(stations), CLOCK_LIMIT_US)
    return {(row["station_key"], row["boot_id"]): row["correction_us"] for row in rows}


def _station(row: asyncpg.Record) -> StationView:
    name = row["site"], row["line"], row["station"]
    if row["hello"] is None:
        return StationView(*name, ready=False, detail="never heard", version=None, hello_at=None, issued={})
    hello = msgspec.json.decode(row["hello"], type=Hello)
    issued = {series: position.issued_to for series, position in hello.series.items()}
    return StationView(*name, ready=hello.ready, detail=hello.detail, version=hello.version, hello_at=row["hello_at"], issued=issued)
