"""One server process as a child of the hub: started, watched, started again when it dies, stopped cleanly.

The invariants:
- one hub at a time owns a child's folder (a lock that the kernel releases even after kill -9), so whatever of that server still runs
  in the folder when we hold the lock is a leftover and may be stopped;
- a child never outlives its hub: a shell that reads from a pipe of ours notices our end, however it comes, and stops the child.
  (Linux has a signal for that, but only for the parent's thread and lost on a change of user; macOS has none.)
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psutil
from msgspec import Struct

from lineside.stream.background import background
from lineside.types.errors import UnavailableError

log = logging.getLogger(__name__)

PROBE_EVERY_S = 0.03
BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
LEFTOVER_STOP_S = 10.0
LOG_BYTES = 10_000_000
HOUSEKEEPING_S = 60.0
ASK_EVERY_S = 5.0


class ChildSpec(Struct, frozen=True):
    """How to run one server."""

    name: str
    """As in sentences for the operator: `PostgreSQL`."""
    command: tuple[str, ...]
    folder: Path
    """Its working directory, used by nothing else: how leftovers are recognised."""
    pid_file: Path
    log: Path
    ready: Callable[[], Awaitable[bool]]
    """Answers whether it serves; raises UnavailableError when it serves but must not be used."""
    explain: Callable[[str], UnavailableError]
    """The end of its log → what to tell the operator when it died."""
    stop_signal: signal.Signals
    complaint: Callable[[], Awaitable[str | None]] | None = None
    """What ails it although it runs, so that only a new start can help; None: well, or cannot say."""
    before_start: Callable[[], None] = lambda: None
    """Checked before each start; raises UnavailableError."""
    stop_timeout_s: float = 4.0
    user: int | None = None
    group: int | None = None


class ChildState(Struct, frozen=True):
    """For /health."""

    name: str
    up: bool
    pid: int | None
    since: float
    """Unix seconds of the last change of `up`."""
    restarts: int
    detail: str = ""


class Child:
    """A running server. `state` is always current."""

    def __init__(self, spec: ChildSpec) -> None:
        self._spec = spec
        self._process: asyncio.subprocess.Process | None = None
        self._guard: asyncio.subprocess.Process | None = None
        self._log_start = 0
        self.state = ChildState(spec.name, up=False, pid=None, since=time.time(), restarts=-1)

    async def start(self) -> None:
        """Returns when it serves, however long it recovers; raises UnavailableError when it ends before."""
        spec = self._spec
        try:
            spec.before_start()
            with _open_log(spec.log) as output:
                self._log_start = output.tell()
                self._process = await _spawn(spec, output.fileno())
            self._guard = await _guard(self._process.pid, spec.stop_signal)
            spec.pid_file.write_text(f"{self._process.pid}\n")
        except OSError as error:
            raise UnavailableError(f"{spec.name} cannot be started ({error}).", "Mend that, then start again.") from None
        await self._wait_ready(self._process)
        self._set(up=True, restarts=self.state.restarts + 1)

    async def keep_alive(self) -> None:
        """Starts it again whenever it ends. Runs until cancelled; logs an outage once and its end once."""
        while True:
            code = await self._ended()
            await self._release_guard()
            self._set(up=False, detail=f"ended with code {code}")
            log.error("%s ended unexpectedly (code %s); starting it again", self._spec.name, code)
            began = time.monotonic()
            await self._restart()
            log.warning("%s serves again after %.1f s", self._spec.name, time.monotonic() - began)

    async def keep_well(self) -> None:
        """Starts it again when it says twice that something ails it. Runs until cancelled."""
        said = 0
        while self._spec.complaint is not None:
            await asyncio.sleep(ASK_EVERY_S)
            reason = await self._spec.complaint() if self.state.up else None
            said = said + 1 if reason else 0
            if reason and said >= 2 and self._process is not None:
                log.error("%s runs but does not work: %s", self._spec.name, reason)
                self._set(up=False, detail=reason)
                await _end(self._process, self._spec)

    async def keep_house(self) -> None:
        """Bounds the log. Runs until cancelled."""
        while True:
            _bound_log(self._spec.log)
            await asyncio.sleep(HOUSEKEEPING_S)

    async def stop(self) -> None:
        """Asks, waits, then kills. Idempotent."""
        if self._process is not None and self._process.returncode is None:
            await _end(self._process, self._spec)
        await self._release_guard()
        self._spec.pid_file.unlink(missing_ok=True)
        self._set(up=False, detail="stopped")

    async def _ended(self) -> int:
        """Waits for the end of the process that `start` began."""
        if self._process is None:
            raise RuntimeError("start comes before keep_alive")
        return await self._process.wait()

    async def _restart(self) -> None:
        attempt = 0
        while True:
            try:
                await asyncio.to_thread(stop_leftovers, self._spec)
                return await self.start()
            except UnavailableError as error:
                await self.stop()
                self._set(up=False, detail=str(error))
            await asyncio.sleep(BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)])
            attempt += 1

    async def _wait_ready(self, process: asyncio.subprocess.Process) -> None:
        began, told = time.monotonic(), 10.0
        while not await self._spec.ready():
            if process.returncode is not None:
                raise self._spec.explain(self._log_tail())
            if time.monotonic() - began > told:
                log.warning("%s is not ready after %.0f s; waiting on (it may be recovering)", self._spec.name, told)
                told *= 2
            await asyncio.sleep(PROBE_EVERY_S)

    def _log_tail(self) -> str:
        with self._spec.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self._log_start if self._log_start <= size else 0, size - 8_000))
            return file.read().decode(errors="replace")

    async def _release_guard(self) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._guard.stdin.write(b"\n")
                await self._guard.stdin.drain()
            self._guard.stdin.close()
            await self._guard.wait()
        self._guard = None

    def _set(self, *, up: bool, restarts: int | None = None, detail: str = "") -> None:
        old = self.state
        since = time.time() if up != old.up else old.since
        pid = self._process.pid if up and self._process else None
        self.state = ChildState(old.name, up, pid, since, old.restarts if restarts is None else restarts, detail)


@contextlib.asynccontextmanager
async def supervised(spec: ChildSpec) -> AsyncIterator[Child]:
    """A child that serves on entry, is kept alive inside and has ended on exit."""
    with sole_owner(spec):
        await asyncio.to_thread(stop_leftovers, spec)
        child = Child(spec)
        try:
            await child.start()
            async with background(child.keep_alive, child.keep_well, child.keep_house):
                yield child
        finally:
            await child.stop()


@contextlib.contextmanager
def sole_owner(spec: ChildSpec) -> Iterator[None]:
    """Holds the lock beside the pid file; raises UnavailableError when another hub does."""
    with spec.pid_file.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError(
                f"Another hub already runs {spec.name} in {spec.folder}.", "Stop it first, or give this one another --data folder."
            ) from None
        yield


def stop_leftovers(spec: ChildSpec) -> None:
    """Ends what an earlier hub left running in this child's folder. Only for the one that holds the lock."""
    found = leftovers(spec)
    if not found:
        return
    log.warning("%s of an earlier hub still runs (%s); stopping it", spec.name, ", ".join(str(p.pid) for p in found))
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(spec.stop_signal)
    _, alive = psutil.wait_procs(found, timeout=LEFTOVER_STOP_S)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=LEFTOVER_STOP_S)


def leftovers(spec: ChildSpec) -> list[psutil.Process]:
    """Processes of this program whose working directory is the child's folder: the server and all it forked."""
    folder, program = str(spec.folder.resolve()), Path(spec.command[0]).name
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == program and process.cwd() == folder:
                found.append(process)
    return found


async def _spawn(spec: ChildSpec, output: int) -> asyncio.subprocess.Process:
    # Its own session: Ctrl-C in the terminal reaches the hub, and the hub stops its children in order.
    rights: dict[str, Any] = {} if spec.user is None else {"user": spec.user, "group": spec.group, "extra_groups": []}
    return await asyncio.create_subprocess_exec(
        *spec.command,
        cwd=spec.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        **rights,
    )


async def _guard(pid: int, stop_signal: signal.Signals) -> asyncio.subprocess.Process:
    """A shell that stops `pid` when our end of its pipe closes without a line: that is, when we died."""
    script = f"read line || kill -{int(stop_signal)} {pid}"
    return await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd="/", start_new_session=True
    )


async def _end(process: asyncio.subprocess.Process, spec: ChildSpec) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(spec.stop_signal)
    try:
        await asyncio.wait_for(process.wait(), spec.stop_timeout_s)
    except TimeoutError:
        log.warning("%s did not stop within %.0f s; killing it", spec.name, spec.stop_timeout_s)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _open_log(path: Path) -> BinaryIO:
    _bound_log(path)
    file = path.open("ab")
    file.seek(0, os.SEEK_END)
    return file


def _bound_log(path: Path) -> None:
    """Keeps at most one older part. The server goes on appending to the same open file, hence copy and truncate."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.with_suffix(".log.1").write_bytes(path.read_bytes()[-LOG_BYTES:])
        os.truncate(path, 0)
