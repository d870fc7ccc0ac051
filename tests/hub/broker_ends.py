"""Both ends of an embedded broker, the hub's and a station's, as its tests hold them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lineside.hub.embedded import EmbeddedNats
from lineside.stream.envelope import Envelope, Message
from lineside.stream.nats import NatsHubStream, NatsStationStream, hub_stream, station_stream
from lineside.types.identity import SeqRange, StationKey
from servers import eventually

ONE = StationKey("beijing", "line-1", "station-1")


def message(seq: int) -> Message:
    return Message(Envelope("epoch-1", "inspection", SeqRange(seq, seq)), b"[]")


@asynccontextmanager
async def hub(server: EmbeddedNats) -> AsyncIterator[NatsHubStream]:
    async with hub_stream(server.url, server.hub_creds) as records:
        await eventually(lambda: records.identity is not None)
        yield records


def station(server: EmbeddedNats, key: StationKey):
    return station_stream(server.url, server.credentials.issue_station_credentials(key), key)


async def connected_once(stream: NatsStationStream) -> None:
    assert (await asyncio.wait_for(anext(stream.heard()), 10)).name == "connected"
