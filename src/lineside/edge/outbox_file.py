"""The outbox on disk: one SQLite file, WAL, synchronous=FULL; every method is one transaction, called from one thread.

Invariants
- A number is given in the transaction that stores its record: the numbers of a series have no holes.
- A journaled count leaves the journal in the transaction that stores its record: exactly one record a count.
- Only a settled record may be deleted; one that is given up instead is noted in `withdrawn`, to be declared in a status.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from lineside.edge.clock import uuid7
from lineside.edge.tally import Gap, Seen, Step, Tally, advance, spread
from lineside.types.errors import UnavailableError
from lineside.types.identity import SERIES, SeqRange, Series
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading, SeriesPosition, Status, Withdrawn

Record = Inspection | Reading | Status
KINDS: dict[Series, type[Inspection] | type[Reading] | type[Status]] = {"inspection": Inspection, "reading": Reading, "status": Status}
Ranges = Sequence[tuple[int, int]]

SCHEMA = """
create table if not exists meta (name text primary key, value text not null) without rowid;
create table if not exists series (epoch text, series text, issued_to integer not null, primary key (epoch, series)) without rowid;
create table if not exists record (
  id integer primary key,          -- order of writing
  epoch text not null, series text not null, seq integer not null,
  body blob not null,              -- the bytes as sent
  committed_at integer,            -- UTC µs; null until the hub's database holds it
  unique (epoch, series, seq)
);
create index if not exists record_unconfirmed on record (epoch, series, seq) where committed_at is null;
create index if not exists record_committed on record (committed_at) where committed_at is not null;
create table if not exists journal (
  first integer primary key, last integer not null,  -- trigger counts without a record
  after integer not null, before integer not null,   -- they passed between these instants, UTC µs
  reason text                                        -- null: in work now
);
create table if not exists withdrawn (id integer primary key, series text not null, first integer not null, last integer not null);
"""

DELETE_OVER = """delete from record where id in (select id from record where committed_at < ? order by id limit ?) returning length(body)"""
DELETE_CONFIRMED = """delete from record where id in (select id from record where committed_at is not null order by id limit ?)
  returning length(body)"""
DELETE_GIVEN_UP = "delete from record where committed_at is null and epoch = ? and series = ? and seq <= ? returning length(body)"

# Windows, backups and a reader's curiosity may hold the file for a moment.
BUSY_TIMEOUT_S = 5.0
TRIM_CHUNK = 500


class StoredRecord(Struct, frozen=True):
    seq: int
    body: bytes


class Batch(Struct, frozen=True):
    """Records with consecutive numbers of one epoch."""

    epoch: str
    records: list[StoredRecord]


class OutboxFile:
    """Raises UnavailableError when the file cannot be opened or is not an outbox; sqlite3.OperationalError when the disk is full."""

    def __init__(self, path: Path, now: int) -> None:
        try:
            self.db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            self.db.execute("pragma journal_mode = wal")
            self.db.execute("pragma synchronous = full")
            self.db.executescript(SCHEMA)
            self.epoch = self._first("select value from meta where name = 'epoch'") or self._open_epoch(now)
            self.bytes: int = self._first("select coalesce(sum(length(body)), 0) from record")
            # What was in work when the station went down was not judged, and nobody will judge it now.
            self.db.execute("update journal set reason = 'station_down' where reason is null")
        except sqlite3.DatabaseError as error:
            raise UnavailableError(f"{path}: cannot be used as an outbox ({error}).", "Free the disk or move the file away.") from error

    def close(self) -> None:
        self.db.close()

    # The journal

    def tally(self) -> Tally:
        stored = self._first("select value from meta where name = 'tally'")
        return msgspec.json.decode(stored, type=Tally) if stored else Tally()

    def journal(self, seen: Seen, now: int) -> Step:
        """Write down what the trigger source said, before anything is done about it."""
        step = advance(self.tally(), seen, now)
        with self._transaction():
            if step.gap:
                gap = step.gap
                self.db.execute("insert into journal values (?, ?, ?, ?, 'station_down')", (gap.first, gap.last, gap.after, gap.before))
            if step.product is not None:
                self.db.execute("insert into journal values (?, ?, ?, ?, null)", (step.product,) * 2 + (step.tally.last_at,) * 2)
            self._remember("tally", msgspec.json.encode(step.tally).decode())
        return step

    def release(self, count: int, reason: str) -> None:
        """A count that was in work will be explained from here."""
        self.db.execute("update journal set reason = ? where first = ? and last = ? and reason is null", (reason, count, count))

    def explain_missed(self, build: Callable[[int, int, str], Inspection], limit: int) -> int:
        """Turn up to `limit` missed counts into records made by build(count, at, reason); how many."""
        row = self.db.execute("select first, last, after, before, reason from journal where reason is not null order by first").fetchone()
        if row is None:
            return 0
        gap, reason = Gap(*row[:4]), row[4]
        upto = min(gap.last, gap.first + limit - 1)
        with self._transaction():
            for count in range(gap.first, upto + 1):
                self._insert("inspection", build(count, gap.after if gap.first == gap.last else spread(gap, count), reason))
            self.db.execute("delete from journal where first = ?", (gap.first,))
            if upto < gap.last:
                rest = (upto + 1, gap.last, spread(gap, upto), gap.before, reason)
                self.db.execute("insert into journal values (?, ?, ?, ?, ?)", rest)
        return upto - gap.first + 1

    # Records

    def append(self, series: Series, record: Record, closes: int | None = None) -> int | None:
        """Store a record under the next number of its series. With `closes`, that count leaves the journal; None when it already had."""
        with self._transaction():
            if closes is not None and not self._close(closes):
                return None
            if isinstance(record, Status):
                record = msgspec.structs.replace(record, withdrawn=self._declare())
            return self._insert(series, record)

    def unconfirmed(self, series: Series, after: int, limit: int, max_bytes: int) -> Batch | None:
        """The first consecutive numbers above `after` that the hub has not confirmed, at least one; None when there are none."""
        sql = "select seq, body from record where epoch = ? and series = ? and seq > ? and committed_at is null order by seq limit ?"
        records = _run(self.db.execute(sql, (self.epoch, series, after, limit)), max_bytes)
        return Batch(self.epoch, records) if records else None

    def kept(self, epoch: str, series: Series, seqs: SeqRange, limit: int, max_bytes: int) -> list[StoredRecord]:
        """The first run of consecutive numbers in this range that is still here, confirmed or not."""
        sql = "select seq, body from record where epoch = ? and series = ? and seq between ? and ? order by seq limit ?"
        return _run(self.db.execute(sql, (epoch, series, seqs.first, seqs.last, limit)), max_bytes)

    def positions(self) -> dict[str, SeriesPosition]:
        sql = "select min(seq) from record where epoch = ? and series = ?"
        return {name: SeriesPosition(self._issued_to(name), self._first(sql, self.epoch, name)) for name in SERIES}

    def count_unconfirmed(self) -> int:
        return int(self._first("select count(*) from record where committed_at is null"))

    # What the hub said

    def settle(self, epoch: str, series: Series, ranges: Ranges, now: int) -> int:
        """The hub's database holds these: their re-send window begins. Returns how many were news."""
        sql = "update record set committed_at = ? where epoch = ? and series = ? and seq between ? and ? and committed_at is null"
        with self._transaction():
            return sum(self.db.execute(sql, (now, epoch, series, first, last)).rowcount for first, last in ranges)

    def is_behind(self, epoch: str, series: Series, highest: int) -> bool:
        """Whether the hub holds numbers of the current epoch that this file never gave: it is a clone or was restored."""
        return epoch == self.epoch and highest > self._issued_to(series)

    def renew_epoch(self, now: int) -> int:
        """Open a new epoch and give the unconfirmed records their numbers in it; how many. Confirmed ones keep theirs."""
        with self._transaction():
            rows = self.db.execute("select id, series, body from record where committed_at is null order by id").fetchall()
            self.epoch = self._open_epoch(now)
            self.db.execute("delete from withdrawn")  # they were numbers of the old epoch
            for row, series, body in rows:
                self.db.execute("delete from record where id = ?", (row,))
                self._insert(series, msgspec.json.decode(body, type=KINDS[series]))
            self.bytes = self._first("select coalesce(sum(length(body)), 0) from record")
        return len(rows)

    # Room

    def trim(self, committed_before: int, quota: int) -> int:
        """Delete records whose re-send window is over, then the oldest confirmed ones above `quota` bytes. Returns how many; 0: done."""
        gone = self._delete(DELETE_OVER, committed_before, TRIM_CHUNK)
        if self.bytes > quota:
            gone += self._delete(DELETE_CONFIRMED, TRIM_CHUNK)
        return gone

    def withdraw(self, series: Series) -> int:
        """Give up the oldest unconfirmed records of a series, a chunk: they are noted and declared. Returns how many."""
        sql = "select seq from record where committed_at is null and epoch = ? and series = ? order by seq limit ?"
        seqs = [seq for (seq,) in self.db.execute(sql, (self.epoch, series, TRIM_CHUNK))]
        with self._transaction():
            for run in _runs(seqs):
                self.db.execute("insert into withdrawn (series, first, last) values (?, ?, ?)", (series, run.first, run.last))
            if seqs:
                self._delete(DELETE_GIVEN_UP, self.epoch, series, seqs[-1])
        return len(seqs)

    # Inside a transaction

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self.db.in_transaction:
            yield
            return
        size, epoch = getattr(self, "bytes", 0), getattr(self, "epoch", "")
        self.db.execute("begin immediate")
        try:
            yield
            self.db.execute("commit")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("rollback")
            self.bytes, self.epoch = size, epoch
            raise

    def _insert(self, series: Series, record: Record) -> int:
        seq = self._issued_to(series) + 1
        body = msgspec.json.encode(msgspec.structs.replace(record, seq=seq))
        self.db.execute("insert into record (epoch, series, seq, body) values (?, ?, ?, ?)", (self.epoch, series, seq, body))
        self.db.execute("update series set issued_to = ? where epoch = ? and series = ?", (seq, self.epoch, series))
        self.bytes += len(body)
        return seq

    def _close(self, count: int) -> bool:
        return self.db.execute("delete from journal where first = ? and last = ?", (count, count)).rowcount == 1

    def _delete(self, sql: str, *values: object) -> int:
        with self._transaction():
            sizes = self.db.execute(sql, values).fetchall()
            self.bytes -= sum(size for (size,) in sizes)
        return len(sizes)

    def _open_epoch(self, now: int) -> str:
        epoch = uuid7(now)
        with self._transaction():
            self._remember("epoch", epoch)
            self.db.executemany("insert into series values (?, ?, 0)", [(epoch, name) for name in SERIES])
        return epoch

    def _declare(self) -> tuple[Withdrawn, ...]:
        return tuple(Withdrawn(*row) for row in self.db.execute("delete from withdrawn returning series, first, last"))

    def _issued_to(self, series: str) -> int:
        return int(self._first("select issued_to from series where epoch = ? and series = ?", self.epoch, series))

    def _remember(self, name: str, value: str) -> None:
        self.db.execute("insert into meta values (?, ?) on conflict (name) do update set value = excluded.value", (name, value))

    def _first(self, sql: str, *values: object) -> Any:
        row = self.db.execute(sql, values).fetchone()
        return row[0] if row else None


def _run(rows: sqlite3.Cursor, max_bytes: int) -> list[StoredRecord]:
    taken: list[StoredRecord] = []
    size = 2
    for seq, body in rows:
        size += len(body) + 1
        if taken and (seq != taken[-1].seq + 1 or size > max_bytes):
            break
        taken.append(StoredRecord(seq, body))
    return taken


def _runs(seqs: list[int]) -> list[SeqRange]:
    """Ascending numbers as ranges without holes."""
    runs: list[SeqRange] = []
    for seq in seqs:
        if runs and runs[-1].last + 1 == seq:
            runs[-1] = SeqRange(runs[-1].first, seq)
        else:
            runs.append(SeqRange(seq, seq))
    return runs
