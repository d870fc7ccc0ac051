"""The stations at the lines, as they said of themselves."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from msgspec import Struct

from lineside.hub.parts import Parts
from lineside.hub.store.stations import list_stations
from lineside.types.view import StationView


class StationList(Struct, frozen=True):
    items: list[StationView]


@get("/api/v1/stations")
async def get_stations(parts: NamedDependency[Parts]) -> StationList:
    """Whether each station is ready, when it was heard last, and how far its numbers go."""
    return StationList(await list_stations(parts.pool))
