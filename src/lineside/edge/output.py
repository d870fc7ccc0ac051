"""What the line is told about a product, and the watchdog that tells it in time."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Protocol, Self

from lineside.edge.clock import now_us
from lineside.edge.config import SimulatedOutput, StationConfig
from lineside.edge.fieldlink import FieldLink
from lineside.edge.outage import log
from lineside.types.field import Confirm, Message, Open, Signal
from lineside.types.inspection import Output, Verdict

CONFIRM_S = 0.25


class LineOutput(Protocol):
    @property
    def up(self) -> bool: ...

    async def run(self) -> None:
        """Keep the connection until cancelled."""

    async def give(self, count: int, verdict: Verdict) -> bool:
        """Signal one product; True when the output answered within CONFIRM_S. Never raises because the output is away."""
        ...


class Gate:
    """Exactly one signal a product: the verdict, or the fail-safe by the watchdog at `due`, whichever is first.

    The watchdog is a timer of its own, so a judging task that hangs cannot hold it up. `due` is in the event loop's time.
    """

    def __init__(self, output: LineOutput, count: int, due: float, fail_safe: Verdict) -> None:
        self._output, self._count, self._due, self._fail_safe = output, count, due, fail_safe
        self._sending: asyncio.Task[Output] | None = None
        self.timed_out = False

    async def __aenter__(self) -> Self:
        self._watchdog = asyncio.get_running_loop().call_at(self._due, self._fire)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._watchdog.cancel()
        if self._sending is not None:
            await asyncio.wait([self._sending])  # give() never takes longer than CONFIRM_S

    async def give(self, verdict: Verdict) -> Output:
        """What was given: `verdict`, unless the watchdog was first."""
        self._send(verdict)
        assert self._sending is not None  # noqa: S101 - _send has just seen to it
        return await self._sending

    def _fire(self) -> None:
        if self._sending is None:
            self.timed_out = True
            self._send(self._fail_safe)

    def _send(self, verdict: Verdict) -> None:
        if self._sending is None:
            self._sending = asyncio.create_task(_give(self._output, self._count, verdict))


async def _give(output: LineOutput, count: int, verdict: Verdict) -> Output:
    at = now_us()
    return Output(verdict, at, await output.give(count, verdict))


class FieldOutput:
    """The reject station of a simulated line."""

    def __init__(self, config: SimulatedOutput, site: str, line: str) -> None:
        self._asked: dict[int, asyncio.Event] = {}
        self._link = FieldLink(config.address, Open(site, line, "output"), self._heard)

    @property
    def up(self) -> bool:
        return self._link.up

    async def run(self) -> None:
        await self._link.run()

    async def give(self, count: int, verdict: Verdict) -> bool:
        confirmed = self._asked[count] = asyncio.Event()
        try:
            async with asyncio.timeout(CONFIRM_S):
                await self._link.send(Signal(count, verdict))
                await confirmed.wait()
        except (OSError, TimeoutError):
            return False
        finally:
            self._asked.pop(count, None)
        return True

    def _heard(self, message: Message, _payload: bytes) -> None:
        if isinstance(message, Confirm) and message.count in self._asked:
            self._asked[message.count].set()


class LogOutput:
    """For a line without an output: the signal is a log line, and nothing confirms it."""

    up = True

    async def run(self) -> None:
        """There is no connection to keep."""

    async def give(self, count: int, verdict: Verdict) -> bool:
        log.info("output count=%d given=%s", count, verdict)
        return False


def open_output(config: StationConfig) -> LineOutput:
    if isinstance(config.output, SimulatedOutput):
        return FieldOutput(config.output, config.site, config.line)
    return LogOutput()
