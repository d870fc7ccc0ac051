"""Which step left the defects of a rejected product: derived from records and events, so every row may be deleted and made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg
import msgspec
from msgspec import Struct

from lineside.types.cause import Cause
from lineside.types.identity import StationKey, micros
from lineside.types.inspection import Inspection

# Newest first: what people look at is the line now. `heard_us`: how far the line's readings have come.
UNATTRIBUTED = """
select s.site, s.line, s.station, i.*, (select max(r.effective_us) from reading r where r.line_key = q.line_key) as heard_us
from unnest($1::int[], $2::bigint[]) q (line_key, since_us)
cross join lateral (
    select i.station_key, i.line_key, i.trigger_count, i.effective_us, i.received_at, i.body
    from inspection i
    where i.line_key = q.line_key and i.effective_us >= q.since_us and i.verdict = 'reject'
      and not exists (select from attribution a where (a.station_key, a.trigger_count) = (i.station_key, i.trigger_count))
    order by i.effective_us desc limit $3
) i
join station s on s.station_key = i.station_key"""

SAVE = """
insert into attribution (station_key, trigger_count, line_key, effective_us, labels, causes, step)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (station_key, trigger_count) do update set
    effective_us = excluded.effective_us, labels = excluded.labels, causes = excluded.causes, step = excluded.step, made_at = now()"""

FORGET = """
delete from attribution a using line l
where l.line_key = a.line_key and l.site = $1 and l.line = $2 and a.effective_us >= $3 and a.effective_us < $4"""

RECENT = """
select s.site, s.line, s.station, i.product, a.trigger_count, a.effective_us, a.labels, a.causes
from line l
join attribution a on a.line_key = l.line_key and a.effective_us >= $1
join station s on s.station_key = a.station_key
join inspection i on (i.station_key, i.trigger_count) = (a.station_key, a.trigger_count)
order by a.effective_us"""

FOR_EVER_US = 2**62

_decoder = msgspec.json.Decoder(Inspection)


class Rejected(Struct, frozen=True):
    """A rejected product for which no step was looked for yet. Times are UTC µs; `heard_us` None: the line sent no reading ever."""

    station: StationKey
    station_key: int
    line_key: int
    product: str
    trigger_count: int
    effective_us: int
    received_us: int
    heard_us: int | None
    labels: tuple[str, ...]
    belt_speed_mps: float | None


class Attributed(Struct, frozen=True):
    """A rejected product and the steps that may have left its defects, the strongest first; [] = not enough evidence."""

    station: StationKey
    product: str
    trigger_count: int
    at_us: int
    labels: tuple[str, ...]
    causes: list[Cause]

    @property
    def step(self) -> str | None:
        return self.causes[0].step if self.causes else None


async def unattributed(pool: asyncpg.Pool, since_us: Mapping[int, int], per_line: int) -> list[Rejected]:
    """`since_us`: line_key → from when on; of each line the newest `per_line`."""
    rows = await pool.fetch(UNATTRIBUTED, list(since_us), list(since_us.values()), per_line)
    records = [(row, _decoder.decode(row["body"])) for row in rows]
    return [
        Rejected(
            station=StationKey(row["site"], row["line"], row["station"]),
            station_key=row["station_key"],
            line_key=row["line_key"],
            product=record.product,
            trigger_count=row["trigger_count"],
            effective_us=row["effective_us"],
            received_us=micros(row["received_at"]),
            heard_us=row["heard_us"],
            labels=record.reasons,
            belt_speed_mps=record.belt_speed_mps,
        )
        for row, record in records
    ]


async def save_attribution(pool: asyncpg.Pool, product: Rejected, causes: Sequence[Cause]) -> Attributed:
    """Replaces what was thought of this product before."""
    found = Attributed(product.station, product.product, product.trigger_count, product.effective_us, product.labels, list(causes))
    document = msgspec.json.encode(found.causes).decode()
    key = (product.station_key, product.trigger_count, product.line_key, product.effective_us)
    await pool.execute(SAVE, *key, list(product.labels), document, found.step)
    return found


async def forget_attributions(connection: asyncpg.Connection, site: str, line: str, start_us: int, end_us: int = FOR_EVER_US) -> None:
    """Products inspected in [start, end) are to be looked at again."""
    await connection.execute(FORGET, site, line, start_us, end_us)


async def recent_attributions(pool: asyncpg.Pool, since_us: int) -> list[Attributed]:
    """Of every line, the oldest first."""
    return [
        Attributed(
            station=StationKey(row["site"], row["line"], row["station"]),
            product=row["product"],
            trigger_count=row["trigger_count"],
            at_us=row["effective_us"],
            labels=tuple(row["labels"]),
            causes=msgspec.json.decode(row["causes"], type=list[Cause]),
        )
        for row in await pool.fetch(RECENT, since_us)
    ]
