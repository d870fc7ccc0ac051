"""The plant as applied: the newest document, and the keys of its lines and stations. The file is the truth; this is what the hub holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from lineside.types.errors import ConfigError, Problem
from lineside.types.identity import StationKey
from lineside.types.plant import Line, Plant, Process, Site, to_builtins
from lineside.types.plant_file import parse_plant

LOCK = 0x11_5E_51_D1
"""Advisory lock: one apply at a time, so that versions follow one another."""

NEWEST = "select version, document from plant_document order by version desc limit 1"
ADD_DOCUMENT = "insert into plant_document (document) values ($1)"
ADD_LINE = "insert into line (site, line) values ($1, $2) on conflict do nothing"
ADD_STATION = """
insert into station (line_key, site, line, station)
select line_key, site, line, $3 from line where site = $1 and line = $2 on conflict do nothing"""
LINES_WITH_RECORDS = "select distinct s.site, s.line from ledger join station s using (station_key) order by 1, 2"
LINES = "select line_key, site, line, first_at_us, ticked_us from line order by site, line"
STATIONS = "select station_key, line_key, site, line, station from station order by site, line, station"


class Change(Struct, frozen=True):
    """One difference between two plants. `before` None: added; `after` None: removed."""

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.path} = {self.after}"
        return f"- {self.path} = {self.before}" if self.after is None else f"~ {self.path}: {self.before} → {self.after}"


class LineRow(Struct, frozen=True):
    """A line of the applied plant with its key. `first_at_us`: its earliest record (None: never heard of); `ticked_us`: see OEE."""

    line_key: int
    site: Site
    line: Line
    process: Process
    first_at_us: int | None
    ticked_us: int | None


class StationRow(Struct, frozen=True):
    station_key: int
    line_key: int
    key: StationKey


class PlantBook(Struct, frozen=True):
    """One applied version with the keys of its lines and of every station they ever had."""

    version: int
    plant: Plant
    lines: dict[int, LineRow]
    stations: dict[StationKey, StationRow]

    def line_key(self, site: str, line: str) -> int | None:
        return next((key for key, row in self.lines.items() if (row.site.id, row.line.id) == (site, line)), None)


async def read_plant(connection: asyncpg.Connection) -> tuple[int, Plant] | None:
    """(version, plant) of the newest document; None before the first apply."""
    row = await connection.fetchrow(NEWEST)
    return None if row is None else (row["version"], parse_plant(msgspec.json.decode(row["document"]), "the plant in the database"))


async def read_book(connection: asyncpg.Connection) -> PlantBook | None:
    """The newest plant with its keys; None before the first apply."""
    found = await read_plant(connection)
    if found is None:
        return None
    version, plant = found
    lines = {}
    for row in await connection.fetch(LINES):
        place = plant.find_line(row["site"], row["line"])
        if place is not None:
            site, line = place
            lines[row["line_key"]] = LineRow(row["line_key"], site, line, plant.find_process(line), row["first_at_us"], row["ticked_us"])
    stations = [
        StationRow(row["station_key"], row["line_key"], StationKey(row["site"], row["line"], row["station"]))
        for row in await connection.fetch(STATIONS)
        if row["line_key"] in lines
    ]
    return PlantBook(version, plant, lines, {station.key: station for station in stations})


async def apply_plant(connection: asyncpg.Connection, plant: Plant) -> list[Change]:
    """Make `plant` the applied one and return what changed ([]: nothing, no new version).

    Raises ConfigError when a line that has records is missing: what has records is never deleted.
    """
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        changes = await preview(connection, plant)
        if changes:
            await connection.execute(ADD_DOCUMENT, msgspec.json.encode(to_builtins(plant)).decode())
        places = [(site.id, line.id, line.station) for site, line in plant.lines()]
        await connection.executemany(ADD_LINE, [(site, line) for site, line, _ in places])
        await connection.executemany(ADD_STATION, places)
    return changes


async def preview(connection: asyncpg.Connection, plant: Plant) -> list[Change]:
    """What applying `plant` would change; raises ConfigError as `apply_plant` does."""
    found = await read_plant(connection)
    kept = {(site.id, line.id) for site, line in plant.lines()}
    lost = [(r["site"], r["line"]) for r in await connection.fetch(LINES_WITH_RECORDS) if (r["site"], r["line"]) not in kept]
    if lost:
        raise ConfigError("plant", [_lost(site, line) for site, line in lost])
    return diff(found[1] if found else None, plant)


def diff(before: Plant | None, after: Plant) -> list[Change]:
    """Differences by path such as `site[luxembourg].line[line-1].process`; parts are matched by id, so order does not matter."""
    old = dict(_leaves("", to_builtins(before))) if before else {}
    new = dict(_leaves("", to_builtins(after)))
    paths = list(dict.fromkeys([*new, *old]))
    return [Change(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, item)
    elif isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value):
        for n, item in enumerate(value):
            yield from _leaves(f"{path}[{_name(item, n)}]", item)
    else:
        yield path, str(value)


def _name(item: dict[str, Any], position: int) -> str:
    if "from" in item and "to" in item:
        return f"{item['from']}→{item['to']}"
    return str(item.get("id", item.get("label", position)))


def _lost(site: str, line: str) -> Problem:
    return Problem(f"site[{site}].line[{line}]", "(missing)", "a line that has records cannot be removed", "Put the line back.")
