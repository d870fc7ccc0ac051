"""uvicorn in the hub's own loop, on a socket that was taken before anything else started."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from litestar import Litestar

from lineside.hub.config import HubConfig
from lineside.hub.embedded import kept_port
from lineside.types.errors import UnavailableError

GRACE_S = 1
"""How long open requests and sockets get at the end."""
BACKLOG = 1024


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the hub's: it stops its parts in order."""
        yield


@contextlib.contextmanager
def listener(config: HubConfig) -> Iterator[socket.socket]:
    """The bound socket; raises UnavailableError with a sentence when the address cannot be used."""
    port = config.port or kept_port(config.data, "http")
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # Named TCP, or asyncio does not set TCP_NODELAY on its connections and each answer waits 40 ms for a delayed acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((config.host, port))
        except OSError as error:
            raise _refused(config.host, port, error) from None
        yield taken


def address(config: HubConfig, taken: socket.socket) -> str:
    """As a browser on this machine or a station opens it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.host, f"[{config.host}]" if ":" in config.host else config.host)  # noqa: S104
    return f"{config.scheme}://{host}:{taken.getsockname()[1]}"


@contextlib.asynccontextmanager
async def serving(app: Litestar, config: HubConfig, taken: socket.socket) -> AsyncIterator[None]:
    """Answers requests inside the body."""
    settings = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        ws="websockets-sansio",
        # Frames are encoded once for all viewers; compressing them again for each would cost more than the loopback's bytes.
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=config.tls_certificate,
        ssl_keyfile=str(config.tls_key) if config.tls_key else None,
    )
    server = _Server(settings)
    running = asyncio.create_task(server.serve(sockets=[taken]))
    try:
        await server.answers.wait()
        yield
    finally:
        server.should_exit = True
        await running


def _refused(host: str, port: int, error: OSError) -> UnavailableError:
    if error.errno == errno.EADDRINUSE:
        return UnavailableError(f"Port {port} on {host} is taken by another program.", "Stop it, or give another one: --listen HOST:PORT.")
    if error.errno == errno.EACCES:
        return UnavailableError(f"Port {port} on {host} is not allowed for this user.", "Give a port above 1023: --listen HOST:PORT.")
    return UnavailableError(f"{host}:{port} cannot be listened on ({error.strerror}).", "Give another address: --listen HOST:PORT.")
