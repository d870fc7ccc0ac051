"""Reads what is needed to look back from an inspected product: the belt's way, the readings at each step, what people entered."""

from __future__ import annotations

import asyncpg

from lineside.hub.insight.attribute import BASELINE_S, Visit, find_causes, visits
from lineside.hub.insight.belt import Belt
from lineside.hub.store.events import events_between
from lineside.hub.store.readings import TagRange, number_changes, numbers_between
from lineside.hub.tags import nodata_after_s
from lineside.types.cause import Cause
from lineside.types.plant import Process

NEAR_S, NEAR_LAGS, FAR_S = 600.0, 3.0, 86_400.0
"""The belt is read so far back, or NEAR_LAGS times the longest lag; after a long stop FAR_S. What it did before is not asked."""


async def read_belt(pool: asyncpg.Pool, site: str, line: str, process: Process, inspected_us: int, recorded_mps: float | None) -> Belt:
    """The belt before `inspected_us`; `recorded_mps` is what the product's record says."""
    if process.belt_speed_tag is None:
        return Belt((), process.belt_speed_mps, recorded_mps)
    longest_s = max(process.lag_to_inspection_s(step.id) or 0.0 for step in process.step)
    for reach_s in (max(NEAR_S, NEAR_LAGS * longest_s), FAR_S):
        wanted = TagRange(site, line, process.belt_speed_tag, inspected_us - round(reach_s * 1e6), inspected_us)
        belt = Belt(await number_changes(pool, wanted), process.belt_speed_mps, recorded_mps)
        if belt.covers(inspected_us, longest_s):
            break
    return belt


async def read_causes(pool: asyncpg.Pool, site: str, line: str, process: Process, inspected_us: int, belt: Belt) -> list[Cause]:
    """The steps that may have left the defects of the product inspected at `inspected_us`, as far as is known now."""
    visited = visits(process, inspected_us, belt)
    if not visited:
        return []
    samples = await numbers_between(pool, site, line, [span for visit in visited for span in _spans(visit)])
    first_us, last_us = min(visit.moments_us[0] for visit in visited), max(visit.moments_us[-1] for visit in visited)
    events = await events_between(pool, site, line, first_us, last_us + 1)
    return find_causes(process, inspected_us, belt, samples, events)


def _spans(visit: Visit) -> list[tuple[str, int, int]]:
    """(tag key, from, to) of the readings that can say something about this visit."""
    return [
        (
            f"{visit.step.id}.{tag.id}",
            visit.at_us - round(max(BASELINE_S, nodata_after_s(tag.expected_interval_s)) * 1e6),
            visit.moments_us[-1],
        )
        for tag in visit.step.tags()
        if tag.kind == "number"
    ]
