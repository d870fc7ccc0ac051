"""The demo's children: real programs, each with its log, started again when they die, never left behind.

CrewError is a child that cannot be started: the last line of its log says why.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from lineside.types.errors import UnavailableError

PROGRAM = (sys.executable, "-m", "lineside")
RESTART_AFTER_S = (1.0, 2.0, 5.0)
"""The later ones when it ended again within SOON_S: starting costs the others a core for a second."""
SOON_S = 10.0
STATIONS_STOP_S, HUB_STOP_S, REST_STOP_S = 1.2, 1.8, 0.3
"""With what the demo itself needs, under the 5 s that Ctrl-C may take. Whoever is killed after them loses nothing but time."""
_HOPELESS = frozenset({2, 4})  # exit codes: a broken file, a missing part; starting again would not help
_MEANINGFUL = frozenset({2, 3, 4})
_SET_PARENT_DEATH_SIGNAL = 1
_LOG_BYTES = 10_000_000


class CrewError(UnavailableError):
    """A child ends at its start. Its exit code becomes the demo's where it has a meaning."""

    def __init__(self, message: str, remedy: str, code: int) -> None:
        super().__init__(message, remedy)
        self.exit_code = code if code in _MEANINGFUL else UnavailableError.exit_code


@dataclass
class Member:
    """One child. `proven` once it was ready: from then on it is started again whenever it ends."""

    name: str
    command: tuple[str, ...]
    log: Path
    process: asyncio.subprocess.Process
    proven: bool = False


class Crew:
    """All children. `failed` ends with a CrewError when one of them cannot be started."""

    def __init__(self, log: Path, say: Callable[[str], None]) -> None:
        self._log, self._say = log, say
        self._members: dict[str, Member] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, name: str, *arguments: str) -> Member:
        """`lineside <arguments>` from now until `stop`."""
        command, log = (*PROGRAM, *arguments), self._log / f"{name}.log"
        member = Member(name, command, log, await _spawn(command, log))
        self._members[name] = member
        self._keepers.append(asyncio.create_task(self._keep(member)))
        return member

    async def _keep(self, member: Member) -> None:
        ends, began = 0, time.monotonic()
        while True:
            code = await member.process.wait()
            if self._stopping.is_set():
                return
            if code in _HOPELESS or not member.proven:
                self._fail(member, code)
                return
            self._say(f"{member.name} ended ({_describe(code)}); it is started again.")
            ends = ends + 1 if time.monotonic() - began < SOON_S else 1
            if await self._stops_within(RESTART_AFTER_S[min(ends, len(RESTART_AFTER_S)) - 1]):
                return
            began = time.monotonic()
            member.process = await _spawn(member.command, member.log)
            if self._stopping.is_set():  # meanwhile, and this process was not there to be stopped
                await _end([member], STATIONS_STOP_S)

    async def _stops_within(self, pause_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._stopping.wait()
        return self._stopping.is_set()

    def _fail(self, member: Member, code: int) -> None:
        if not self.failed.done():
            line = last_line(member.log).removeprefix("lineside: ")
            self.failed.set_exception(
                CrewError(f"{member.name} ended at its start ({_describe(code)}): {line}", f"See {member.log}.", code)
            )

    async def stop(self) -> None:
        """Stations first, so that the hub can still take their last records; then hub and simulated lines. Within 5 s."""
        self._stopping.set()
        last = [self._members.pop(name) for name in ("hub", "field") if name in self._members]
        await _end(list(self._members.values()), STATIONS_STOP_S)
        servers = [child for member in last for child in _descendants(member)]
        await _end(last, HUB_STOP_S)
        await asyncio.to_thread(_sweep, servers)
        if self._keepers:
            await asyncio.wait(self._keepers)
        if self.failed.done():
            self.failed.exception()


def last_line(log: Path) -> str:
    """The last line with something in it; "(its log is empty)" without one."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        lines = []
    return next((line.strip() for line in reversed(lines) if line.strip()), "(its log is empty)")


async def _spawn(command: tuple[str, ...], path: Path) -> asyncio.subprocess.Process:
    with _open_log(path) as log:
        # Its own session: Ctrl-C in the terminal reaches the demo alone, which stops its children in order.
        return await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=_DIE_WITH_PARENT
        )


def _open_log(path: Path) -> BinaryIO:
    """Appends; a log that has grown large becomes the one older part."""
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


async def _end(members: list[Member], patience_s: float) -> None:
    """SIGTERM to all at once, SIGKILL to those that do not end in time."""
    deadline = time.monotonic() + patience_s
    running = [m.process for m in members if m.process.returncode is None]
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    for process in running:
        try:
            await asyncio.wait_for(process.wait(), max(deadline - time.monotonic(), 0.01))
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _descendants(member: Member) -> list[psutil.Process]:
    """What a child has started itself: the hub's servers."""
    try:
        return psutil.Process(member.process.pid).children(recursive=True) if member.process.returncode is None else []
    except psutil.Error:
        return []


def _sweep(servers: list[psutil.Process]) -> None:
    """A hub that had to be killed could not stop its servers; their own guards are about to."""
    _, left = psutil.wait_procs(servers, timeout=REST_STOP_S)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=REST_STOP_S)


def _describe(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux a child gets SIGTERM when the demo dies, however it dies; the library is loaded before the fork."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    demo = os.getpid()

    def ask() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != demo:  # it died between the fork and here
            os._exit(1)

    return ask


_DIE_WITH_PARENT = _die_with_parent()
