"""The embedded broker is closed to whoever has no credential for it, and to each station but for its own subjects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
import pytest
from broker_ends import ONE, connected_once, hub, message, station
from nats.aio.client import Client

from lineside.hub.embedded import EmbeddedNats, embedded_nats
from lineside.stream.subjects import inbox_prefix, subject
from lineside.types.identity import StationKey
from servers import eventually

OTHER = StationKey("nairobi", "line-1", "station-1")


async def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server:
        server.credentials.issue_station_credentials(ONE)
    for folder in ("secrets", "credentials"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / folder).iterdir()} == {0o600}


async def test_a_station_may_not_speak_for_another(nats_server: EmbeddedNats) -> None:
    async with hub(nats_server) as records, raw(nats_server, ONE) as (client, denied):
        js = client.jetstream(timeout=0.3)
        await js.publish(subject(ONE, "inspection"), b"[]")
        # The broker is shared: what lies in its stream would reach another test.
        for delivery in await records.fetch(1, 2.0):
            await delivery.ack()
        for name in (subject(OTHER, "inspection"), subject(ONE, "committed"), subject(OTHER, "hello"), "$JS.API.STREAM.DELETE.RECORDS"):
            with pytest.raises(nats.errors.TimeoutError):
                await client.request(name, b"[]", timeout=0.3)
            assert "permissions violation for publish" in denied[-1]


async def test_a_station_may_not_listen_to_another(nats_server: EmbeddedNats) -> None:
    async with raw(nats_server, ONE) as (client, denied):
        for name in (subject(OTHER, "committed"), f"{inbox_prefix(OTHER)}.>", "_INBOX.>", ">", "ls.v1.>"):
            before = len(denied)
            await client.subscribe(name)
            await client.flush()
            await eventually(lambda count=before: len(denied) > count)
            assert "permissions violation for subscription" in denied[-1]


async def test_nobody_enters_without_a_credential_or_with_one_of_another_plant(nats_server: EmbeddedNats, tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as other:
        foreign = other.credentials.issue_station_credentials(ONE)
    for options in ({}, {"user_credentials": str(foreign)}):
        client = Client()
        with pytest.raises(nats.errors.Error, match=r"[Aa]uthorization"):
            await client.connect(nats_server.url, allow_reconnect=False, max_reconnect_attempts=1, error_cb=ignore, **options)
        await client.close()


async def test_a_new_station_speaks_at_once(nats_server: EmbeddedNats) -> None:
    async with hub(nats_server), station(nats_server, StationKey("new", "line-9", "station-9")) as stream:
        await connected_once(stream)
        await stream.send(message(1))


def test_tokens_name_their_station_and_nothing_else_passes(nats_server: EmbeddedNats) -> None:
    credentials = nats_server.credentials
    token = credentials.station_token(ONE)
    assert credentials.check_station_token(token) == ONE
    assert credentials.check_station_token(credentials.issue_station_credentials(ONE).with_suffix(".token").read_text()) == ONE
    forged = token.replace("beijing", "nairobi")
    for wrong in ("", "x", forged, token[:-1], token + "0", "....", f"{token}é"):
        assert credentials.check_station_token(wrong) is None


@asynccontextmanager
async def raw(server: EmbeddedNats, key: StationKey) -> AsyncIterator[tuple[Client, list[str]]]:
    """A bare client with a station's credential, and what it was denied."""
    denied: list[str] = []

    async def note(error: Exception) -> None:
        denied.append(str(error))

    client = Client()
    await client.connect(
        server.url,
        user_credentials=str(server.credentials.issue_station_credentials(key)),
        inbox_prefix=inbox_prefix(key),
        error_cb=note,
    )
    try:
        yield client, denied
    finally:
        await client.close()


async def ignore(_error: Exception) -> None:
    pass
