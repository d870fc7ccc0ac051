"""A field process for tests: one line whose photo-eye, cameras, machine and output do what a test says, also wrong things."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lineside.types import field
from lineside.types.field import Confirm, Frame, Grab, Machine, Message, Open, Signal, Trigger
from lineside.types.machine import Sample
from tiny_model import DEFECT, GOOD

WIDTH, HEIGHT = 64, 48


class FieldServer:
    """`count` is the photo-eye's; `shows[count]` what all cameras do at that product: see `_frame`."""

    def __init__(self) -> None:
        self.count = 0
        self.at: dict[int, int] = {}
        self.shows: dict[int, str] = {}
        self.only_camera: str | None = None
        self.signals: dict[int, list[tuple[str, float]]] = {}
        self.machine = Machine(1, "RUNNING", 0.4, (Sample("extrusion.force", 1, 12.5),))
        self.answers_output = True
        self.refuses: set[str] = set()
        self._writers: dict[str, list[asyncio.StreamWriter]] = {}

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def connected(self, purpose: str) -> int:
        return len(self._writers.get(purpose, []))

    def pass_product(self, shows: str = "good") -> int:
        """One product breaks the light beam."""
        self.count += 1
        self.at[self.count] = time.time_ns() // 1000
        self.shows[self.count] = shows
        self.push("trigger", Trigger(self.count, self.at[self.count], fresh=True))
        return self.count

    def push(self, purpose: str, message: Message) -> None:
        for writer in self._writers.get(purpose, []):
            writer.writelines(field.encode(message))

    def say_machine(self, machine: Machine) -> None:
        self.machine = machine
        self.push("machine", machine)

    def drop(self, purpose: str) -> None:
        for writer in self._writers.get(purpose, []):
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            opening = await _receive(reader)
            assert isinstance(opening, Open)
            if opening.purpose in self.refuses:
                return
            self._writers.setdefault(opening.purpose, []).append(writer)
            try:
                await self._attend(opening, reader, writer)
            finally:
                self._writers[opening.purpose].remove(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _attend(self, opening: Open, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if opening.purpose == "trigger":
            writer.writelines(field.encode(Trigger(self.count, self.at.get(self.count, 0), fresh=False)))
        if opening.purpose == "machine":
            writer.writelines(field.encode(self.machine))
        while True:
            message = await _receive(reader)
            if isinstance(message, Grab):
                await self._show(opening.camera, message.count, writer)
            if isinstance(message, Signal):
                self.signals.setdefault(message.count, []).append((message.verdict, time.time()))
                if self.answers_output:
                    writer.writelines(field.encode(Confirm(message.count)))

    async def _show(self, camera: str, count: int, writer: asyncio.StreamWriter) -> None:
        shows = self.shows.get(count, "good")
        if self.only_camera not in (None, camera):
            shows = "good"
        value = DEFECT if shows == "defect" else GOOD
        whole = bytes([value]) * (WIDTH * HEIGHT * 3)
        match shows:
            case "lost":
                writer.writelines(field.encode(Frame(count, error="no such picture")))
            case "truncated":
                writer.writelines(field.encode(Frame(count, WIDTH, HEIGHT), whole[:-7]))
            case "small":
                writer.writelines(field.encode(Frame(count, WIDTH // 2, HEIGHT // 2), whole[: len(whole) // 4]))
            case "late":
                pass
            case _:
                writer.writelines(field.encode(Frame(count, WIDTH, HEIGHT), whole))


@asynccontextmanager
async def field_server() -> AsyncIterator[FieldServer]:
    field_ = FieldServer()
    server = await asyncio.start_server(field_.serve, "127.0.0.1", 0)
    field_._port = server.sockets[0].getsockname()[1]
    try:
        yield field_
    finally:
        server.close()
        for purpose in list(field_._writers):
            field_.drop(purpose)


async def _receive(reader: asyncio.StreamReader) -> Message:
    header, payload = field.lengths(await reader.readexactly(field.PREFIX_BYTES))
    message = field.decode(await reader.readexactly(header))
    await reader.readexactly(payload)
    return message
