"""Both ends of the stream over NATS JetStream. `link` keeps the connection; here is what is said over it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import APIError

from lineside.stream.background import background
from lineside.stream.envelope import Message
from lineside.stream.link import Address, Link
from lineside.stream.port import Control, Delivery, StreamDownError, StreamError, StreamFullError
from lineside.stream.subjects import CONSUMER, FROM_STATION, RECORD_SUBJECTS, ROOT, STREAM, inbox_prefix, may_hear, parse, subject
from lineside.types.identity import SERIES, StationKey

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 5.0
MAX_STREAM_BYTES = 1 << 30
DUPLICATE_WINDOW_S = 120.0
ACK_WAIT_S = 30.0
MAX_ACK_PENDING = 20_000
"""The server's 1,000 would stall a consumer that takes batches."""
MAX_PULL_BYTES = 32 << 20
GATHER_S = 0.05
"""How long a fetch waits for more of a backlog that the server says it has."""
HEARD_LIMIT = 1_000
"""Control messages that wait for their reader; the oldest go, because each kind is said again."""


class NatsStationStream:
    """The station's end; see `port.StationStream`."""

    def __init__(self, address: Address, key: StationKey) -> None:
        self._key = key
        self._link = Link(address, self._prepare)
        self._heard: asyncio.Queue[Control] = asyncio.Queue(HEARD_LIMIT)

    async def send(self, message: Message) -> None:
        envelope = message.envelope
        answer = await self._link.ask(subject(self._key, envelope.series), message.body, SEND_TIMEOUT_S, envelope.headers())
        _check_stored(answer)

    async def say(self, name: str, body: bytes) -> None:
        await self._link.say(subject(self._key, name), body)

    async def heard(self) -> AsyncIterator[Control]:
        while True:
            yield await self._heard.get()

    async def run(self) -> None:
        await self._link.run()

    async def _prepare(self, client: Client) -> None:
        for name in may_hear(self._key):
            await client.subscribe(name, cb=self._on_control)
        await client.flush()
        _put(self._heard, Control("connected", b""))

    async def _on_control(self, msg: Msg) -> None:
        _put(self._heard, Control(msg.subject.rpartition(".")[2], msg.data))


class NatsDelivery:
    """See `port.Delivery`. An answer that cannot be given is not an error: the message comes again after ACK_WAIT_S."""

    def __init__(self, stream: NatsHubStream, msg: Msg, stored_seq: int) -> None:
        self._stream, self._msg, self._of = stream, msg, stream.identity
        self.stored_seq = stored_seq

    @property
    def subject(self) -> str:
        return self._msg.subject

    @property
    def headers(self) -> dict[str, str]:
        return self._msg.headers or {}

    @property
    def body(self) -> bytes:
        return self._msg.data

    async def ack(self) -> None:
        await self._answer(b"+ACK")

    async def nak(self, delay_s: float) -> None:
        await self._answer(b"-NAK " + msgspec.json.encode({"delay": round(delay_s * 1e9)}))

    async def _answer(self, text: bytes) -> None:
        # In a stream that was made anew the same number is another message.
        if self._of == self._stream.identity:
            with contextlib.suppress(StreamDownError):
                await self._stream.reply(self._msg.reply, text)


class NatsHubStream:
    """The hub's end; see `port.HubStream`. It makes the stream and its consumer on every connection, so that a broker that lost its
    disk is as good as new; `identity` then changes, and the hub asks the stations for what it misses."""

    def __init__(self, address: Address, max_bytes: int) -> None:
        self._link = Link(address, self._prepare)
        self._max_bytes = max_bytes
        self._hellos: asyncio.Queue[tuple[StationKey, Control]] = asyncio.Queue(HEARD_LIMIT)
        self._pulled: deque[Delivery] = deque()
        self._arrived = asyncio.Event()
        self._inbox = ""
        self._asked = 0
        """Messages that the server still owes to the last pull."""
        self._backlog = 0
        """What the server held beyond the last message, when it sent that."""
        self.identity: str | None = None
        """The stream's instant of creation; None before the first connection."""

    async def fetch(self, limit: int, timeout_s: float) -> list[Delivery]:
        ends = time.monotonic() + timeout_s
        while not self._pulled and (left := ends - time.monotonic()) > 0:
            await self._pull(limit, left)
            await self._wait_arrival(left)
        if not self._pulled:
            self._link.require()
        ends = time.monotonic() + GATHER_S
        while len(self._pulled) < limit and self._backlog and self._asked and (left := ends - time.monotonic()) > 0:
            await self._wait_arrival(left)
        return [self._pulled.popleft() for _ in range(min(limit, len(self._pulled)))]

    async def tell(self, station: StationKey, name: str, body: bytes) -> None:
        await self._link.say(subject(station, name), body)

    async def hellos(self) -> AsyncIterator[tuple[StationKey, Control]]:
        while True:
            yield await self._hellos.get()

    async def waiting(self) -> tuple[int, int]:
        answer = await self._link.ask(f"$JS.API.STREAM.INFO.{STREAM}", b"", SEND_TIMEOUT_S)
        state = msgspec.json.decode(answer, type=dict[str, Any]).get("state", {})
        return state.get("messages", 0), state.get("bytes", 0)

    async def reply(self, to: str, text: bytes) -> None:
        await self._link.say(to, text)

    async def run(self) -> None:
        await self._link.run()

    async def _prepare(self, client: Client) -> None:
        info = await _ensure(client, self._max_bytes)
        if info.created is None:
            raise StreamDownError("the broker does not say when its stream was created")
        identity = info.created.isoformat()
        if identity != self.identity:
            self._pulled.clear()
        self.identity, self._inbox, self._asked, self._backlog = identity, client.new_inbox(), 0, 0
        await client.subscribe(self._inbox, cb=self._on_pulled, pending_bytes_limit=2 * MAX_PULL_BYTES)
        for name in sorted(set(FROM_STATION) - set(SERIES)):
            await client.subscribe(f"{ROOT}.*.*.*.{name}", cb=self._on_hello)
        await client.flush()
        self._arrived.set()  # whoever waits for an answer to a pull over the lost connection asks again

    async def _pull(self, limit: int, expires_s: float) -> None:
        self._link.require()
        if self._asked:
            return
        self._asked = limit
        request = {"batch": limit, "expires": max(1, round(expires_s * 1e9)), "max_bytes": MAX_PULL_BYTES}
        await self._link.say(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{CONSUMER}", msgspec.json.encode(request), reply=self._inbox)

    async def _wait_arrival(self, timeout_s: float) -> None:
        self._arrived.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()

    async def _on_pulled(self, msg: Msg) -> None:
        status = (msg.headers or {}).get("Status")
        if status is None:
            metadata = msg.metadata
            self._asked, self._backlog = max(0, self._asked - 1), metadata.num_pending
            self._pulled.append(NatsDelivery(self, msg, metadata.sequence.stream))
        elif status != "100":
            self._asked = self._backlog = 0
            if status == "503" or "Deleted" in (msg.headers or {}).get("Description", ""):
                log.warning("the stream or its consumer is gone; making it anew")
                self._link.drop()
        self._arrived.set()

    async def _on_hello(self, msg: Msg) -> None:
        try:
            station, name = parse(msg.subject)
        except ValueError as error:
            log.warning("ignored a message: %s", error)
            return
        _put(self._hellos, (station, Control(name, msg.data)))


@contextlib.asynccontextmanager
async def station_stream(url: str, credentials: Path, key: StationKey) -> AsyncIterator[NatsStationStream]:
    """Does not wait for the first connection: `heard` says when it is there."""
    stream = NatsStationStream(Address(url, credentials, f"station {key}", inbox_prefix(key)), key)
    async with background(stream.run):
        yield stream


@contextlib.asynccontextmanager
async def hub_stream(url: str, credentials: Path, *, max_bytes: int = MAX_STREAM_BYTES) -> AsyncIterator[NatsHubStream]:
    """Does not wait for the first connection: until then its verbs raise StreamDownError."""
    stream = NatsHubStream(Address(url, credentials, "hub"), max_bytes)
    async with background(stream.run):
        yield stream


async def _ensure(client: Client, max_bytes: int) -> StreamInfo:
    js = client.jetstream(timeout=SEND_TIMEOUT_S)
    config = StreamConfig(
        name=STREAM,
        subjects=list(RECORD_SUBJECTS),
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        max_bytes=max_bytes,
        discard=DiscardPolicy.NEW,
        duplicate_window=DUPLICATE_WINDOW_S,
    )
    try:
        info = await js.add_stream(config)
    except APIError as error:
        if error.err_code != _NAME_IN_USE:
            raise
        info = await js.update_stream(config)
    await js.add_consumer(
        STREAM,
        ConsumerConfig(
            durable_name=CONSUMER,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            max_ack_pending=MAX_ACK_PENDING,
            max_deliver=-1,
        ),
    )
    return info


def _check_stored(answer: bytes) -> None:
    """Reads the broker's answer to a publish."""
    try:
        error: dict[str, Any] | None = msgspec.json.decode(answer, type=dict[str, Any]).get("error")
    except msgspec.DecodeError:
        raise StreamError(f"the broker answered {answer[:200]!r}") from None
    if error is None:
        return
    description = str(error.get("description", error))
    if "maximum" in description and "exceeded" in description:
        raise StreamFullError(description)
    raise StreamDownError(description)


def _put(queue: asyncio.Queue[Any], item: Any) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(item)


_NAME_IN_USE = 10058
