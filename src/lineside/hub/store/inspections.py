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

# Each line gives its newest matches from its own index, so that the answer costs the same however long the history is.
LIST = """
select s.site, s.line, s.station, i.station_key, i.effective_us, i.received_at, i.body
from line l
cross join lateral (
    select i.* from inspection i
    where i.line_key = l.line_key
      and ($3::text is null or i.outcome = $3) and ($4::text is null or i.verdict = $4) and ($5::text is null or $5 = any (i.reasons))
      and i.effective_us >= $6 and i.effective_us < $7
      and ($8::bigint is null or (i.effective_us, i.station_key, i.trigger_count) < ($8, $9::int, $10::bigint))
    order by i.effective_us desc, i.station_key desc, i.trigger_count desc
    limit $11
) i
join station s on s.station_key = i.station_key
where ($1::text is null or l.site = $1) and ($2::text is null or l.line = $2)
order by i.effective_us desc, i.station_key desc, i.trigger_count desc
limit $11"""

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
    """None: any. Times are UTC µs, half-open."""

    site: str | None
    line: str | None
    outcome: str | None
    verdict: str | None
    label: str | None
    start_us: int
    end_us: int


class Place(Struct, frozen=True, array_like=True):
    """Where a list stopped: what comes next is older than this row."""

    effective_us: int
    station_key: int
    trigger_count: int


async def list_inspections(
    pool: asyncpg.Pool, wanted: InspectionFilter, after: Place | None, limit: int
) -> tuple[list[InspectionSummary], Place | None]:
    """Newest first; the place to go on from, None at the end."""
    place = (after.effective_us, after.station_key, after.trigger_count) if after else (None, None, None)
    rows = await pool.fetch(LIST, *msgspec.structs.astuple(wanted), *place, limit + 1)
    records = [(row, _decoder.decode(row["body"])) for row in rows[:limit]]
    found = await _with_picture_states(
        pool, [summarize(_station(row), record, row["effective_us"], row["received_at"]) for row, record in records]
    )
    if len(rows) <= limit:
        return found, None
    last, record = records[-1]
    return found, Place(last["effective_us"], last["station_key"], record.trigger_count)


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
