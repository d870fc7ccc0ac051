"""Stations without a hub, then with a hub that has no database: they go on judging, the stream stays bounded, afterwards all is there.

The usual run is short. At full length: pytest tests/e2e/test_outage.py -k kept_away --hub-away 120 --database-away 600
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import msgspec
import psutil
import pytest
from demo_process import DemoProcess, demo
from equations import assert_all_holds_to_the_end, outbox
from nats.js.api import StreamInfo

from lineside.edge.publish import MAX_IN_FLIGHT
from lineside.stream.link import Address, connected
from lineside.stream.nats import MAX_STREAM_BYTES
from lineside.stream.subjects import STREAM

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

LINES = ("beijing/line-1", "bangkok/line-1")
SLACK_S = 25.0
"""Of the run beyond the outages: for the parts to come back, and to be quiet before, between and after."""


@pytest.mark.parametrize("manner", ["kept_away", "frozen"])
def test_stations_go_on_without_hub_and_without_database(data: Path, pytestconfig: pytest.Config, manner: str) -> None:
    hub_s = pytestconfig.getoption("--hub-away", None) or (12.0 if manner == "kept_away" else 0.0)
    database_s = pytestconfig.getoption("--database-away", None) or 20.0
    report_file = data.with_name("out.json")
    seconds = str(hub_s + database_s + SLACK_S)
    with demo(data, "--sites", "2", "--rate", "2", "--seconds", seconds, "--report", str(report_file), "--hold") as running:
        running.wait_said("Products come")
        running.wait(lambda: all(len(passed) >= 2 for passed in running.truth.values()))
        if hub_s:
            with hub_kept_away(running):
                judged_meanwhile(running, hub_s)
                assert not running.healthy()
            running.wait(running.healthy)
        with {"kept_away": database_kept_away, "frozen": database_frozen}[manner](running):
            judged_meanwhile(running, database_s, lambda: assert_bounded(stream(running)))
            assert_says_what_is_wrong(running)
        running.wait(report_file.exists)
        report = msgspec.json.decode(report_file.read_bytes())
        running.wait_said("stays up")
        assert_all_holds_to_the_end(running, report)


# Taking parts away


@contextlib.contextmanager
def hub_kept_away(running: DemoProcess) -> Iterator[None]:
    """kill -9 with its children, and whoever starts it again finds its folder taken."""
    hub = psutil.Process(running.pid("hub"))
    lock = (running.data / "run/hub.lock").open("a+")
    with lock:
        for part in (hub, *hub.children(recursive=True)):
            # A part may end by itself once the one before it is gone.
            with contextlib.suppress(psutil.NoSuchProcess):
                part.kill()
        running.wait(lambda: _taken(lock.fileno()))
        yield


@contextlib.contextmanager
def database_kept_away(running: DemoProcess) -> Iterator[None]:
    """kill -9 of all of it, and whoever starts it again finds one of its files gone."""
    needed = running.cluster / "PG_VERSION"
    gone = needed.rename(needed.with_name("PG_VERSION.away"))
    running.kill("postgres")
    try:
        yield
    finally:
        gone.rename(needed)


@contextlib.contextmanager
def database_frozen(running: DemoProcess) -> Iterator[None]:
    """It takes connections and never answers: the worst way of being away."""
    server = psutil.Process(running.pid("postgres"))
    parts = [server, *server.children(recursive=True)]
    for part in parts:
        part.suspend()
    try:
        yield
    finally:
        for part in parts:
            with contextlib.suppress(psutil.NoSuchProcess):
                part.resume()


def _taken(descriptor: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


# Meanwhile


def judged_meanwhile(running: DemoProcess, seconds: float, look: Callable[[], None] = lambda: None) -> None:
    """Products pass for so long and are judged, and their records stay in the outboxes."""
    first = {line: passed[-1].count + 1 for line, passed in running.truth.items()}
    until = time.monotonic() + seconds
    running.wait(lambda: look() or time.monotonic() >= until, seconds + 60)
    # The newest ones are still in work.
    ours = {line: range(first[line], passed[-1].count - 1) for line, passed in running.truth.items()}
    waiting = {line: outbox(running, line) for line in LINES}
    # Simulated lines have their stops: together they are never still for long.
    assert sum(map(len, ours.values())) >= seconds / 5, ours
    for line, counts in ours.items():
        assert set(counts) <= waiting[line].keys()
        judged = sum(waiting[line][count] == "judged" for count in counts)
        # All of them on a machine that keeps up; a busy one may miss a deadline now and then.
        assert judged >= 0.5 * len(counts), waiting[line]


def stream(running: DemoProcess) -> StreamInfo:
    async def ask() -> StreamInfo:
        async with connected(Address(running.note["nats"], running.data / "secrets/hub.creds", "test")) as (client, _):
            return await client.jetstream(timeout=5).stream_info(STREAM)

    return asyncio.run(ask())


def assert_bounded(info: StreamInfo) -> None:
    """Never more than it may hold, whatever the stations have to say; nor more than they may have under way."""
    assert info.config.max_bytes == MAX_STREAM_BYTES
    assert info.state.bytes <= MAX_STREAM_BYTES
    assert info.state.messages <= MAX_IN_FLIGHT * len(LINES)


def assert_says_what_is_wrong(running: DemoProcess) -> None:
    answer = httpx.get(f"{running.note['http']}/health", trust_env=False, timeout=10)
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert {"PostgreSQL", "database"} & {error["path"] for error in answer.json()["errors"]}, answer.text
