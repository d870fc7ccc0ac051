"""The embedded broker against the real nats-server: durable, the same over restarts, and plain about what it cannot do."""

from __future__ import annotations

import socket
from pathlib import Path

import psutil
import pytest
from broker_ends import ONE, connected_once, hub, message, station

from lineside.hub.embedded import embedded_nats, kept_port
from lineside.hub.embedded import nats as embedded
from lineside.stream.envelope import Envelope, Message
from lineside.stream.port import StreamDownError, StreamError
from lineside.types.errors import UnavailableError
from lineside.types.identity import SeqRange


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


async def test_a_message_beyond_what_the_broker_takes_is_not_taken_for_an_outage(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as server, hub(server), station(server, ONE) as stream:
        await connected_once(stream)
        with pytest.raises(StreamError) as caught:
            await stream.send(Message(Envelope("e", "inspection", SeqRange(1, 1)), b"x" * 600_000))
        assert not isinstance(caught.value, StreamDownError)
        await stream.send(message(2))


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
