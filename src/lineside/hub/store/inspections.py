"""Products: lists, the newest of each line, and how many since midnight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lineside.hub.store.products import picture_states
from lineside.types.identity import StationKey, instant
from lineside.types.inspection import Inspection, Shot
from lineside.types.view import InspectionSummary

# Each line gives its newest matches from an index of its own order, so that the answer costs the same however long the history is. The
# keys of the page come first, the records of these keys after. `$2 … $5` is the range: from, and the place that all must be before.
LIST = """
select s.site, s.line, s.station, i.station_key, i.effective_us, i.received_at, i.body
from (
    select k.* from line l cross join lateral ({keys}) k
    where $1::text[] is null or l.site || '/' || l.line = any ($1)
    order by k.effective_us desc, k.station_key desc, k.trigger_count desc limit $6
) k
join inspection i on i.station_key = k.station_key and i.trigger_count = k.trigger_count
join station s on s.station_key = i.station_key
order by i.effective_us desc, i.station_key desc, i.trigger_count desc"""

ANY = """
    select effective_us, station_key, trigger_count from inspection i
    where i.line_key = l.line_key and effective_us >= $2 and (effective_us, station_key, trigger_count) < ($3, $4::int, $5::bigint)
    order by effective_us desc, station_key desc, trigger_count desc limit $6"""

OF_FATES = """
    select of_fate.* from unnest($7::text[]) f (fate) cross join lateral (
        select effective_us, station_key, trigger_count from inspection i
        where i.line_key = l.line_key and fate(i.verdict, i.reasons) = f.fate
          and effective_us >= $2 and (effective_us, station_key, trigger_count) < ($3, $4::int, $5::bigint)
        order by effective_us desc, station_key desc, trigger_count desc limit $6
    ) of_fate order by effective_us desc, station_key desc, trigger_count desc limit $6"""

WITH_BOXES = """
    select distinct effective_us, station_key, trigger_count from found f
    where f.line_key = l.line_key and ($7::text[] is null or f.fate = any ($7)) and ($8::text is null or f.camera = $8) and f.score >= $9
      and effective_us >= $2 and (effective_us, station_key, trigger_count) < ($3, $4::int, $5::bigint) {labelled}
    order by effective_us desc, station_key desc, trigger_count desc limit $6"""
LABELLED = "and f.label = $10"

NEWEST = """
select s.site, s.line, s.station, i.station_key, i.effective_us, i.received_at, i.body
from line l
cross join lateral (
    select * from inspection i where i.line_key = l.line_key order by effective_us desc, trigger_count desc limit $1
) i
join station s on s.station_key = i.station_key
order by i.effective_us, i.trigger_count"""

COUNTS = """
select count(*) filter (where verdict = 'pass') as passed,
       count(*) filter (where verdict = 'reject') as rejected,
       count(*) filter (where outcome = 'explained' and reasons <> '{no_product}') as explained
from inspection i join line l using (line_key)
where l.site = $1 and l.line = $2 and i.effective_us >= $3"""

_decoder = msgspec.json.Decoder(Inspection)


class InspectionFilter(Struct, frozen=True):
    """None: any. Times are UTC µs, half-open. `label`, `camera` and `min_score` hold for one and the same box."""

    start_us: int
    end_us: int
    lines: tuple[tuple[str, str], ...] | None = None
    """(site, line)"""
    fates: tuple[str, ...] | None = None
    """`pass`, `reject`, or reasons why a product is explained."""
    label: str | None = None
    camera: str | None = None
    min_score: float | None = None

    @property
    def by_box(self) -> bool:
        return (self.label, self.camera, self.min_score) != (None, None, None)


class Place(Struct, frozen=True, array_like=True):
    """Where a list stopped: what comes next is older than this row."""

    effective_us: int
    station_key: int
    trigger_count: int


async def list_inspections(
    pool: asyncpg.Pool, wanted: InspectionFilter, after: Place | None, limit: int
) -> tuple[list[InspectionSummary], Place | None]:
    """Newest first; the place to go on from, None at the end."""
    sql, *arguments = question(wanted, after, limit + 1)
    async with pool.acquire() as connection:
        # Prepared anew each time: the plan that PostgreSQL keeps for any filter reads whole lines to find a rare one (seconds, not ms).
        rows = await (await connection.prepare(sql)).fetch(*arguments)
    records = [(row, _decoder.decode(row["body"])) for row in rows[:limit]]
    found = await _with_picture_states(
        pool, [summarize(_station(row), record, row["effective_us"], row["received_at"]) for row, record in records]
    )
    if len(rows) <= limit:
        return found, None
    last, record = records[-1]
    return found, Place(last["effective_us"], last["station_key"], record.trigger_count)


def question(wanted: InspectionFilter, after: Place | None, limit: int) -> tuple[Any, ...]:
    """SQL and arguments of one page: the way that reads least for what is asked."""
    lines = None if wanted.lines is None else [f"{site}/{line}" for site, line in wanted.lines]
    # No station has the key 0: all that is before this place is before the end of the range.
    before = min((wanted.end_us, 0, 0), (wanted.end_us, 0, 0) if after is None else msgspec.structs.astuple(after))
    page = (lines, wanted.start_us, *before, limit)
    fates = None if wanted.fates is None else list(wanted.fates)
    if not wanted.by_box:
        return (LIST.format(keys=ANY), *page) if fates is None else (LIST.format(keys=OF_FATES), *page, fates)
    box = (fates, wanted.camera, wanted.min_score or 0.0)
    if wanted.label is None:
        return LIST.format(keys=WITH_BOXES.format(labelled="")), *page, *box
    return LIST.format(keys=WITH_BOXES.format(labelled=LABELLED)), *page, *box, wanted.label


async def newest_inspections(pool: asyncpg.Pool, per_line: int) -> list[tuple[InspectionSummary, float | None]]:
    """The newest `per_line` products of every line with the belt's speed (m/s), oldest first."""
    records = [(row, _decoder.decode(row["body"])) for row in await pool.fetch(NEWEST, per_line)]
    found = [summarize(_station(row), record, row["effective_us"], row["received_at"]) for row, record in records]
    speeds = [record.belt_speed_mps for _, record in records]
    return list(zip(await _with_picture_states(pool, found), speeds, strict=True))


async def count_inspections(pool: asyncpg.Pool, site: str, line: str, since_us: int) -> dict[str, int]:
    """passed, rejected, explained."""
    row = await pool.fetchrow(COUNTS, site, line, since_us)
    return {name: int(row[name]) for name in ("passed", "rejected", "explained")}


async def _with_picture_states(pool: asyncpg.Pool, found: Sequence[InspectionSummary]) -> list[InspectionSummary]:
    states = await picture_states(pool, [summary.picture for summary in found if summary.picture])
    return [replace(s, picture_state=states.get(s.picture, s.picture_state)) if s.picture else s for s in found]


def summarize(station: StationKey, record: Inspection, effective_us: int, received_at: datetime) -> InspectionSummary:
    """As the record tells it: a declared picture is pending until it is known to be here."""
    picture = telling_picture(record.shots, record.reasons)
    boxed = [shot for shot in record.shots if shot.boxes]
    return InspectionSummary(
        site=station.site,
        line=station.line,
        station=station.station,
        product=record.product,
        trigger_count=record.trigger_count,
        at=instant(effective_us),
        received_at=received_at,
        outcome=record.outcome,
        verdict=record.verdict,
        reasons=list(record.reasons),
        picture=picture,
        picture_state="pending" if picture else "none",
        score=max((box.score for shot in boxed for box in shot.boxes or ()), default=None),
        cameras=[shot.camera for shot in boxed],
    )


def telling_picture(shots: Sequence[Shot], reasons: Sequence[str]) -> str | None:
    """The declared picture with the surest box that led to the verdict; without one the first picture."""
    pictured = [shot for shot in shots if shot.picture is not None]
    best = max(pictured, key=lambda shot: _sureness(shot, reasons), default=None)
    return best.picture.ref if best is not None and best.picture is not None else None


def _sureness(shot: Shot, reasons: Sequence[str]) -> float:
    return max((box.score for box in shot.boxes or () if box.label in reasons), default=-1.0)


def _station(row: Any) -> StationKey:
    return StationKey(row["site"], row["line"], row["station"])
