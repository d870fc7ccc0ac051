"""The embedded broker against the real nats-server: durable, kept alive, and closed to whoever has no credential for it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
import psutil
import pytest
from nats.aio.client import Client

from lineside.hub.embedded import EmbeddedNats, child, embedded_nats, kept_port
from lineside.hub.embedded import nats as embedded
from lineside.stream import nats as stream_nats
from lineside.stream.envelope import Envelope, Message
from lineside.stream.link import Address, connected
from lineside.stream.nats import NatsHubStream, NatsStationStream, hub_stream, station_stream
from lineside.stream.port import StreamDownError, StreamError
from lineside.stream.subjects import inbox_prefix, subject
from lineside.types.errors import UnavailableError
from lineside.types.identity import SeqRange, StationKey
from servers import eventually, free_bytes, small_disk

ONE = StationKey("beijing", "line-1", "station-1")
OTHER = StationKey("nairobi", "line-1", "station-1")


async def test_it_syncs_every_write_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server:
        assert server.up
        pid = int((tmp_path / "run" / "nats.pid").read_text())
        assert server.state.pid == pid
        about = await embedded._ask(server.url, tmp_path / "secrets" / "system.creds", "VARZ")
        assert about["jetstream"]["config"]["sync_always"] is True
    assert not psutil.pid_exists(pid)
    assert not (tmp_path / "run" / "nats.pid").exists()


async def test_a_server_that_does_not_sync_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_CONFIG", embedded._CONFIG.replace("sync_interval: always", "sync_interval: 2m"))
    with pytest.raises(UnavailableError, match="does not sync every write"):
        async with embedded_nats(tmp_path):
            pass


async def test_port_and_credentials_stay_the_same_over_restarts(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server:
        url, creds = server.url, server.credentials.issue_station_credentials(ONE).read_bytes()
    async with embedded_nats(tmp_path) as server:
        assert server.url == url
        assert server.credentials.issue_station_credentials(ONE).read_bytes() == creds
        async with station(server, ONE) as stream:
            await connected_once(stream)


async def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server:
        server.credentials.issue_station_credentials(ONE)
    for folder in ("secrets", "credentials"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / folder).iterdir()} == {0o600}


async def test_a_killed_server_comes_back_by_itself_and_the_outage_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "lineside.hub.embedded"):
        async with embedded_nats(tmp_path) as server:
            first = server.state.pid
            os.kill(first, signal.SIGKILL)
            await eventually(lambda: server.state.restarts == 1)
            assert server.up
            assert server.state.pid != first
    assert [record.message.split(" ends")[0].split(" after")[0] for record in caplog.records] == [
        "NATS ended unexpectedly (code -9); starting it again",
        "NATS serves again",
    ]


async def test_messages_go_on_over_a_kill_and_what_was_stored_is_delivered(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server, hub(server) as records, station(server, ONE) as stream:
        await connected_once(stream)
        for seq in range(1, 21):
            await stream.send(message(seq))
        for delivery in await records.fetch(5, 5):
            await delivery.ack()
        identity = records.identity
        os.kill(server.state.pid, signal.SIGKILL)
        await eventually(lambda: not stream_is_up(stream))
        for seq in range(21, 41):
            await send_until_stored(stream, message(seq))
        got = {delivery.stored_seq for delivery in await fetch_all(records, 35)}
        assert got | set(range(1, 6)) == set(range(1, 41))
        assert records.identity == identity


async def test_each_reconnect_is_heard_by_the_station(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server, station(server, ONE) as stream:
        heard = stream.heard()
        assert (await asyncio.wait_for(anext(heard), 10)).name == "connected"
        os.kill(server.state.pid, signal.SIGKILL)
        assert (await asyncio.wait_for(anext(heard), 10)).name == "connected"


async def test_a_broker_that_lost_its_disk_gets_a_new_stream_with_another_identity(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server, hub(server) as records, station(server, ONE) as stream:
        await connected_once(stream)
        await stream.send(message(1))
        (old,) = await records.fetch(1, 5)
        identity = records.identity
        shutil.rmtree(tmp_path / "nats" / "jetstream")
        os.kill(server.state.pid, signal.SIGKILL)
        await eventually(lambda: records.identity != identity)
        await send_until_stored(stream, message(2))
        (new,) = await fetch_all(records, 1)
        assert (new.stored_seq, new.headers["ls-seq"]) == (1, "2-2")
        await new.nak(0)
        await old.ack()  # of the lost stream: must not take away the message that has its number now
        (again,) = await fetch_all(records, 1)
        assert again.headers["ls-seq"] == "2-2"


async def test_a_deleted_stream_is_made_anew_while_connected(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server, hub(server) as records, station(server, ONE) as stream:
        await connected_once(stream)
        identity = records.identity
        async with connected(Address(server.url, server.hub_creds, "test")) as (client, _):
            await client.jetstream().delete_stream("RECORDS")
        await send_until_stored(stream, message(1), beside=lambda: quietly(records.fetch(1, 0.2)))
        await eventually(lambda: records.identity != identity)


async def test_a_message_beyond_what_the_broker_takes_is_not_taken_for_an_outage(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server, hub(server), station(server, ONE) as stream:
        await connected_once(stream)
        with pytest.raises(StreamError) as caught:
            await stream.send(Message(Envelope("e", "inspection", SeqRange(1, 1)), b"x" * 600_000))
        assert not isinstance(caught.value, StreamDownError)
        await stream.send(message(2))


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


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small disk")
async def test_a_full_disk_breaks_nothing_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "ASK_EVERY_S", 0.2)
    monkeypatch.setattr(stream_nats, "SEND_TIMEOUT_S", 1.0)
    with small_disk(tmp_path):
        ballast = tmp_path / "ballast"
        async with embedded_nats(tmp_path / "data") as server, hub(server) as records, station(server, ONE) as stream:
            await connected_once(stream)
            await stream.send(message(1))
            ballast.write_bytes(b"x" * free_bytes(tmp_path))
            with pytest.raises(StreamError):
                await send_many(stream, range(2, 20))
            ballast.unlink()
            await send_until_stored(stream, message(99))
            assert server.state.restarts >= 1
            assert {d.headers["ls-seq"] for d in await fetch_all(records, 2)} >= {"1-1", "99-99"}


async def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    taken = socket.create_server(("127.0.0.1", kept_port(tmp_path, "nats")))
    with taken, pytest.raises(UnavailableError, match=r"Port \d+ .* is taken by another program"):
        async with embedded_nats(tmp_path):
            pass


async def test_a_second_hub_in_the_same_folder_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server:
        with pytest.raises(UnavailableError, match="Another hub already runs NATS"):
            async with embedded_nats(tmp_path):
                pass
        assert server.up
        assert psutil.pid_exists(server.state.pid)


async def test_a_missing_program_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="nothing-here"):
        async with embedded_nats(tmp_path, binary=tmp_path / "nothing-here"):
            pass


def test_tokens_name_their_station_and_nothing_else_passes(nats_server: EmbeddedNats) -> None:
    credentials = nats_server.credentials
    token = credentials.station_token(ONE)
    assert credentials.check_station_token(token) == ONE
    assert credentials.check_station_token(credentials.issue_station_credentials(ONE).with_suffix(".token").read_text()) == ONE
    forged = token.replace("beijing", "nairobi")
    for wrong in ("", "x", forged, token[:-1], token + "0", "....", f"{token}é"):
        assert credentials.check_station_token(wrong) is None


def message(seq: int) -> Message:
    return Message(Envelope("epoch-1", "inspection", SeqRange(seq, seq)), b"[]")


async def send_many(stream: NatsStationStream, seqs: range) -> None:
    for seq in seqs:
        await stream.send(Message(Envelope("epoch-1", "reading", SeqRange(seq, seq)), b"x" * 2_000))


@asynccontextmanager
async def hub(server: EmbeddedNats) -> AsyncIterator[NatsHubStream]:
    async with hub_stream(server.url, server.hub_creds) as records:
        await eventually(lambda: records.identity is not None)
        yield records


def station(server: EmbeddedNats, key: StationKey):
    return station_stream(server.url, server.credentials.issue_station_credentials(key), key)


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


async def connected_once(stream: NatsStationStream) -> None:
    assert (await asyncio.wait_for(anext(stream.heard()), 10)).name == "connected"


def stream_is_up(stream: NatsStationStream) -> bool:
    try:
        stream._link.require()
    except StreamDownError:
        return False
    return True


async def send_until_stored(stream: NatsStationStream, what: Message, beside: Callable | None = None) -> None:
    async def stored() -> bool:
        if beside is not None:
            await beside()
        try:
            await stream.send(what)
        except StreamDownError:
            return False
        return True

    await eventually(stored)


async def fetch_all(records: NatsHubStream, count: int) -> list:
    found = []

    async def all_there() -> bool:
        found.extend(await quietly(records.fetch(100, 0.5)) or [])
        return len(found) >= count

    await eventually(all_there)
    return found


async def quietly(work):
    try:
        return await work
    except StreamDownError:
        return None


async def ignore(_error: Exception) -> None:
    pass
