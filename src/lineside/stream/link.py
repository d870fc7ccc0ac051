"""One connection to the broker that is made again whenever it ends.

Each connection is a new client object: whatever ended the old one (a restart, a revoked credential, a half-open socket), the way back
is the same, and what was subscribed or asked belongs to exactly one connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import nats.errors
from msgspec import Struct
from nats.aio.client import Client

from lineside.stream.port import StreamDownError, StreamError

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 3
PING_EVERY_S = 5
"""Two unanswered pings end a half-open connection."""
BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)

LOST = (OSError, TimeoutError, asyncio.TimeoutError, nats.errors.Error)
"""What a client raises when its connection cannot be made or used."""


class Address(Struct, frozen=True):
    url: str
    credentials: Path
    name: str
    """As the broker's monitoring shows it."""
    inbox_prefix: str = "_INBOX"


class Link:
    """`client` is the live connection. `run` keeps it; `prepare` is called with each new one before anyone else may use it."""

    def __init__(self, address: Address, prepare: Callable[[Client], Awaitable[None]]) -> None:
        self._address = address
        self._prepare = prepare
        self._live: tuple[Client, asyncio.Future[None]] | None = None

    @property
    def client(self) -> Client:
        """Raises StreamDownError while there is none."""
        return self._now()[0]

    def require(self) -> None:
        """Raises StreamDownError unless connected."""
        self._now()

    async def run(self) -> None:
        """Runs until cancelled; logs an outage once and its end once."""
        failures = 0
        while True:
            try:
                async with connected(self._address) as (client, lost):
                    await self._prepare(client)
                    self._live = client, lost
                    if failures:
                        log.warning("%s: connected to %s again", self._address.name, self._address.url)
                    failures = 0
                    await lost
            except (*LOST, StreamError) as error:
                if failures == 1:
                    log.warning("%s: no connection to %s (%s); trying on", self._address.name, self._address.url, error or repr(error))
            finally:
                self._live = None
            await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
            failures += 1

    async def ask(self, subject: str, body: bytes, timeout_s: float, headers: dict[str, str] | None = None) -> bytes:
        """The answer to a request; raises StreamDownError as soon as the connection is lost, or after `timeout_s`."""
        client, lost = self._now()
        request = asyncio.ensure_future(client.request(subject, body, timeout=timeout_s, headers=headers))
        either: set[asyncio.Future[Any]] = {request, lost}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not request.done():
                raise StreamDownError(f"the connection to {self._address.url} was lost before the answer")
            return request.result().data
        except nats.errors.MaxPayloadError as error:
            raise StreamError(f"a message of {len(body)} bytes is larger than the broker takes") from error
        except LOST as error:
            raise StreamDownError(f"no answer from {self._address.url}: {error or repr(error)}") from error
        finally:
            request.cancel()

    async def say(self, subject: str, body: bytes, reply: str = "") -> None:
        """Publishes without waiting for anyone; raises StreamDownError."""
        client = self.client
        try:
            await client.publish(subject, body, reply=reply)
        except LOST as error:
            raise StreamDownError(f"not connected to {self._address.url}: {error or repr(error)}") from error

    def drop(self) -> None:
        """Gives this connection up, so that `run` makes and prepares a new one."""
        if self._live is not None and not self._live[1].done():
            self._live[1].set_result(None)

    def _now(self) -> tuple[Client, asyncio.Future[None]]:
        if self._live is None or not self._live[0].is_connected:
            raise StreamDownError(f"not connected to {self._address.url}")
        return self._live


@contextlib.asynccontextmanager
async def connected(address: Address) -> AsyncIterator[tuple[Client, asyncio.Future[None]]]:
    """A client for the time of the body and a future that is done once its connection is lost. Raises one of LOST."""
    client, lost = Client(), asyncio.get_running_loop().create_future()

    async def on_closed() -> None:
        if not lost.done():
            lost.set_result(None)

    try:
        await client.connect(
            address.url,
            name=address.name,
            user_credentials=str(address.credentials),
            inbox_prefix=address.inbox_prefix,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=CONNECT_TIMEOUT_S,
            ping_interval=PING_EVERY_S,
            closed_cb=on_closed,
            error_cb=_note,
        )
        yield client, lost
    finally:
        with contextlib.suppress(*LOST):
            await client.close()


async def _note(error: Exception) -> None:
    """What the broker denies arrives here; refused connections too, but those are reported by `run`."""
    log.log(logging.WARNING if "permissions violation" in str(error) else logging.DEBUG, "broker: %s", error)
