"""Transitions into the store: the alarm, its history and the messages that tell of it, in the transaction of the tick."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.decide import Happened
from lineside.hub.alarms.message import cleared_body, cleared_title, raised_body, raised_title
from lineside.hub.alarms.shown import find_tag
from lineside.hub.alarms.targets import Target
from lineside.hub.store.alarms import AlarmRow, NewAlarm, add_event, clear_alarm, raise_alarm, set_stale
from lineside.hub.store.notices import add_cleared, add_raised
from lineside.hub.store.plant import LineRow
from lineside.types.alarm import PersonView
from lineside.types.cause import FailedStep
from lineside.types.plant import Line, Plant, Site

REMOVED = "The rule, or what it watched, was removed from the plant."


def new_alarm(line: LineRow, plant_version: int, target: Target, happened: Happened, cause: FailedStep | None) -> NewAlarm:
    rule, finding = target.rule, happened.finding
    return NewAlarm(
        line_key=line.line_key,
        source=target.source,
        rule=rule.id,
        rule_name=rule.name,
        plant_version=plant_version,
        tag=target.tag_key,
        severity=rule.severity,
        text=finding.text,
        evidence=finding.evidence,
        raised_us=happened.tick_us,
        cause=cause,
    )


async def write_raised(
    connection: asyncpg.Connection, alarm: NewAlarm, target: Target, site: Site, line: Line, told: Sequence[Address]
) -> int | None:
    """Its key; None when one is open already: then nobody is told again. `told`: who hears of it if it is theirs."""
    key = await raise_alarm(connection, alarm)
    if key is None:
        return None
    await add_event(connection, key, "raised", alarm.text)
    if alarm.cause is not None:
        await add_event(connection, key, "caused", caused(alarm.cause))
    wanted = [address.id for address in told if address.wants(site.id, alarm.severity)]
    title = raised_title(alarm.severity, alarm.rule_name, target.tag, site, line)
    await add_raised(connection, key, wanted, title, raised_body(alarm.text, alarm.raised_us, site, alarm.cause))
    return key


async def write_cleared(
    connection: asyncpg.Connection, plant: Plant, alarm: AlarmRow, at_us: int, why: str, *, tell: bool, person: PersonView | None = None
) -> bool:
    """False: it was cleared before. `why` is a sentence."""
    if not await clear_alarm(connection, alarm.alarm_key, at_us, person.id if person else None):
        return False
    await add_event(connection, alarm.alarm_key, "cleared", why, person.id if person else None)
    place = plant.find_line(alarm.site, alarm.line)
    if tell and place is not None:
        title = cleared_title(alarm.rule_name, find_tag(plant, place[1], alarm.tag), *place)
        body = cleared_body(alarm.text, alarm.raised_us, at_us, place[0], why)
        await add_cleared(connection, alarm.alarm_key, title, body)
    return True


async def write_staleness(connection: asyncpg.Connection, alarm: int, happened: Happened) -> None:
    stale = happened.what == "stale"
    await set_stale(connection, alarm, stale)
    await add_event(connection, alarm, "stale" if stale else "fresh", happened.finding.text)


def caused(cause: FailedStep) -> str:
    return f"{cause.step_name}{f': {cause.tag_name}' if cause.tag_name else ''} ({cause.defects} of {cause.of} rejected products)"
