"""`lineside demo` as people start it, and what a test may do to it: read what it says, kill its parts, ask its database."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import psutil

from lineside.sim.truth import Passed, read_truth
from servers import forgotten

START_S, STOP_S = 120.0, 5.0
INTERRUPTED = 130
POLL_S = 0.1
COUNTS = """
select site || '/' || line as place, count(*) as records, count(distinct (site, station, trigger_count)) as products,
       min(trigger_count) as first, max(trigger_count) as last,
       count(*) filter (where outcome = 'judged') as judged, count(*) filter (where outcome = 'explained') as explained,
       count(*) filter (where effective_at <> at) as shifted
from v_inspection group by 1"""


class DemoProcess:
    """A running demo; `seen` are all processes that were ever found below it."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self._said = data.with_suffix(".said")
        command = [sys.executable, "-m", "lineside", "demo", "--no-browser", "--listen", "127.0.0.1:0", "--data", str(data), *options]
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said)
        self.seen: set[psutil.Process] = {psutil.Process(self.process.pid)}

    # What it says

    @property
    def said(self) -> str:
        return self._said.read_text()

    def wait_said(self, words: str, at_most_s: float = START_S) -> None:
        self.wait(lambda: words in self.said, at_most_s)

    def wait(self, holds: Callable[[], bool], at_most_s: float = START_S) -> None:
        """Until `holds`; fails with what the demo said when that takes too long or the demo has ended."""
        deadline = time.monotonic() + at_most_s
        while not holds():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            self.look()
            time.sleep(POLL_S)

    def wait_end(self, at_most_s: float = START_S) -> int:
        return self.process.wait(at_most_s)

    def interrupt(self) -> float:
        """Ctrl-C; how long it took to end, in seconds."""
        self.look()
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(START_S)
        return time.monotonic() - began

    # Its parts

    def pid(self, name: str) -> int | None:
        """As the part wrote it: hub, nats, postgres, station-<site>-<line>. None while it is not there."""
        try:
            return int((self.data / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, name: str) -> int:
        """kill -9, with all that it started if it is the database; returns what the pid was."""
        pid = self.pid(name)
        assert pid is not None, self.said
        part = psutil.Process(pid)
        self.look()
        victims = [part, *part.children(recursive=True)] if name == "postgres" else [part]
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        return pid

    def is_back(self, name: str, killed: int) -> bool:
        """Another process in its place, and the hub says that all is well."""
        pid = self.pid(name)
        return pid is not None and pid != killed and psutil.pid_exists(pid) and self.healthy()

    def healthy(self) -> bool:
        with contextlib.suppress(httpx.HTTPError, FileNotFoundError, msgspec.DecodeError):
            return httpx.get(f"{self.note['http']}/health", trust_env=False, timeout=2).status_code == httpx.codes.OK
        return False

    def ask(self, path: str) -> Any:
        """What the hub answers, decoded."""
        return httpx.get(self.note["http"] + path, trust_env=False, timeout=10).raise_for_status().json()

    @property
    def ports(self) -> dict[str, int]:
        """By name: nats, postgres, http, field; as far as they are chosen."""
        found: dict[str, int] = {}
        with contextlib.suppress(FileNotFoundError):
            found["field"] = tomllib.loads((self.data / "field.toml").read_text())["port"]
            found |= msgspec.json.decode((self.data / "secrets/ports.json").read_bytes(), type=dict[str, int])
        return found

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data folder, which as root may lie outside."""
        here = self.data / "postgres"
        return Path(here.read_text().strip()) if here.is_file() else here

    @property
    def note(self) -> dict[str, Any]:
        """What the ready hub says of itself."""
        return msgspec.json.decode((self.data / "run/hub.json").read_bytes())

    # What is true, and what the database holds

    @property
    def truth(self) -> dict[str, list[Passed]]:
        """What the photo-eyes have counted since the folder is new, by `site/line`."""
        config = tomllib.loads((self.data / "field.toml").read_text())
        return {line: read_truth(self.data / "truth" / f"{line.replace('/', '-')}.jsonl") for line in config["lines"]}

    def counted(self, dsn: str) -> dict[str, asyncpg.Record]:
        """By our own SQL, by `site/line`."""

        async def ask() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(dsn)
            try:
                return await connection.fetch(COUNTS)
            finally:
                await connection.close()

        return {row["place"]: row for row in asyncio.run(ask())}

    # What is left of it

    def look(self) -> None:
        """Note all processes below the demo; those that are started without a link to DATA (guards) are known from here only."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self.seen.update(psutil.Process(self.process.pid).children(recursive=True))

    def leftovers(self) -> list[str]:
        """What still runs of it: noted processes, and any that works in its folders or names them."""
        places = [str(self.data), str(self.cluster)]
        found = {process for process in self.seen if process.is_running() and process.status() != psutil.STATUS_ZOMBIE}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                about = " ".join([process.cwd(), *process.cmdline()])
                if any(place in about for place in places):
                    found.add(process)
        return [repr(process) for process in found]

    def open_ports(self) -> list[int]:
        """Of the ports that it used, those where something still listens."""
        return [port for port in self.ports.values() if _listens(port)]

    def end(self) -> None:
        """Whatever state it is in."""
        if self.process.poll() is None:
            self.look()
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2 * STOP_S)
        for process in self.seen:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()


@contextlib.contextmanager
def demo(data: Path, *options: str) -> Iterator[DemoProcess]:
    running = DemoProcess(data, *options)
    try:
        yield running
    finally:
        running.end()


@contextlib.contextmanager
def demo_folder(tmp_path: Path) -> Iterator[Path]:
    with forgotten(tmp_path / "data"):
        yield tmp_path / "data"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
