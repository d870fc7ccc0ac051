"""The outbox as the rest of the station sees it: asynchronous, on a thread of its own, patient with a full disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

from lineside.edge.clock import now_us
from lineside.edge.outage import Outage, log
from lineside.edge.outbox_file import Batch, OutboxFile, Ranges, Record, StoredRecord
from lineside.edge.tally import Seen, Step, Tally
from lineside.types.errors import UnavailableError
from lineside.types.identity import SeqRange, Series
from lineside.types.inspection import Explanation, Inspection
from lineside.types.machine import SeriesPosition

P = ParamSpec("P")
R = TypeVar("R")

RESEND_WINDOW_US = 7 * 86_400 * 1_000_000
EXPLAIN_CHUNK = 50
RETRY_S = 0.5
# Errors that pass when there is room again, or when another reader lets go of the file.
PASSING = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY}


class OutboxFullError(Exception):
    """The disk took nothing; the transaction left no trace."""


class Outbox:
    """Records until the hub's database holds them, and the journal of trigger counts. One per station."""

    def __init__(self, quota_bytes: int) -> None:
        self.quota_bytes = quota_bytes
        self.news = asyncio.Event()
        """Set when there may be something to publish."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._outage = Outage("outbox")
        self._file: OutboxFile

    @classmethod
    async def open(cls, path: Path, quota_bytes: int) -> Outbox:
        """Raises UnavailableError when the file cannot be used."""
        outbox = cls(quota_bytes)
        outbox._file = await outbox._call(OutboxFile, path, now_us())
        return outbox

    @property
    def epoch(self) -> str:
        return self._file.epoch

    @property
    def bytes(self) -> int:
        return self._file.bytes

    async def close(self) -> None:
        await self._call(self._file.close)
        self._thread.shutdown()

    async def tally(self) -> Tally:
        return await self._call(self._file.tally)

    async def journal(self, seen: Seen) -> Step:
        """Raises OutboxFullError: then nothing was counted, and the next count that is journaled will explain this one."""
        try:
            step = await self._call(self._file.journal, seen, now_us())
        except OutboxFullError as error:
            self._outage.met(error)
            raise
        self._outage.over()
        return step

    async def append(self, series: Series, record: Record, closes: int | None = None) -> int | None:
        """Returns when the record is on disk under its number; None when `closes` had its record already. Waits while the disk is full."""
        seq = await self._patiently(self._file.append, series, record, closes)
        self.news.set()
        return seq

    async def explain_missed(self, build: Callable[[int, int, str], Inspection]) -> int:
        """Give every missed count its record, a chunk at a time so that records of new products go between. Returns how many."""
        total = 0
        while count := await self._patiently(self._file.explain_missed, build, EXPLAIN_CHUNK):
            total += count
            self.news.set()
        return total

    async def release(self, count: int, reason: Explanation) -> None:
        """Leave a journaled count to `explain_missed`. Raises OutboxFullError."""
        await self._call(self._file.release, count, reason)

    async def unconfirmed(self, series: Series, after: int, limit: int, max_bytes: int) -> Batch | None:
        return await self._call(self._file.unconfirmed, series, after, limit, max_bytes)

    async def kept(self, epoch: str, series: Series, seqs: SeqRange, limit: int, max_bytes: int) -> list[StoredRecord]:
        return await self._call(self._file.kept, epoch, series, seqs, limit, max_bytes)

    async def positions(self) -> dict[str, SeriesPosition]:
        return await self._call(self._file.positions)

    async def count_unconfirmed(self) -> int:
        return await self._call(self._file.count_unconfirmed)

    async def settle(self, epoch: str, series: Series, ranges: Ranges) -> int:
        return await self._patiently(self._file.settle, epoch, series, ranges, now_us())

    async def renew_epoch_if_behind(self, epoch: str, series: Series, highest: int) -> bool:
        """Open a new epoch when the hub holds numbers of this one that this file never gave."""
        if not await self._call(self._file.is_behind, epoch, series, highest):
            return False
        moved = await self._patiently(self._file.renew_epoch, now_us())
        log.warning("epoch_renewed old=%s new=%s series=%s hub_highest=%d reissued=%d", epoch, self.epoch, series, highest, moved)
        return True

    async def keep_quota(self) -> None:
        """Delete what the re-send window or the quota no longer allows; give up unconfirmed readings, then inspections, above it."""
        while await self._call(self._file.trim, now_us() - RESEND_WINDOW_US, self.quota_bytes):
            pass
        while self.bytes > self.quota_bytes and await self._withdraw():
            pass

    async def _withdraw(self) -> int:
        given_up: tuple[Series, ...] = ("reading", "inspection")
        for series in given_up:
            if count := await self._call(self._file.withdraw, series):
                log.error("records_withdrawn series=%s count=%d outbox_bytes=%d", series, count, self.bytes)
                return count
        return 0

    async def _patiently(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Until the disk takes it: a record that exists is never dropped silently."""
        while True:
            try:
                result = await self._call(act, *args, **kwargs)
            except OutboxFullError as error:
                self._outage.met(error)
                await self._make_room()
                await asyncio.sleep(RETRY_S)
            else:
                self._outage.over()
                return result

    async def _make_room(self) -> None:
        """Pages of deleted records take new ones even when the disk is full. Only confirmed records and readings are given for it."""
        try:
            if not await self._call(self._file.trim, now_us() - RESEND_WINDOW_US, 0):
                await self._call(self._file.withdraw, "reading")
        except OutboxFullError:
            return

    async def _call(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: _translate(act, *args, **kwargs))


def _translate(act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return act(*args, **kwargs)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in PASSING:
            raise OutboxFullError(str(error)) from error
        raise
    except sqlite3.DatabaseError as error:
        raise UnavailableError(f"The outbox is damaged ({error}).", "Keep the file, start with an empty data folder.") from error
