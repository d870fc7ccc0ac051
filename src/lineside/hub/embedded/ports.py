"""Ports on loopback that stay the same over restarts, because stations and open pages come back to them."""

from __future__ import annotations

import random
import socket
from pathlib import Path

import msgspec

from lineside.hub.credentials import secrets_folder, write_secret
from lineside.types.errors import UnavailableError

LOOPBACK = "127.0.0.1"
# Below every system's range of ephemeral ports: a client that retries a port of that range on loopback can be given the very same
# port as its own, connect to itself and so keep the server out of it.
FIRST, LAST = 20_000, 29_999


def kept_port(data: Path, name: str) -> int:
    """The port of `name` in DATA/secrets/ports.json, chosen at random from the free ones the first time."""
    path = secrets_folder(data) / "ports.json"
    ports = _read(path)
    if name not in ports:
        ports[name] = _choose(set(ports.values()))
        write_secret(path, msgspec.json.format(msgspec.json.encode(ports)))
    return ports[name]


def absolute(data: Path) -> Path:
    """Without links: servers are recognised by the folder in which they work."""
    return data.resolve()


def is_free(port: int) -> bool:
    """Whether a server could listen there now; lingering connections of an earlier one do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int, server: str, data: Path) -> None:
    if not is_free(port):
        raise UnavailableError(
            f"Port {port} on {LOOPBACK}, which {server} uses, is taken by another program.",
            f"Stop that program, or remove {data / 'secrets' / 'ports.json'} to choose new ports (stations must then be told).",
        )


def _choose(taken: set[int]) -> int:
    for port in random.sample(range(FIRST, LAST + 1), 200):
        if port not in taken and is_free(port):
            return port
    raise UnavailableError(f"No free port was found on {LOOPBACK} between {FIRST} and {LAST}.", "Stop programs that listen there.")


def _read(path: Path) -> dict[str, int]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, int])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise UnavailableError(f"{path} cannot be read ({error}).", "Remove it to choose new ports.") from None
