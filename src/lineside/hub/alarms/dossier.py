"""One alarm with its history, what its rule saw, and the products that were rejected in its time."""

from __future__ import annotations

import asyncpg

from lineside.hub.alarms.finding import Evidence
from lineside.hub.alarms.shown import alarm_view
from lineside.hub.store.alarms import AlarmRow, read_alarm, read_events, read_evidence
from lineside.hub.store.inspections import InspectionFilter, list_inspections
from lineside.types.alarm import AlarmDossier
from lineside.types.plant import Plant

MOST_PRODUCTS = 24


async def read_dossier(pool: asyncpg.Pool, plant: Plant, alarm: int, now_us: int) -> AlarmDossier | None:
    """None: there is no such alarm."""
    async with pool.acquire() as connection:
        row = await read_alarm(connection, alarm)
        if row is None:
            return None
        events, evidence = await read_events(connection, alarm), await read_evidence(connection, alarm)
    products, _ = await list_inspections(pool, _rejected(row, evidence, now_us), None, MOST_PRODUCTS)
    return AlarmDossier(alarm_view(plant, row), events, products, evidence)


def _rejected(row: AlarmRow, evidence: Evidence, now_us: int) -> InspectionFilter:
    """From where the rule began to look (its window, and the time that it had to be broken) to the end."""
    before_s = sum(float(evidence.get(name) or 0) for name in ("window_s", "for_s"))
    return InspectionFilter(
        lines=((row.site, row.line),),
        fates=("reject",),
        start_us=row.raised_us - round(before_s * 1_000_000),
        end_us=now_us if row.cleared_us is None else row.cleared_us,
    )
