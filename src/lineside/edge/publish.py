"""From the outbox to the stream, as the hub's answers allow.

A record is sent when it is new, again when the hub asks for it, and again after a (re)connect if the hub has not confirmed it;
never on a bare timer. It is deleted only after the hub has said `committed`, by the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from lineside.edge.outage import Outage, log
from lineside.edge.outbox import Outbox
from lineside.edge.outbox_file import Batch
from lineside.stream.envelope import MAX_BODY_BYTES, MAX_RECORDS, Envelope, Message, pack
from lineside.stream.port import StationStream, StreamDownError, StreamError
from lineside.types.identity import SERIES, SeqRange, Series
from lineside.types.machine import Committed, Hello, Resend

# Products before signs of life before readings: the first is what the line is paid for.
ORDER: tuple[Series, ...] = ("inspection", "status", "reading")
MAX_IN_FLIGHT = 5_000
MAX_REQUESTS = 1_000
HELLO_S, READY_CHECK_S = 5.0, 0.2
BACKOFF_S = (0.2, 5.0)
HOUSEKEEPING_S = 30.0


class Publisher:
    """`hello` builds the heartbeat, which is also sent when `ready` changes. One per station."""

    def __init__(self, outbox: Outbox, stream: StationStream, hello: Callable[[], Awaitable[Hello]], ready: Callable[[], bool]) -> None:
        self._outbox, self._stream, self._hello, self._ready = outbox, stream, hello, ready
        self._sent_to: dict[Series, int] = dict.fromkeys(SERIES, 0)
        self._in_flight: dict[Series, set[int]] = {series: set() for series in SERIES}
        self._requests: list[tuple[str, Series, SeqRange]] = []
        """What the hub asked for; beyond MAX_REQUESTS it is forgotten, and the hub asks again."""
        self._greet, self._connected = asyncio.Event(), asyncio.Event()
        self._generation = 0
        """Of connections and epochs: what a send of an earlier one learns must not be noted in this one."""
        self._outage = Outage("stream")

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._publish())
            group.create_task(self._heartbeat())
            group.create_task(self._housekeep())

    @property
    def in_flight(self) -> int:
        """Records sent and not yet confirmed."""
        return sum(len(seqs) for seqs in self._in_flight.values())

    async def _publish(self) -> None:
        await self._connected.wait()
        pause = BACKOFF_S[0]
        while True:
            self._outbox.news.clear()
            try:
                if not await self._send_some():
                    await self._outbox.news.wait()
                pause = BACKOFF_S[0]
            except StreamError as error:
                self._outage.met(error)
                await _wait(self._connected, pause)
                pause = min(2 * pause, BACKOFF_S[1])

    async def _send_some(self) -> bool:
        """One message: first what the hub asked for, then what is new, inspections before signs of life before readings."""
        if self._requests:
            return await self._send_requested()
        for series in ORDER:
            room = min(MAX_RECORDS, MAX_IN_FLIGHT - self.in_flight)
            if room > 0 and (batch := await self._outbox.unconfirmed(series, self._sent_to[series], room, MAX_BODY_BYTES)):
                await self._send_new(series, batch)
                return True
        return False

    async def _send_new(self, series: Series, batch: Batch) -> None:
        generation, seqs = self._generation, {record.seq for record in batch.records}
        # Counted before it is sent: the hub may confirm before the broker has answered.
        self._in_flight[series] |= seqs
        try:
            await self._send(batch, series)
        except StreamError:
            self._in_flight[series] -= seqs
            raise
        if generation == self._generation:
            self._sent_to[series] = batch.records[-1].seq

    async def _send_requested(self) -> bool:
        request = epoch, series, seqs = self._requests[0]
        records = await self._outbox.kept(epoch, series, seqs, MAX_RECORDS, MAX_BODY_BYTES)
        if records:
            await self._send(Batch(epoch, records), series)
        if self._requests[:1] == [request]:
            rest = SeqRange(records[-1].seq + 1, seqs.last) if records and records[-1].seq < seqs.last else None
            self._requests[:1] = [(epoch, series, rest)] if rest else []
        return True

    async def _send(self, batch: Batch, series: Series) -> None:
        envelope = Envelope(batch.epoch, series, SeqRange(batch.records[0].seq, batch.records[-1].seq))
        await self._stream.send(Message(envelope, pack([record.body for record in batch.records])))
        self._outage.over()

    async def _listen(self) -> None:
        async for control in self._stream.heard():
            try:
                match control.name:
                    case "connected":
                        self._start_over()
                    case "committed":
                        await self._committed(msgspec.json.decode(control.body, type=Committed))
                    case "resend":
                        self._resend(msgspec.json.decode(control.body, type=Resend))
            except msgspec.DecodeError as error:
                log.error("control_unreadable name=%s error=%r", control.name, str(error))

    def _start_over(self) -> None:
        """A new connection, perhaps to a new stream: all that is not confirmed is sent again."""
        self._generation += 1
        for series in SERIES:
            self._sent_to[series] = 0
            self._in_flight[series] = set()
        self._requests.clear()
        self._greet.set()
        self._connected.set()
        self._outbox.news.set()

    async def _committed(self, said: Committed) -> None:
        if await self._outbox.renew_epoch_if_behind(said.epoch, said.series, said.highest):
            # What the hub holds under these numbers may be another's: nothing of the old epoch counts as confirmed.
            self._start_over()
            return
        await self._outbox.settle(said.epoch, said.series, said.ranges)
        if said.epoch == self._outbox.epoch:
            waiting = self._in_flight[said.series]
            waiting -= {seq for seq in waiting if any(first <= seq <= last for first, last in said.ranges)}
        self._outbox.news.set()

    def _resend(self, asked: Resend) -> None:
        for first, last in asked.ranges:
            request = (asked.epoch, asked.series, SeqRange(first, last))
            if first <= last and request not in self._requests and len(self._requests) < MAX_REQUESTS:
                self._requests.append(request)
        self._outbox.news.set()

    async def _heartbeat(self) -> None:
        """Every HELLO_S, and at once on connecting and when the station becomes ready or ceases to be."""
        loop = asyncio.get_running_loop()
        await self._greet.wait()
        while True:
            ready, next_at = self._ready(), loop.time() + HELLO_S
            try:
                await self._stream.say("hello", msgspec.json.encode(await self._hello()))
            except StreamDownError as error:
                self._outage.met(error)
            while not await _wait(self._greet, READY_CHECK_S) and loop.time() < next_at and self._ready() == ready:
                pass

    async def _housekeep(self) -> None:
        while True:
            await self._outbox.keep_quota()
            await asyncio.sleep(HOUSEKEEPING_S)


async def _wait(event: asyncio.Event, at_most_s: float) -> bool:
    """Whether it came; it is cleared for the next time."""
    try:
        async with asyncio.timeout(at_most_s):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True
