"""Whether the parts are ready, asked of the running hub as any program may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import msgspec
from msgspec import Struct

from lineside.demo.home import Home, HubFacts
from lineside.types.identity import StationKey

_POLL_S = 0.1
_TELL_AFTER_S = 15.0


class Station(Struct, frozen=True):
    """One row of GET /api/v1/stations."""

    site: str
    line: str
    station: str
    ready: bool
    hello_at: datetime | None

    @property
    def key(self) -> StationKey:
        return StationKey(self.site, self.line, self.station)


class Stations(Struct, frozen=True):
    items: list[Station]


async def wait_for_hub(home: Home, pid: Callable[[], int]) -> HubFacts:
    """What the hub with this process id says of itself, as soon as its /health is 200."""
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        while True:
            facts = home.hub()
            if facts is not None and facts.pid == pid() and await _answers(client, f"{facts.http}/health"):
                return facts
            await asyncio.sleep(_POLL_S)


async def wait_for_stations(
    hub: HubFacts, wanted: list[StationKey], say: Callable[[str], None], ready: Callable[[StationKey], None]
) -> None:
    """Returns when every station has told the hub from now on that it is ready; `ready` hears of each one once."""
    missing, since = set(wanted), datetime.now(UTC)
    waited_s = 0.0
    async with httpx.AsyncClient(base_url=hub.http, timeout=2, trust_env=False) as client:
        while missing:
            for key in await _ready(client, since) & missing:
                missing.discard(key)
                ready(key)
            await asyncio.sleep(_POLL_S)
            waited_s += _POLL_S
            if waited_s >= _TELL_AFTER_S:
                waited_s = 0.0
                names = ", ".join(sorted(f"{key.site}/{key.line}" for key in missing))
                say(f"Waiting for {len(missing)} of {len(wanted)} stations: {names}")


async def _ready(client: httpx.AsyncClient, since: datetime) -> set[StationKey]:
    """What an earlier run's stations said does not count."""
    try:
        response = await client.get("/api/v1/stations")
        response.raise_for_status()
        stations = msgspec.json.decode(response.content, type=Stations).items
        return {station.key for station in stations if station.ready and station.hello_at and station.hello_at >= since}
    except (httpx.HTTPError, msgspec.DecodeError):
        return set()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
