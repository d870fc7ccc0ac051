"""Records into their tables. The ledger rows of their series are locked by this transaction, so that a plain COPY never meets a number
that is already held (docs/decisions/0005)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import asyncpg
from msgspec import Struct

from lineside.hub.store.batch import Landed, Record, SeriesRef
from lineside.hub.store.plant import StationRow
from lineside.types.identity import StationKey
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading, Sample, Status

INSPECTION = (
    *("station_key", "line_key", "epoch", "seq", "at_us", "effective_us", "received_at", "digest"),
    *("product", "trigger_count", "outcome", "verdict", "reasons", "body"),
)
READING = ("station_key", "line_key", "epoch", "seq", "at_us", "effective_us", "received_at", "digest", "body")
STATUS = ("station_key", "line_key", "epoch", "seq", "at_us", "effective_us", "received_at", "digest", "state", "reason", "body")
SAMPLE = ("line_key", "tag", "effective_us", "epoch", "seq", "value_number", "value_bool", "value_text", "quality")
SUPERSEDED = (
    *("station_key", "line_key", "epoch", "seq", "at_us", "effective_us", "received_at", "digest"),
    *("trigger_count", "flag", "body"),
)
FOUND = ("line_key", "effective_us", "station_key", "trigger_count", "camera", "label", "score", "boxes", "fate")
HELD = ("station_key", "epoch", "series", "seq", "boot_id", "digest", "body")

# An expired number has no digest any more: the join leaves it out.
DIGESTS = """
select n.station_key, n.epoch, n.series, n.seq, coalesce(i.digest, p.digest, r.digest, s.digest, h.digest) as digest
from unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[]) n (station_key, epoch, series, seq)
left join inspection i on n.series = 'inspection' and (i.station_key, i.epoch, i.seq) = (n.station_key, n.epoch, n.seq)
left join superseded p on n.series = 'inspection' and (p.station_key, p.epoch, p.seq) = (n.station_key, n.epoch, n.seq)
left join reading r on n.series = 'reading' and (r.station_key, r.epoch, r.seq) = (n.station_key, n.epoch, n.seq)
left join status s on n.series = 'status' and (s.station_key, s.epoch, s.seq) = (n.station_key, n.epoch, n.seq)
left join held_record h on (h.station_key, h.epoch, h.series, h.seq) = (n.station_key, n.epoch, n.series, n.seq)
where coalesce(i.digest, p.digest, r.digest, s.digest, h.digest) is not null"""

OCCUPANTS = """
select i.station_key, i.trigger_count, i.epoch, i.seq, i.effective_us, i.outcome = 'explained' and i.reasons = '{station_down}' as weak
from unnest($1::int[], $2::bigint[]) n (station_key, trigger_count)
join inspection i on (i.station_key, i.trigger_count) = (n.station_key, n.trigger_count)"""

# Out of the way of a record that knows more of the same product; its number stays settled and its bytes are kept.
REPLACE = """
with gone as (
    delete from inspection i using unnest($1::int[], $2::uuid[], $3::bigint[]) n (station_key, epoch, seq)
    where (i.station_key, i.epoch, i.seq) = (n.station_key, n.epoch, n.seq)
    returning i.*
),
unfound as (
    delete from found f using gone g
    where f.line_key = g.line_key and f.effective_us = g.effective_us
      and f.station_key = g.station_key and f.trigger_count = g.trigger_count
)
insert into superseded (station_key, line_key, epoch, seq, at_us, effective_us, received_at, digest, trigger_count, flag, body)
select station_key, line_key, epoch, seq, at_us, effective_us, received_at, digest, trigger_count, 'W_ALREADY_JUDGED', body from gone"""

# Sorted, so that two workers with the same line never wait in a circle; the newest by (time, epoch, number) stands.
LATEST = """
insert into tag_latest as t (line_key, tag, effective_us, epoch, seq, value_number, value_bool, value_text, quality)
select * from unnest($1::int[], $2::text[], $3::bigint[], $4::uuid[], $5::bigint[], $6::float8[], $7::bool[], $8::text[], $9::text[])
on conflict (line_key, tag) do update set
    effective_us = excluded.effective_us, epoch = excluded.epoch, seq = excluded.seq, value_number = excluded.value_number,
    value_bool = excluded.value_bool, value_text = excluded.value_text, quality = excluded.quality
where (t.effective_us, t.epoch, t.seq) < (excluded.effective_us, excluded.epoch, excluded.seq)"""

PICTURES = """
insert into picture (ref, sha256, bytes, state, line_key, at_us)
select ref, sha256, bytes, 'pending', line_key, at_us
from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::bigint[]) n (ref, sha256, bytes, line_key, at_us) order by ref
on conflict (ref) do update set line_key = coalesce(picture.line_key, excluded.line_key), at_us = coalesce(picture.at_us, excluded.at_us)
where picture.line_key is null or picture.at_us is null"""

FIRST_AT = """
update line set first_at_us = n.at_us from unnest($1::int[], $2::bigint[]) n (line_key, at_us)
where line.line_key = n.line_key and (first_at_us is null or first_at_us > n.at_us)"""

RELEASE_HELD = """
delete from held_record h using station s
where h.station_key = $1 and h.boot_id = $2 and s.station_key = h.station_key
returning h.epoch, h.series, h.seq, h.digest, h.body, s.line_key, s.site, s.line, s.station"""
HELD_BOOTS = "select exists (select from held_record where station_key = $1 and boot_id = $2)"


class Occupant(Struct, frozen=True):
    """The record that stands for a product now. `weak`: a `station_down`, gives way to any record that knows more."""

    epoch: str
    seq: int
    effective_us: int
    weak: bool


class HeldRow(Struct, frozen=True):
    ref: SeriesRef
    station: StationRow
    seq: int
    digest: bytes
    body: bytes


async def read_digests(connection: asyncpg.Connection, numbers: Sequence[tuple[SeriesRef, int]]) -> dict[tuple[SeriesRef, int], bytes]:
    """Digests of numbers that the hub holds; a number whose record has expired is left out."""
    if not numbers:
        return {}
    refs = [ref for ref, _ in numbers]
    columns = [r.station_key for r in refs], [r.epoch for r in refs], [r.series for r in refs], [seq for _, seq in numbers]
    rows = await connection.fetch(DIGESTS, *columns)
    return {(SeriesRef(r["station_key"], str(r["epoch"]), r["series"]), r["seq"]): r["digest"] for r in rows}


async def read_occupants(connection: asyncpg.Connection, products: Collection[tuple[int, int]]) -> dict[tuple[int, int], Occupant]:
    """Which record stands for each (station_key, trigger_count), where there is one."""
    if not products:
        return {}
    rows = await connection.fetch(OCCUPANTS, [station for station, _ in products], [count for _, count in products])
    return {(r["station_key"], r["trigger_count"]): Occupant(str(r["epoch"]), r["seq"], r["effective_us"], r["weak"]) for r in rows}


async def replace_inspections(connection: asyncpg.Connection, gone: Sequence[tuple[StationRow, Occupant]]) -> None:
    if gone:
        await connection.execute(
            REPLACE, [station.station_key for station, _ in gone], [o.epoch for _, o in gone], [o.seq for _, o in gone]
        )


async def add_superseded(connection: asyncpg.Connection, landed: Sequence[Landed]) -> None:
    """`station_down` records of products that the hub holds otherwise: settled, flagged, no row of their own."""
    rows = [
        (*_head(item), item.record.content.trigger_count, "W_ALREADY_JUDGED", item.record.body)
        for item in landed
        if isinstance(item.record.content, Inspection)
    ]
    if rows:
        await connection.copy_records_to_table("superseded", records=rows, columns=SUPERSEDED)
        await _first_heard(connection, landed)


async def add_held(connection: asyncpg.Connection, records: Sequence[Record]) -> None:
    if records:
        rows = [(r.ref.station_key, r.ref.epoch, r.ref.series, r.seq, r.content.boot_id, r.digest, r.body) for r in records]
        await connection.copy_records_to_table("held_record", records=rows, columns=HELD)


async def release_held(connection: asyncpg.Connection, station_key: int, boot_id: str) -> list[HeldRow]:
    """Take the held records of a boot out, to be committed in the same transaction."""
    return [
        HeldRow(
            SeriesRef(station_key, str(r["epoch"]), r["series"]),
            StationRow(station_key, r["line_key"], StationKey(r["site"], r["line"], r["station"])),
            r["seq"],
            r["digest"],
            r["body"],
        )
        for r in await connection.fetch(RELEASE_HELD, station_key, boot_id)
    ]


async def has_held(connection: asyncpg.Connection, station_key: int, boot_id: str) -> bool:
    found: bool = await connection.fetchval(HELD_BOOTS, station_key, boot_id)
    return found


async def add_records(connection: asyncpg.Connection, landed: Sequence[Landed]) -> None:
    """Insert records whose numbers and products nobody holds, with their samples and pictures."""
    inspections: list[tuple[Any, ...]] = []
    readings: list[tuple[Any, ...]] = []
    statuses: list[tuple[Any, ...]] = []
    samples: list[tuple[Any, ...]] = []
    pictures: dict[str, tuple[Any, ...]] = {}
    found: list[tuple[Any, ...]] = []
    for item in landed:
        content, head = item.record.content, _head(item)
        if isinstance(content, Inspection):
            inspections.append((*head, *_inspection(content), item.record.body))
            pictures.update(_pictures(item, content))
            found += _found(item, content)
        elif isinstance(content, Reading):
            readings.append((*head, item.record.body))
            samples += _samples(item, content)
        elif isinstance(content, Status):
            statuses.append((*head, content.state, content.reason, item.record.body))
    for table, columns, rows in (
        ("inspection", INSPECTION, inspections),
        ("found", FOUND, found),
        ("reading", READING, readings),
        ("status", STATUS, statuses),
    ):
        if rows:
            await connection.copy_records_to_table(table, records=rows, columns=columns)
    await _add_samples(connection, samples)
    await _add_pictures(connection, pictures.values())
    await _first_heard(connection, landed)


async def _add_samples(connection: asyncpg.Connection, samples: list[tuple[Any, ...]]) -> None:
    if not samples:
        return
    await connection.copy_records_to_table("sample", records=samples, columns=SAMPLE)
    newest: dict[tuple[int, str], tuple[Any, ...]] = {}
    for sample in samples:
        key = sample[:2]
        if key not in newest or newest[key][2:5] <= sample[2:5]:
            newest[key] = sample
    await connection.execute(LATEST, *_columns([newest[key] for key in sorted(newest)]))


async def _add_pictures(connection: asyncpg.Connection, pictures: Collection[tuple[Any, ...]]) -> None:
    if pictures:
        await connection.execute(PICTURES, *_columns(pictures))


async def _first_heard(connection: asyncpg.Connection, landed: Sequence[Landed]) -> None:
    first: dict[int, int] = {}
    for item in landed:
        line = item.record.station.line_key
        first[line] = min(first.get(line, item.effective_us), item.effective_us)
    if first:
        await connection.execute(FIRST_AT, sorted(first), [first[line] for line in sorted(first)])


def _head(item: Landed) -> tuple[Any, ...]:
    r = item.record
    station, line = r.station.station_key, r.station.line_key
    return station, line, r.ref.epoch, r.seq, r.content.at, item.effective_us, item.received_at, r.digest


def _inspection(content: Inspection) -> tuple[Any, ...]:
    return content.product, content.trigger_count, content.outcome, content.verdict, content.reasons


def _pictures(item: Landed, content: Inspection) -> Iterable[tuple[str, tuple[Any, ...]]]:
    for shot in content.shots:
        picture = shot.picture
        if picture is not None:
            yield picture.ref, (picture.ref, picture.sha256, picture.bytes, item.record.station.line_key, item.effective_us)


def _found(item: Landed, content: Inspection) -> list[tuple[Any, ...]]:
    """One row for each camera and label with a box: its surest score, and how many boxes."""
    scores: dict[tuple[str, str], list[float]] = {}
    for shot in content.shots:
        for box in shot.boxes or ():
            scores.setdefault((shot.camera, box.label), []).append(box.score)
    if not scores:
        return []
    station, fate = item.record.station, content.verdict or content.reasons[0]
    head = station.line_key, item.effective_us, station.station_key, content.trigger_count
    return [(*head, camera, label, max(seen), len(seen), fate) for (camera, label), seen in scores.items()]


def _samples(item: Landed, content: Reading) -> list[tuple[Any, ...]]:
    line, ref, seq, correction = item.record.station.line_key, item.record.ref, item.record.seq, item.effective_us - content.at
    return [(line, s.tag, s.at + correction, ref.epoch, seq, *_values(s), s.quality) for s in content.samples]


def _values(sample: Sample) -> tuple[float | None, bool | None, str | None]:
    match sample.value:
        case bool():
            return None, sample.value, None
        case str():
            return None, None, sample.value
        case _:
            return sample.value, None, None


def _columns(rows: Collection[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
