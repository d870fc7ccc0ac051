"""The outbox on a real SQLite file: numbers without holes, one record a count, nothing deleted that the hub does not hold."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from lineside.edge import outbox as outbox_module
from lineside.edge import record
from lineside.edge.outbox import Outbox, OutboxFullError
from lineside.edge.outbox_file import OutboxFile
from lineside.edge.tally import Seen
from lineside.types.errors import UnavailableError
from lineside.types.field import Machine
from lineside.types.identity import SeqRange
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading, Sample, Status, Withdrawn
from servers import eventually

QUOTA = 1 << 30
AT = 1_700_000_000_000_000


def missed(count: int, at: int = AT, reason: str = "station_down") -> Inspection:
    return record.missed("line-1", count, at, reason)


def a_reading(value: float = 1.0, size: int = 1) -> Reading:
    return record.reading([Sample(f"step.tag{n}", AT, value) for n in range(size)])


def a_status() -> Status:
    return record.status(AT, Machine(AT, "RUNNING", 0.4, ()), {"cam1": True}, ["m"], {})


@asynccontextmanager
async def opened(folder: Path, quota: int = QUOTA) -> AsyncIterator[Outbox]:
    outbox = await Outbox.open(folder / "outbox.db", quota)
    try:
        yield outbox
    finally:
        await outbox.close()


async def inspections(outbox: Outbox) -> list[Inspection]:
    batch = await outbox.unconfirmed("inspection", 0, 10_000, 1 << 30)
    return [msgspec.json.decode(r.body, type=Inspection) for r in batch.records] if batch else []


async def test_numbers_start_at_one_have_no_holes_and_go_on_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        epoch = outbox.epoch
        assert [await outbox.append("reading", a_reading()) for _ in range(3)] == [1, 2, 3]
        assert await outbox.append("status", a_status()) == 1
    async with opened(tmp_path) as outbox:
        assert outbox.epoch == epoch
        assert await outbox.append("reading", a_reading()) == 4
        batch = await outbox.unconfirmed("reading", 0, 50, 1 << 20)
        assert batch is not None
        assert [r.seq for r in batch.records] == [1, 2, 3, 4]
        assert [msgspec.json.decode(r.body, type=Reading).seq for r in batch.records] == [1, 2, 3, 4]


async def test_a_new_file_is_a_new_epoch(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        first = outbox.epoch
    (tmp_path / "other").mkdir()
    async with opened(tmp_path / "other") as outbox:
        assert outbox.epoch != first


async def test_the_file_is_wal_and_synced_fully(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        assert await outbox._call(lambda: outbox._file.db.execute("pragma journal_mode").fetchone()) == ("wal",)
        assert await outbox._call(lambda: outbox._file.db.execute("pragma synchronous").fetchone()) == (2,)


async def test_a_count_gets_its_record_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        await outbox.journal(Seen(0, 0, fresh=False))
        await outbox.journal(Seen(1, AT, fresh=True))
        assert await outbox.append("inspection", missed(1), closes=1) == 1
        assert await outbox.append("inspection", missed(1), closes=1) is None
        assert len(await inspections(outbox)) == 1


async def test_counts_in_work_when_the_station_went_down_are_explained_after_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        await outbox.journal(Seen(10, AT, fresh=False))
        for count in (11, 12):
            await outbox.journal(Seen(count, AT + count, fresh=True))
        await outbox.append("inspection", missed(11), closes=11)
    async with opened(tmp_path) as outbox:
        await outbox.journal(Seen(15, AT + 100, fresh=False))
        assert await outbox.explain_missed(missed) == 4
        assert await outbox.explain_missed(missed) == 0
        records = await inspections(outbox)
        assert [r.trigger_count for r in records] == [11, 12, 13, 14, 15]
        assert records[1].at == AT + 12
        assert [r.at for r in records] == sorted(r.at for r in records)


async def test_a_long_gap_is_explained_in_chunks_without_a_hole(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        await outbox.journal(Seen(0, AT, fresh=False))
        await outbox.journal(Seen(1234, AT + 1_235_000, fresh=False))
        assert await outbox.explain_missed(missed) == 1234
        records = await inspections(outbox)
        assert [r.trigger_count for r in records] == list(range(1, 1235))
        spacing = {b.at - a.at for a, b in itertools.pairwise(records)}
        assert min(spacing) >= 990
        assert max(spacing) <= 1010


async def test_only_settled_records_start_their_window_and_only_those_are_trimmed(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        for _ in range(10):
            await outbox.append("reading", a_reading())
        assert await outbox.settle(outbox.epoch, "reading", [(1, 3), (7, 8)]) == 5
        assert await outbox.settle(outbox.epoch, "reading", [(1, 8)]) == 3
        assert await outbox.settle("another-epoch", "reading", [(1, 10)]) == 0
        assert await outbox.count_unconfirmed() == 2
        await outbox.keep_quota()
        kept = await outbox.kept(outbox.epoch, "reading", SeqRange(1, 10), 50, 1 << 20)
        assert [r.seq for r in kept] == list(range(1, 11))  # committed ones stay for their re-send window


async def test_committed_records_go_after_their_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as outbox:
        for _ in range(4):
            await outbox.append("reading", a_reading())
        await outbox.settle(outbox.epoch, "reading", [(1, 3)])
        monkeypatch.setattr(outbox_module, "RESEND_WINDOW_US", -1_000_000)
        await outbox.keep_quota()
        positions = await outbox.positions()
        assert (positions["reading"].issued_to, positions["reading"].oldest_kept) == (4, 4)


async def test_above_the_quota_committed_go_first_then_readings_are_withdrawn_and_declared(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        await outbox.append("inspection", missed(1))
        for _ in range(20):
            await outbox.append("reading", a_reading(size=20))
        await outbox.settle(outbox.epoch, "reading", [(1, 5)])
        outbox.quota_bytes = outbox.bytes - 1
        await outbox.keep_quota()
        assert await outbox.count_unconfirmed() == 16  # giving up committed ones was enough
        outbox.quota_bytes = 1000
        await outbox.keep_quota()
        assert [r.trigger_count for r in await inspections(outbox)] == [1]
        assert outbox.bytes <= 1000
        await outbox.append("status", a_status())
        batch = await outbox.unconfirmed("status", 0, 1, 1 << 20)
        assert batch is not None
        assert msgspec.json.decode(batch.records[0].body, type=Status).withdrawn == (Withdrawn("reading", 6, 20),)
        await outbox.append("status", a_status())
        later = await outbox.unconfirmed("status", 1, 1, 1 << 20)
        assert later is not None
        assert msgspec.json.decode(later.records[0].body, type=Status).withdrawn == ()
        assert await outbox.append("reading", a_reading()) == 21


async def test_bytes_are_counted_the_same_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        for _ in range(5):
            await outbox.append("reading", a_reading())
        await outbox.settle(outbox.epoch, "reading", [(1, 2)])
        await outbox._call(outbox._file.trim, 1 << 60, QUOTA)
        counted = outbox.bytes
        assert counted > 0
    async with opened(tmp_path) as outbox:
        assert outbox.bytes == counted


async def test_a_batch_has_consecutive_numbers_and_fits_its_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        for _ in range(60):
            await outbox.append("reading", a_reading(size=100))
        await outbox.settle(outbox.epoch, "reading", [(5, 5)])
        first = await outbox.unconfirmed("reading", 0, 50, 256 * 1024)
        second = await outbox.unconfirmed("reading", 4, 50, 256 * 1024)
        assert first is not None
        assert second is not None
        assert [r.seq for r in first.records] == [1, 2, 3, 4]
        assert second.records[0].seq == 6
        assert sum(len(r.body) + 1 for r in second.records) + 1 <= 256 * 1024
        assert len(second.records) > 10
        assert await outbox.unconfirmed("reading", 60, 50, 256 * 1024) is None


async def test_a_hub_that_holds_more_than_was_given_means_a_new_epoch_with_the_unconfirmed_records(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        old = outbox.epoch
        for count in range(1, 5):
            await outbox.append("inspection", missed(count))
        await outbox.append("reading", a_reading(7.0))
        await outbox.settle(old, "inspection", [(1, 2)])
        assert not await outbox.renew_epoch_if_behind(old, "inspection", 4)
        assert not await outbox.renew_epoch_if_behind("another", "inspection", 99)
        assert await outbox.renew_epoch_if_behind(old, "inspection", 5)
        assert outbox.epoch != old
        records = await inspections(outbox)
        assert [(r.seq, r.trigger_count) for r in records] == [(1, 3), (2, 4)]
        assert (await outbox.positions())["reading"].issued_to == 1
        kept = await outbox.kept(old, "inspection", SeqRange(1, 9), 50, 1 << 20)
        assert [r.seq for r in kept] == [1, 2]  # what the hub confirmed keeps its number
        new = outbox.epoch
    async with opened(tmp_path) as outbox:
        assert outbox.epoch == new
        assert await outbox.append("inspection", missed(5)) == 3


async def test_a_full_disk_takes_no_count_and_keeps_the_record_until_there_is_room(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        await outbox.journal(Seen(0, AT, fresh=False))
        await outbox.journal(Seen(1, AT, fresh=True))
        await outbox._call(fill, outbox._file)
        with pytest.raises(OutboxFullError):
            await journal_many(outbox, range(2, 2000))
        last = (await outbox.tally()).last
        waiting = asyncio.create_task(outbox.append("inspection", missed(1), closes=1))
        await eventually(lambda: outbox._outage.active)
        await asyncio.sleep(0)
        assert not waiting.done()
        await outbox._call(lambda: outbox._file.db.execute("pragma max_page_count = 100000").fetchone())
        assert await waiting == 1
        assert not outbox._outage.active
        step = await outbox.journal(Seen(5000, AT + 9, fresh=True))
        assert step.gap is not None
        assert (step.gap.first, step.gap.last) == ((last or 0) + 1, 4999)


async def journal_many(outbox: Outbox, counts: range) -> None:
    for count in counts:
        await outbox.journal(Seen(count, AT, fresh=True))


def fill(file: OutboxFile) -> None:
    """No page more than now, and none free."""
    file.db.execute("pragma max_page_count = 1").fetchone()


async def test_room_is_made_from_confirmed_records_when_the_disk_is_full(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        for _ in range(200):
            await outbox.append("reading", a_reading(size=20))
        await outbox.settle(outbox.epoch, "reading", [(1, 200)])
        await outbox._call(fill, outbox._file)
        for count in range(1, 300):
            await outbox.append("inspection", missed(count))
        assert [r.trigger_count for r in await inspections(outbox)] == list(range(1, 300))


def test_what_is_no_outbox_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(UnavailableError, match="cannot be used as an outbox"):
        OutboxFile(tmp_path / "outbox.db", AT)


async def test_two_processes_share_nothing_but_a_reader_may_look(tmp_path: Path) -> None:
    async with opened(tmp_path) as outbox:
        await outbox.append("reading", a_reading())
        reader = sqlite3.connect(f"file:{tmp_path / 'outbox.db'}?mode=ro", uri=True)
        assert reader.execute("select count(*) from record").fetchone() == (1,)
        await outbox.append("reading", a_reading())
        assert reader.execute("select count(*) from record").fetchone() == (2,)
        reader.close()
