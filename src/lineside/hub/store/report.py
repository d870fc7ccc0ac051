"""What the database holds of one run: of the products with given trigger counts of given lines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import asyncpg
import msgspec
from msgspec import Struct

from lineside.types.inspection import Inspection

TALLY = """
select count(*) as committed, count(distinct (i.station_key, i.trigger_count)) as products,
       count(*) filter (where i.outcome = 'judged') as judged, count(*) filter (where i.outcome = 'explained') as explained
from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as run(site, line, first, last)
join station s on (s.site, s.line) = (run.site, run.line)
join inspection i on i.station_key = s.station_key and i.trigger_count between run.first and run.last"""
COMMIT_TIMES_KEPT = "select current_setting('track_commit_timestamp') = 'on'"
PRODUCTS = """
select s.site, s.line, i.body, at_us(coalesce({committed}, i.received_at)) as committed_us
from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as run(site, line, first, last)
join station s on (s.site, s.line) = (run.site, run.line)
join inspection i on i.station_key = s.station_key and i.trigger_count between run.first and run.last"""
COMMITTED = "pg_xact_commit_timestamp(i.xmin)"  # an error unless the server keeps these times
NOT_KEPT = "null::timestamptz"

_inspection = msgspec.json.Decoder(Inspection)


class Span(Struct, frozen=True):
    """Trigger counts `first`…`last` of one line."""

    site: str
    line: str
    first: int
    last: int


class Tally(Struct, frozen=True):
    committed: int
    products: int
    """Different trigger counts among the committed."""
    judged: int
    explained: int


class Stored(Struct, frozen=True):
    """One inspection as stored, and when it was committed."""

    site: str
    line: str
    inspection: Inspection
    committed_us: int


async def read_tally(connection: asyncpg.Connection, spans: Sequence[Span]) -> Tally:
    row = await connection.fetchrow(TALLY, *_columns(spans))
    return Tally(row["committed"], row["products"], row["judged"], row["explained"])


async def read_products(connection: asyncpg.Connection, spans: Sequence[Span]) -> AsyncIterator[Stored]:
    """Every inspection of the spans, in no particular order."""
    kept = await connection.fetchval(COMMIT_TIMES_KEPT)
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(PRODUCTS.format(committed=COMMITTED if kept else NOT_KEPT), *_columns(spans)):
            yield Stored(row["site"], row["line"], _inspection.decode(row["body"]), row["committed_us"])


def _columns(spans: Sequence[Span]) -> tuple[list[str], list[str], list[int], list[int]]:
    return [s.site for s in spans], [s.line for s in spans], [s.first for s in spans], [s.last for s in spans]
