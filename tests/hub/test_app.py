"""The hub as people start it: a real process with its broker and database, its sentences and its exit codes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import tomli_w

from servers import forgotten
from small_plant import DOCUMENT

READY_S, STOP_S = 60.0, 15.0


class HubProcess:
    def __init__(self, data: Path, *options: str) -> None:
        command = [sys.executable, "-W", "error", "-m", "lineside", "hub", "--data", str(data), *options]
        self.data = data
        self.log = data.with_suffix(".log").open("ab")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    @property
    def note(self) -> dict[str, Any]:
        return msgspec.json.decode((self.data / "run/hub.json").read_bytes())

    def wait_ready(self) -> str:
        """Its address."""
        deadline = time.monotonic() + READY_S
        while not (self.data / "run/hub.json").exists():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        return self.note["http"]

    def wait_end(self) -> int:
        return self.process.wait(READY_S)

    def said(self) -> str:
        return Path(self.log.name).read_text()


@contextlib.contextmanager
def hub(data: Path, *options: str) -> Iterator[HubProcess]:
    running = HubProcess(data, *options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(STOP_S)
        running.log.close()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "plant.toml").write_text(tomli_w.dumps(DOCUMENT))
    with forgotten(tmp_path / "data"):
        yield tmp_path / "data"


@pytest.fixture
def plant(data: Path) -> str:
    return str(data.parent / "plant.toml")


def test_from_nothing_to_ready_and_back(data: Path, plant: str) -> None:
    notify = data.parent / "notify.toml"
    notify.write_text('[[address]]\nid = "ops"\nurl = "mailto://127.0.0.1:9/ops@example.com?from=lineside@example.com"\n')
    with hub(data, "--listen", "127.0.0.1:0", "--plant", plant, "--notify", str(notify)) as first:
        address = first.wait_ready()
        assert httpx.get(f"{address}/health").json()["status"] == "ready"
        assert [site["id"] for site in httpx.get(f"{address}/api/v1/plant").json()["sites"]] == ["lux", "bangkok"]
        assert {p.name for p in (data / "credentials").iterdir()} >= {"lux-line-1-station-1.creds", "bangkok-line-1-station-1.token"}
        assert (data / "run/hub.json").stat().st_mode & 0o777 == 0o600
        pids = [int((data / "run" / f"{name}.pid").read_text()) for name in ("hub", "nats", "postgres")]
        assert pids[0] == first.process.pid
        began = time.monotonic()
        first.process.send_signal(signal.SIGINT)
        assert first.wait_end() == 0
        assert time.monotonic() - began < STOP_S
        assert not any((data / "run" / name).exists() for name in ("hub.json", "hub.pid"))
        assert not any(_alive(pid) for pid in pids)
        assert "Traceback" not in first.said()
    with hub(data, "--listen", "127.0.0.1:0") as second:
        assert second.wait_ready() == address
        assert len(httpx.get(f"{address}/api/v1/plant").json()["sites"]) == 2


def test_a_second_hub_and_a_used_port_get_a_sentence(data: Path, plant: str) -> None:
    with hub(data, "--listen", "127.0.0.1:0", "--plant", plant) as first:
        address = first.wait_ready()
        answer = run_hub("--data", str(data), "--listen", "127.0.0.1:0")
        assert (answer.returncode, "Another hub already uses" in answer.stderr) == (3, True), answer.stderr
        port = address.rpartition(":")[2]
        answer = run_hub("--data", str(data.parent / "other"), "--listen", f"127.0.0.1:{port}", "--plant", plant)
        assert (answer.returncode, f"Port {port} on 127.0.0.1 is taken" in answer.stderr) == (3, True), answer.stderr


def test_what_cannot_start_says_why(data: Path, plant: str) -> None:
    broken = data.parent / "broken.toml"
    broken.write_text(Path(plant).read_text().replace("Europe/Luxembourg", "Mars/Base").replace("belt_speed_mps = 0.5", "belt_speed = 0.5"))
    notify = data.parent / "notify.toml"
    notify.write_text('[[address]]\nid = "ops"\nurl = "nonsense://hunter2@nowhere"\n')
    cases = [
        (["--plant", plant, "--notify", str(notify)], 2, "address[0].url"),
        (["--plant", plant, "--notify", str(data.parent / "none.toml")], 2, "must exist"),
        (["--listen", "0.0.0.0:0"], 2, "TLS"),
        (["--listen", "nowhere"], 2, "HOST:PORT"),
        (["--plant", str(broken)], 2, "belt_speed_mps"),
        (["--plant", str(data.parent / "none.toml")], 2, "must exist"),
        (["--plant", plant, "--dsn", f"postgresql://nobody@127.0.0.1:{_closed_port()}/none"], 3, "The database does not answer"),
    ]
    for options, code, sentence in cases:
        answer = run_hub("--data", str(data), "--listen", "127.0.0.1:0", *options)
        assert (answer.returncode, sentence in answer.stderr, "Traceback" in answer.stderr) == (code, True, False), answer.stderr
        assert "hunter2" not in answer.stderr


def test_no_plant_yet(data: Path) -> None:
    answer = run_hub("--data", str(data), "--listen", "127.0.0.1:0")
    assert answer.returncode != 0
    assert "--plant" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_servers_that_die_come_back(data: Path, plant: str) -> None:
    with hub(data, "--listen", "127.0.0.1:0", "--plant", plant) as running:
        address = running.wait_ready()
        for name in ("postgres", "nats"):
            old = int((data / "run" / f"{name}.pid").read_text())
            os.kill(old, signal.SIGKILL)
            _eventually(lambda old=old, name=name: int((data / "run" / f"{name}.pid").read_text() or old) != old)
            _eventually(lambda: httpx.get(f"{address}/health").status_code == 200)
        for path in ("/api/v1/plant", "/api/v1/oee?scope=enterprise", "/api/v1/inspections"):
            assert httpx.get(f"{address}{path}").status_code == 200
        assert "Traceback" not in running.said()


def test_after_kill_9_the_next_hub_takes_over(data: Path, plant: str) -> None:
    with hub(data, "--listen", "127.0.0.1:0", "--plant", plant) as first:
        address = first.wait_ready()
        first.process.kill()
        first.process.wait()
    assert (data / "run/hub.json").exists()
    with hub(data, "--listen", "127.0.0.1:0") as second:
        _eventually(lambda: (data / "run/hub.json").exists() and second.note["pid"] == second.process.pid)
        assert second.wait_ready() == address
        assert httpx.get(f"{address}/health").status_code == 200


def run_hub(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "lineside", "hub", *options], capture_output=True, text=True, timeout=READY_S, check=False)


def _eventually(holds: Any) -> None:
    deadline = time.monotonic() + READY_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
