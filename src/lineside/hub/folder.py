"""The hub's data folder: one hub at a time, and a note for others when it is ready."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from lineside.hub.config import HubConfig
from lineside.hub.credentials import write_secret
from lineside.types.errors import UnavailableError


class HubNote(Struct, frozen=True):
    """DATA/run/hub.json of a ready hub. Mode 0600: the DSN holds a password."""

    pid: int
    http: str
    nats: str
    dsn: str


@contextlib.contextmanager
def sole_hub(config: HubConfig) -> Iterator[None]:
    """Holds the data folder; raises UnavailableError when another hub does, or when the folder cannot be used."""
    try:
        config.run_dir.mkdir(parents=True, exist_ok=True)
        lock = (config.run_dir / "hub.lock").open("a+")
    except OSError as error:
        raise UnavailableError(
            f"The data folder {config.data} cannot be used ({error.strerror}).", "Give another one with --data."
        ) from None
    with lock:
        _take(lock.fileno(), config.data)
        # A hub that was killed leaves its note behind: whoever reads it now would find a dead address.
        _remove_notes(config.run_dir)
        yield


@contextlib.contextmanager
def announced(config: HubConfig, http: str, nats: str, dsn: str) -> Iterator[None]:
    """run/hub.json and run/hub.pid while the hub is ready; removed at a clean stop."""
    note = HubNote(os.getpid(), http, nats, dsn)
    write_secret(config.run_dir / "hub.pid", f"{note.pid}\n".encode())
    write_secret(config.run_dir / "hub.json", msgspec.json.encode(note))
    try:
        yield
    finally:
        _remove_notes(config.run_dir)


def _take(descriptor: int, data: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UnavailableError(f"Another hub already uses {data}.", "Stop it first, or give this one another --data folder.") from None


def _remove_notes(run: Path) -> None:
    for name in ("hub.json", "hub.pid"):
        (run / name).unlink(missing_ok=True)
