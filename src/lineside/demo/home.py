"""The demo's folder: what lies where, and that one demo at a time uses it."""

from __future__ import annotations

import contextlib
import fcntl
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from lineside.types.errors import UnavailableError
from lineside.types.identity import StationKey


class HubFacts(Struct, frozen=True):
    """`run/hub.json`, written by a ready hub."""

    pid: int
    http: str
    nats: str
    dsn: str


class Home(Struct, frozen=True):
    """Paths below `--data`."""

    data: Path

    @property
    def truth(self) -> Path:
        return self.data / "truth"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def plant(self) -> Path:
        """The plant that the demo gave to its hub."""
        return self.data / "plant.toml"

    @property
    def plant_pending(self) -> Path:
        """Exists from the writing of `plant` until the hub has applied it."""
        return self.run / "plant.pending"

    @property
    def field(self) -> Path:
        return self.data / "field.toml"

    def station(self, key: StationKey) -> Path:
        return self.data / "stations" / f"{key.site}-{key.line}"

    def outbox(self, key: StationKey) -> Path:
        return self.station(key) / "outbox.db"

    def credentials(self, key: StationKey) -> Path:
        return self.data / "credentials" / f"{key.site}-{key.line}-{key.station}.creds"

    def token(self, key: StationKey) -> Path:
        return self.data / "credentials" / f"{key.site}-{key.line}-{key.station}.token"

    def pid_file(self, key: StationKey) -> Path:
        return self.run / f"station-{key.site}-{key.line}.pid"

    def hub(self) -> HubFacts | None:
        """What a ready hub says of itself; None while there is none."""
        try:
            return msgspec.json.decode((self.run / "hub.json").read_bytes(), type=HubFacts)
        except (FileNotFoundError, msgspec.DecodeError):
            return None


@contextlib.contextmanager
def open_home(data: Path) -> Iterator[Home]:
    """The folder with its parts; raises UnavailableError when it cannot be used or another demo uses it."""
    home = Home(data.absolute())
    try:
        for folder in (home.run, home.log, home.truth):
            folder.mkdir(parents=True, exist_ok=True)
        lock = (home.run / "demo.lock").open("a")
    except OSError as error:
        raise UnavailableError(f"{home.data} cannot be used: {error.strerror}.", "Choose another folder with --data.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError(f"Another demo already runs in {home.data}.", "Stop it, or choose another folder with --data.") from None
        yield home


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
