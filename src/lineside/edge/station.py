"""Opens the parts of a station, runs them together, and closes them: the composition root of the edge."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from lineside.edge.agent import Agent
from lineside.edge.camera.driver import open_cameras
from lineside.edge.config import StationConfig
from lineside.edge.detectors import Detectors, load_detectors
from lineside.edge.evidence import EvidenceKeeper, Spool
from lineside.edge.machine.driver import open_machine
from lineside.edge.outage import log
from lineside.edge.outbox import Outbox
from lineside.edge.output import open_output
from lineside.edge.publish import Publisher
from lineside.edge.sight import Cameras
from lineside.edge.telemetry import Health, Telemetry
from lineside.edge.trigger import open_trigger
from lineside.stream.background import background
from lineside.stream.nats import station_stream
from lineside.stream.port import StationStream
from lineside.types.errors import UnavailableError

MEGABYTE = 1 << 20
FINISH_S = 2.0


async def run_station(config: StationConfig) -> None:
    """Until SIGTERM or SIGINT: then the product in work gets its record, within FINISH_S.

    Raises PackageError for a model that cannot be used, UnavailableError for a folder or outbox that cannot.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop = _stop_event()
    with own(Path(config.data)), pid_file(config.pid_file), _one_error():
        detectors = await asyncio.to_thread(load_detectors, config.package_paths, config.threads)
        async with (
            station_stream(config.nats, Path(config.credentials), config.key) as stream,
            running(config, detectors, stream) as agent,
        ):
            log.info("station_started station=%s models=%s", config.key, ",".join(digest[:12] for digest in detectors.digests))
            await stop.wait()
            await agent.finish(FINISH_S)
    log.info("station_stopped station=%s", config.key)


@asynccontextmanager
async def running(config: StationConfig, detectors: Detectors, stream: StationStream) -> AsyncIterator[Agent]:
    """A whole station at work on this stream, for the time of the body."""
    data = Path(config.data)
    spool = await asyncio.to_thread(Spool, data / "spool", config.site, config.spool_quota_mb * MEGABYTE)
    evidence = EvidenceKeeper(spool, config.hub, await asyncio.to_thread(_token, config))
    outbox = await Outbox.open(data / "outbox.db", config.outbox_quota_mb * MEGABYTE)
    trigger, cameras, machine, output = (
        open_trigger(config),
        Cameras(open_cameras(config), detectors),
        open_machine(config),
        open_output(config),
    )
    agent = Agent(config, trigger, cameras, machine, output, evidence, outbox)
    publisher = Publisher(outbox, stream, agent.hello, lambda: not agent.missing())
    telemetry = Telemetry(
        config.tag, machine, cameras.each, detectors.digests, outbox, lambda: _health(outbox, evidence, publisher, detectors)
    )
    parts = (trigger, cameras, machine, output, agent, publisher, telemetry, evidence)
    try:
        async with background(*(part.run for part in parts)):
            yield agent
    finally:
        detectors.close()
        await outbox.close()


@contextmanager
def own(folder: Path) -> Iterator[None]:
    """The data folder belongs to one station at a time: two would give the same numbers. Raises UnavailableError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "station.lock").open("w")
    except OSError as error:
        raise UnavailableError(f"{folder}: cannot be used ({error.strerror}).", "Choose another `data` folder or free the disk.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UnavailableError(f"{folder}: another station uses this folder.", "Stop it, or choose another `data` folder.") from error
        yield


@contextmanager
def pid_file(path: str | None) -> Iterator[None]:
    if path is None:
        yield
        return
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{os.getpid()}\n", encoding="ascii")
    except OSError as error:
        raise UnavailableError(f"{file}: cannot be written ({error.strerror}).", "Choose another `pid_file`.") from error
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def _one_error() -> Iterator[None]:
    """The station's tasks run in groups of groups; a single error leaves as itself, for the command line to show."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None


def _token(config: StationConfig) -> str | None:
    return Path(config.token_file).read_text(encoding="ascii").strip() if config.token_file else None


def _health(outbox: Outbox, evidence: EvidenceKeeper, publisher: Publisher, detectors: Detectors) -> Health:
    return {
        "outbox_bytes": outbox.bytes,
        "in_flight": publisher.in_flight,
        "spool_bytes": evidence.spool.bytes,
        "spool_pictures": len(evidence.spool.waiting),
        "model_names": detectors.titles,
    }


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
