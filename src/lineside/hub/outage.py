"""One outage, two log lines: where it began and where it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from lineside.hub.store.pool import AWAY, COLLISION, POISON

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_S = 1.0
FINISH_S = 5.0
MAX_COLLISIONS = 10
"""A collision that does not end is no collision."""


class Outage:
    """Says an outage once and its end once. `what` stands at the start of both sentences."""

    def __init__(self, what: str, say: Callable[[str], None] = log.warning) -> None:
        self._what = what
        self._say = say
        self.open = False

    def begin(self, error: BaseException, meanwhile: str) -> None:
        """`meanwhile` says what happens to the work until the end."""
        if not self.open:
            self.open = True
            reason = str(error) or type(error).__name__
            self._say(f"{self._what} does not answer ({reason}). {meanwhile}")

    def end(self) -> None:
        if self.open:
            self.open = False
            self._say(f"{self._what} answers again.")


def outages_in_one_line() -> None:
    """From now on no log record carries the traceback of an error that says `not there now`, whichever library reports it."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, AWAY):
        record.msg, record.args, record.exc_info = f"{record.getMessage().splitlines()[0]} ({error!r})", (), None
    return True


class DatabaseOutage(Outage):
    """Work that must be done, however long the database stays away."""

    def __init__(self, say: Callable[[str], None] = log.warning) -> None:
        super().__init__("The database", say)

    async def through(self, work: Callable[[], Awaitable[T]], meanwhile: str) -> T:
        """The result of `work`, tried until the database answers; raises one of POISON when its content is refused."""
        collisions = 0
        while True:
            try:
                result = await _unbroken(work)
            except COLLISION:
                collisions += 1
                if collisions > MAX_COLLISIONS:
                    raise
            except (*POISON, asyncpg.SyntaxOrAccessError):  # the latter: our own SQL is wrong, waiting mends nothing
                self.end()
                raise
            except (*AWAY, asyncpg.PostgresError) as error:
                self.begin(error, meanwhile)
                await asyncio.sleep(RETRY_S)
            else:
                self.end()
                return result


async def _unbroken(work: Callable[[], Awaitable[T]]) -> T:
    """A cancellation waits for the transaction that has begun: broken off inside a COPY, the connection would be of no use."""
    running = asyncio.ensure_future(work())
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running], timeout=FINISH_S)
        if running.done() and not running.cancelled():
            running.exception()  # looked at, so that it is not reported as lost
        running.cancel()
        raise
