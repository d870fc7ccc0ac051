"""The simulated lines as one process: photo-eyes, cameras, machines and outputs behind one TCP port (`types.field`)."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from lineside.sim.faults import Fault, find_fault
from lineside.sim.line import Place, SimulatedLine
from lineside.sim.studio import CAMERAS, Studio
from lineside.sim.timetable import Timetable, draw_timetable, single_timetable
from lineside.sim.truth import PhotoEye, truth_path
from lineside.types import field as wire
from lineside.types.errors import ConfigError, Problem, UnavailableError
from lineside.types.inspection import FRAME_HEIGHT, FRAME_WIDTH
from lineside.types.plant import Plant, Process
from lineside.types.plant_file import load_plant
from lineside.types.strict import load_toml

_RENDER_THREADS = 1

M = TypeVar("M", wire.Trigger, wire.Machine)


class FieldConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """`field.toml`. `lines` are `site/line` of the plant file; `rate_s` seconds from product to product at design speed."""

    plant: str
    truth: str
    lines: tuple[str, ...]
    host: str = "127.0.0.1"
    port: int = 0
    rate_s: float = 3.0
    seed: int = 1
    running: bool = False
    """Whether products come at once, or only when told so through a control connection."""
    fault: str | None = None
    """The only fault that occurs, once, on the first line; None: all of them come and go everywhere."""


def load_field(path: Path) -> FieldConfig:
    return load_toml(path, FieldConfig)


async def run_field(config: FieldConfig) -> None:
    """Until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    field = Field(config)
    try:
        server = await asyncio.start_server(field.serve, config.host, config.port)
    except OSError as error:
        raise UnavailableError(f"{config.host}:{config.port} cannot be used: {error.strerror}.", "Choose another port.") from None
    async with server:
        work = [asyncio.create_task(line.run()) for line in field.lines.values()]
        await asyncio.wait([*work, asyncio.create_task(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
        await field.close()
        for task in work:
            if task.done():
                task.result()
            task.cancel()


class Field:
    """All lines of one configuration; `serve` answers one connection."""

    def __init__(self, config: FieldConfig) -> None:
        plant = load_plant(Path(config.plant))
        self._fault = find_fault(config.fault) if config.fault else None
        self._studio = Studio(_RENDER_THREADS)
        self._eyes: list[PhotoEye] = []
        self.lines = {name: self._line(config, plant, number) for number, name in enumerate(config.lines)}
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self.run(config.running)

    def run(self, running: bool) -> None:
        for line in self.lines.values():
            line.running = running

    async def close(self) -> None:
        """Hang up on every station, then let go of files and threads."""
        ends = [task for task in self._connections.values() if task]
        for writer in self._connections:
            writer.close()
        if ends:
            await asyncio.wait(ends, timeout=1)
        for eye in self._eyes:
            eye.close()
        self._studio.close()

    def _line(self, config: FieldConfig, plant: Plant, number: int) -> SimulatedLine:
        name = config.lines[number]
        site_id, _, line_id = name.partition("/")
        found = plant.find_line(site_id, line_id)
        if found is None:
            problem = Problem(f"lines[{number}]", repr(name), "must be site/line of the plant", "Use a line of that plant file.")
            raise ConfigError(config.plant, [problem])
        self._eyes.append(PhotoEye(truth_path(Path(config.truth), site_id, line_id)))
        place = Place(site_id, line_id, number, len(config.lines))
        process = plant.find_process(found[1])
        timetable = _timetable(config.seed, place, process, self._fault)
        return SimulatedLine(place, process, timetable, self._eyes[-1], self._studio, rate_s=config.rate_s, seed=config.seed)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its `Open` to its end; what is not of this protocol ends it."""
        self._connections[writer] = asyncio.current_task()
        try:
            match await _receive(reader):
                case wire.Open(purpose="control"):
                    await self._control(reader, writer)
                case wire.Open() as opened if f"{opened.site}/{opened.line}" in self.lines:
                    await _attend(self.lines[f"{opened.site}/{opened.line}"], opened, reader, writer)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass  # the station left or said nonsense: it will open a new connection
        finally:
            self._connections.pop(writer)
            writer.close()

    async def _control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            match await _receive(reader):
                case wire.Run() as wanted:
                    self.run(wanted.running)
                    await asyncio.gather(*(line.settled() for line in self.lines.values()))
                    await _send(writer, wanted)
                case _:
                    return


def _timetable(seed: int, place: Place, process: Process, fault: Fault | None) -> Timetable:
    if fault is not None:
        return single_timetable(seed, place.number, place.of, fault)
    lags_s = {step.id: process.lag_to_inspection_s(step.id) or 0.0 for step in process.step}
    return draw_timetable(seed, place.number, place.of, lags_s)


async def _attend(line: SimulatedLine, opened: wire.Open, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    match opened.purpose:
        case "trigger":
            triggers = line.triggers.open()
            try:
                await _send(writer, line.count)
                await _push(triggers, reader, writer)
            finally:
                line.triggers.close(triggers)
        case "machine":
            machine = line.machine.open()
            try:
                await _send(writer, line.now_telling())
                await _push(machine, reader, writer)
            finally:
                line.machine.close(machine)
        case "camera":
            await _show(line, _camera_number(opened.camera), reader, writer)
        case _:
            await _confirm(reader, writer)


async def _push(queue: asyncio.Queue[M], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send what comes until the other side hangs up."""
    gone = asyncio.create_task(reader.read())
    try:
        while not gone.done():
            message = asyncio.create_task(queue.get())
            await asyncio.wait([gone, message], return_when=asyncio.FIRST_COMPLETED)
            if message.done():
                await _send(writer, message.result())
            message.cancel()
    finally:
        gone.cancel()


async def _show(line: SimulatedLine, camera: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        match await _receive(reader):
            case wire.Grab(count=count):
                frame = await line.belt.grab(count, camera) if 1 <= camera <= CAMERAS else None
                if frame is None:
                    await _send(writer, wire.Frame(count, error=f"product {count} is not before camera {camera}"))
                else:
                    await _send(writer, wire.Frame(count, FRAME_WIDTH, FRAME_HEIGHT), frame.image.tobytes())
            case _:
                return


async def _confirm(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        match await _receive(reader):
            case wire.Signal(count=count):
                await _send(writer, wire.Confirm(count))
            case _:
                return


def _camera_number(camera: str) -> int:
    """`cam3` → 3; 0 when it is no camera of a bottle line."""
    digits = camera.removeprefix("cam")
    return int(digits) if digits.isdecimal() else 0


async def _receive(reader: asyncio.StreamReader) -> wire.Message:
    header, payload = wire.lengths(await reader.readexactly(wire.PREFIX_BYTES))
    message = wire.decode(await reader.readexactly(header))
    await reader.readexactly(payload)
    return message


async def _send(writer: asyncio.StreamWriter, message: wire.Message, payload: bytes | memoryview = b"") -> None:
    writer.writelines(wire.encode(message, payload))
    await writer.drain()
