"""A line's story for the alarm tests: products every 3 s, one tag every 5 s from T0 on, good or bad as told; and the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from intake import T0, Intake, S, inspection, message, reading

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.engine import Engine
from lineside.hub.alarms.memory import AlarmMemory
from lineside.stream.memory import MemoryDelivery

LINE, PRESSURE = "beijing/line-1", "beijing/line-1/lubrication.lubricant_pressure"
MAJOR = Address("ops", "json://127.0.0.1/ops", severities=("critical", "major"))
ALL = Address("all", "json://127.0.0.1/all")

Spans = Sequence[tuple[int, int]]
"""Seconds after T0, half-open."""


Arrival = tuple[int, int, MemoryDelivery]
"""(when it comes, µs; its place in order; the record)"""


def products(seconds: int, bad: Spans = ()) -> Iterator[Arrival]:
    """Every 3 s; half of those within `bad` are rejected."""
    for n in range(1, seconds // 3 + 1):
        at = T0 + n * 3 * S
        rejected = n % 2 == 0 and any(start <= n * 3 < end for start, end in bad)
        changed: dict[str, Any] = {"verdict": "reject", "reasons": ("dent",)} if rejected else {}
        yield at, n, message(inspection(n, at=at, **changed))


def samples(seconds: int, low: Spans = (), silent: Spans = ()) -> Iterator[Arrival]:
    """Lubricant pressure every 5 s: 5 bar, within `low` 3.9; none within `silent`."""
    for n in range(1, seconds // 5 + 1):
        at, s = T0 + n * 5 * S, n * 5
        if not any(start <= s < end for start, end in silent):
            value = 3.9 if any(start <= s < end for start, end in low) else 5.0
            yield at, n, message(reading(n, at=at, tags=[("lubrication.lubricant_pressure", value)]))


def bad_story() -> list[Arrival]:
    """Products are bad from 150 to 330 s, the pressure is low from 200 to 300 s; all is well at 540 s."""
    return sorted([*products(540, [(150, 330)]), *samples(540, [(200, 300)])], key=lambda arrival: arrival[:2])


def engine(hub: Intake, *addresses: Address, **options: Any) -> Engine:
    return Engine(hub.pool, hub.plant, AlarmMemory(), addresses, **options)


async def play(hub: Intake, watching: Engine, arrivals: Sequence[Arrival]) -> None:
    """Each record at its time, with the engine looking after each."""
    for at, _, record in arrivals:
        await hub.take(record)
        await watching.once(at)


async def alarms(hub: Intake) -> list[tuple[Any, ...]]:
    """(source, rule, raised, cleared, text), seconds after T0."""
    rows = await hub.rows("select source, rule, raised_us, cleared_us, text from alarm order by raised_us, source, rule")
    return [(s, r, (a - T0) // S, None if c is None else (c - T0) // S, text) for s, r, a, c, text in rows]


async def events(hub: Intake) -> list[str]:
    return [kind for (kind,) in await hub.rows("select kind from alarm_event order by alarm_key, event_key")]


async def notices(hub: Intake) -> list[tuple[Any, ...]]:
    return await hub.rows("select kind, address from notice order by notice_key, address")
