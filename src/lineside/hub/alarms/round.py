"""One line, one transaction: the ticks that are due are decided and what they change is written, together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg
from msgspec import Struct

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.decide import Decided, Facts, Happened, Judged, decide
from lineside.hub.alarms.state import Standing, removed
from lineside.hub.alarms.targets import Target
from lineside.hub.alarms.ticks import QUIET_US, Heard, due, watermark_us
from lineside.hub.alarms.write import REMOVED, new_alarm, write_cleared, write_raised, write_staleness
from lineside.hub.oee.spans import planned_spans
from lineside.hub.store.alarm_facts import judged_products, tags_at
from lineside.hub.store.alarms import AlarmRow, open_alarms_of, read_alarm
from lineside.hub.store.plant import LineRow
from lineside.hub.store.rule_states import Kept, Key, forget_states, lock_alarms, read_states, save_states
from lineside.hub.tags import nodata_after_s
from lineside.types.cause import FailedStep
from lineside.types.plant import Plant


class Round(Struct, frozen=True):
    """`first_us`: the line's first event; `cause`: its failed step at this moment."""

    plant: Plant
    plant_version: int
    line: LineRow
    targets: Sequence[Target]
    heard: Heard
    first_us: int
    now_us: int
    addresses: Sequence[Address]
    cause: FailedStep | None


class Played(Struct, frozen=True):
    """`next_us`: the event time (without lateness) from which something is due again; None: nothing is watched."""

    changed: bool
    next_us: int | None


async def play(connection: asyncpg.Connection, round_: Round) -> Played:
    """Must run in a transaction."""
    line_key = round_.line.line_key
    await lock_alarms(connection, line_key)
    opened = await open_alarms_of(connection, line_key)
    states = _sound(await read_states(connection, line_key), opened)
    work = {target.key: (target, ticks) for target in round_.targets if (ticks := _due(round_, target, states))}
    facts = await _read_facts(connection, round_, list(work.values()))
    decided = {key: decide(target, _standing(states, key), ticks, facts) for key, (target, ticks) in work.items()}
    changed = False
    for key, result in decided.items():
        for happened in result.happened:
            changed = await _write(connection, round_, work[key][0], happened, opened) or changed
    await save_states(connection, line_key, {key: Kept(result.standing, result.ticked_us) for key, result in decided.items()})
    gone = await _remove(connection, round_, states, opened)
    return Played(changed or bool(gone), _next_us(round_, states, decided, gone))


def _sound(states: Mapping[Key, Kept], opened: Mapping[Key, AlarmRow]) -> dict[Key, Kept]:
    """A state that says open where no alarm is (a row deleted by hand) would never raise one again."""
    return {key: kept if not kept.standing.is_open or key in opened else Kept(Standing(), kept.ticked_us) for key, kept in states.items()}


def _due(round_: Round, target: Target, states: Mapping[Key, Kept]) -> range:
    kept = states.get(target.key)
    watermark = watermark_us(round_.heard, target.lateness_us, round_.now_us)
    return due(kept.ticked_us if kept else None, watermark, target.step_us, round_.first_us)


def _standing(states: Mapping[Key, Kept], key: Key) -> Standing:
    kept = states.get(key)
    return kept.standing if kept else Standing()


async def _read_facts(connection: asyncpg.Connection, round_: Round, work: Sequence[tuple[Target, range]]) -> Facts:
    """Three reads for all due ticks of the line."""
    if not work:
        return Facts([], Judged([]), {})
    line_key = round_.line.line_key
    start_us, end_us = min(ticks[0] for _, ticks in work), max(ticks[-1] for _, ticks in work)
    longest_us = max((target.window_us for target, _ in work if target.tag is None), default=None)
    products = [] if longest_us is None else await judged_products(connection, line_key, start_us - longest_us, end_us)
    wanted = [
        (target.tag_key, tick, round(nodata_after_s(target.tag.expected_interval_s) * 1e6))
        for target, ticks in work
        if target.tag is not None and target.tag_key is not None
        for tick in ticks
    ]
    return Facts(planned_spans(round_.line.site, (start_us, end_us + 1)), Judged(products), await tags_at(connection, line_key, wanted))


async def _write(connection: asyncpg.Connection, round_: Round, target: Target, happened: Happened, opened: dict[Key, AlarmRow]) -> bool:
    """Keeps `opened` true. False: nothing was to do."""
    tell = round_.now_us - happened.tick_us <= QUIET_US
    match happened.what:
        case "raised":
            return await _raise(connection, round_, target, happened, opened, round_.addresses if tell else ())
        case "cleared":
            alarm = opened.pop(target.key)
            why = f"{happened.finding.text}."
            return await write_cleared(connection, round_.plant, alarm, happened.tick_us, why, tell=tell)
        case "stale" | "fresh":
            await write_staleness(connection, opened[target.key].alarm_key, happened)
            return True


async def _raise(
    connection: asyncpg.Connection,
    round_: Round,
    target: Target,
    happened: Happened,
    opened: dict[Key, AlarmRow],
    told: Sequence[Address],
) -> bool:
    line = round_.line
    cause = round_.cause if target.tag is None else None  # a tag's step is its own
    alarm = new_alarm(line, round_.plant_version, target, happened, cause)
    key = await write_raised(connection, alarm, target, line.site, line.line, told)
    row = None if key is None else await read_alarm(connection, key)
    if row is not None:
        opened[target.key] = row
    return row is not None


async def _remove(connection: asyncpg.Connection, round_: Round, states: Mapping[Key, Kept], opened: Mapping[Key, AlarmRow]) -> set[Key]:
    """What no rule watches any more is forgotten; an alarm about it is closed after two windows. Returns what went."""
    watched = {target.key for target in round_.targets}
    at_us = watermark_us(round_.heard, 0, round_.now_us)
    gone = {key for key, kept in states.items() if key not in watched and removed(kept.standing, kept.ticked_us, at_us)}
    for key in sorted(gone & opened.keys()):
        await write_cleared(connection, round_.plant, opened[key], at_us, REMOVED, tell=True)
    await forget_states(connection, sorted(gone))
    return gone


def _next_us(round_: Round, states: Mapping[Key, Kept], decided: Mapping[Key, Decided], gone: set[Key]) -> int | None:
    watched = {target.key: target for target in round_.targets}
    ticked = {key: kept.ticked_us for key, kept in states.items()} | {key: result.ticked_us for key, result in decided.items()}
    coming = [ticked[key] + target.step_us + target.lateness_us for key, target in watched.items() if key in ticked]
    if len(coming) < len(watched):  # one that has no tick yet
        coming.append(watermark_us(round_.heard, 0, round_.now_us) + 1)
    leaving = [kept.ticked_us + 2 * kept.standing.window_us for key, kept in states.items() if key not in watched and key not in gone]
    return min([*coming, *leaving], default=None)
