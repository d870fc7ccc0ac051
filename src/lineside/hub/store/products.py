"""The dossier of one product: its record as it left the station, its neighbours, and where its pictures stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec
from msgspec import Struct

from lineside.types.inspection import Inspection

PRODUCT = """
select s.station, i.epoch::text as epoch, i.effective_us, i.received_at, i.digest, i.flags, i.body,
       (select max(trigger_count) from inspection p where p.station_key = i.station_key and p.trigger_count < i.trigger_count) as before,
       (select min(trigger_count) from inspection n where n.station_key = i.station_key and n.trigger_count > i.trigger_count) as after
from station s join inspection i using (station_key)
where s.site = $1 and s.line = $2 and i.trigger_count = $3
order by i.received_at limit 1"""

PICTURES = "select ref, state from picture where ref = any ($1::text[])"


class StoredProduct(Struct, frozen=True):
    """`before` and `after` are the trigger counts of the neighbours held."""

    station: str
    epoch: str
    effective_us: int
    received_at: datetime
    digest: bytes
    flags: list[str]
    record: Inspection
    before: int | None
    after: int | None


async def find_product(pool: asyncpg.Pool, site: str, line: str, trigger_count: int) -> StoredProduct | None:
    row = await pool.fetchrow(PRODUCT, site, line, trigger_count)
    if row is None:
        return None
    record = msgspec.json.decode(row["body"], type=Inspection)
    known = {name: row[name] for name in ("station", "epoch", "effective_us", "received_at", "digest", "flags", "before", "after")}
    return StoredProduct(record=record, **known)


async def picture_states(pool: asyncpg.Pool, refs: Sequence[str]) -> dict[str, str]:
    """ref → pending, present, withdrawn or expired; unknown ones are left out."""
    return {row["ref"]: row["state"] for row in await pool.fetch(PICTURES, list(refs))}
