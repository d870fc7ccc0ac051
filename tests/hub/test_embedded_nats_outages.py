"""What goes on over the end of an embedded broker, of its disk or of its stream: it is kept alive, and nothing stored is lost."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from broker_ends import ONE, connected_once, hub, message, station

from lineside.hub.embedded import child, embedded_nats
from lineside.stream import nats as stream_nats
from lineside.stream.envelope import Envelope, Message
from lineside.stream.link import Address, connected
from lineside.stream.nats import NatsHubStream, NatsStationStream
from lineside.stream.port import StreamDownError, StreamError
from lineside.types.identity import SeqRange
from servers import eventually, free_bytes, small_disk


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


async def send_many(stream: NatsStationStream, seqs: range) -> None:
    for seq in seqs:
        await stream.send(Message(Envelope("epoch-1", "reading", SeqRange(seq, seq)), b"x" * 2_000))


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
