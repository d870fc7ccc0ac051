"""The two ends of the stream. Each is a Protocol of few verbs; `nats` is the real one, `memory` the one for tests of logic.

StreamError
├── StreamDownError   the broker cannot be reached: try again later, nothing was said to be stored
└── StreamFullError   the stream is at max_bytes (`discard: new`): the rest waits in the outbox
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from lineside.stream.envelope import Message
from lineside.types.identity import StationKey


class StreamError(Exception):
    """The stream did not take a message."""


class StreamDownError(StreamError):
    """Not connected, or no answer in time."""


class StreamFullError(StreamError):
    """The stream refuses new messages until the hub has taken some."""


class Control(Struct, frozen=True):
    """A message to or from a station that is not a record. `name` as in `subjects`; body JSON."""

    name: str
    body: bytes


class StationStream(Protocol):
    """The station's end."""

    async def send(self, message: Message) -> None:
        """Returns when the broker has stored it, which is *not* yet durable: only `committed` is. Raises StreamError."""

    async def say(self, name: str, body: bytes) -> None:
        """hello, reported: not stored; raises StreamDownError."""

    def heard(self) -> AsyncIterator[Control]:
        """committed, resend, cmd, desired; also `Control("connected", b"")` on every (re)connect."""


class Delivery(Protocol):
    """One message as the hub receives it: raw, for the border check to judge."""

    @property
    def subject(self) -> str: ...
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def stored_seq(self) -> int:
        """Its number in the stream."""
        ...

    async def ack(self) -> None:
        """After the commit."""

    async def nak(self, delay_s: float) -> None:
        """Deliver again later."""


class HubStream(Protocol):
    """The hub's end."""

    async def fetch(self, limit: int, timeout_s: float) -> list[Delivery]:
        """Up to `limit` messages as soon as there are any; [] after `timeout_s`. Raises StreamDownError."""

    async def tell(self, station: StationKey, name: str, body: bytes) -> None:
        """committed, resend, cmd, desired."""

    def hellos(self) -> AsyncIterator[tuple[StationKey, Control]]:
        """Every hello and reported of every station."""

    async def waiting(self) -> tuple[int, int]:
        """(messages, bytes) in the stream that nobody has acknowledged. Raises StreamDownError."""
        ...
