"""The hub of these tests: takes records as the real one does, keeps the first of each number, and says what it holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from lineside.stream.envelope import unpack
from lineside.stream.port import HubStream, StreamDownError
from lineside.stream.subjects import parse
from lineside.types.identity import SeqRange, StationKey
from lineside.types.inspection import Inspection
from lineside.types.machine import Committed, Hello, Reading, Resend, Status

KINDS = {"inspection": Inspection, "reading": Reading, "status": Status}


class CountingHub:
    def __init__(self, stream: HubStream) -> None:
        self.stream = stream
        self.held: dict[tuple[str, str, int], bytes] = {}
        """(epoch, series, seq) → bytes."""
        self.conflicts: list[tuple[str, str, int]] = []
        self.received = 0
        self.deliveries: list[tuple[str, int]] = []
        """(Msg-Id, records) of every delivery, repeated ones too."""
        self.hello: Hello | None = None
        self.commits = True

    def records(self, series: str) -> list[msgspec.Struct]:
        kind = KINDS[series]
        return [msgspec.json.decode(body, type=kind) for (_, name, _), body in sorted(self.held.items()) if name == series]

    @property
    def inspections(self) -> list[Inspection]:
        return self.records("inspection")  # type: ignore[return-value]

    def by_count(self) -> dict[int, Inspection]:
        """Fails when a count has two records."""
        found: dict[int, Inspection] = {}
        for inspection in self.inspections:
            assert inspection.trigger_count not in found, f"two records of {inspection.trigger_count}"
            found[inspection.trigger_count] = inspection
        return found

    def seqs(self, series: str, epoch: str | None = None) -> list[int]:
        return sorted(seq for e, name, seq in self.held if name == series and epoch in (None, e))

    async def resend(self, station: StationKey, epoch: str, series: str, *ranges: tuple[int, int]) -> None:
        await self.stream.tell(station, "resend", msgspec.json.encode(Resend(epoch, series, ranges)))  # type: ignore[arg-type]

    async def commit(self, station: StationKey, epoch: str, series: str) -> None:
        seqs = self.seqs(series, epoch)
        said = Committed(epoch, series, tuple((s, s) for s in seqs), max(seqs, default=0))  # type: ignore[arg-type]
        await self.stream.tell(station, "committed", msgspec.json.encode(said))

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take())
            group.create_task(self._greet())

    async def _take(self) -> None:
        while True:
            try:
                for delivery in await self.stream.fetch(100, 0.2):
                    await self._one(delivery)
            except StreamDownError:
                await asyncio.sleep(0.05)

    async def _one(self, delivery) -> None:  # type: ignore[no-untyped-def]
        station, series = parse(delivery.subject)
        epoch, seqs = delivery.headers["ls-epoch"], SeqRange.parse(delivery.headers["ls-seq"])
        records = unpack(delivery.body)
        assert len(records) == len(seqs)
        assert len(delivery.body) <= 256 * 1024
        self.deliveries.append((delivery.headers["Nats-Msg-Id"], len(records)))
        for seq, body in zip(range(seqs.first, seqs.last + 1), records, strict=True):
            assert msgspec.json.decode(body, type=KINDS[series]).seq == seq
            if self.held.setdefault((epoch, series, seq), body) != body:
                self.conflicts.append((epoch, series, seq))
        if self.commits:
            await delivery.ack()
            await self.commit(station, epoch, series)

    async def _greet(self) -> None:
        async for station, control in self.stream.hellos():
            self.hello = msgspec.json.decode(control.body, type=Hello)
            if self.commits:
                with suppress(StreamDownError):
                    for series in KINDS:
                        await self.commit(station, self.hello.epoch, series)


@asynccontextmanager
async def counting_hub(stream: HubStream) -> AsyncIterator[CountingHub]:
    hub = CountingHub(stream)
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
