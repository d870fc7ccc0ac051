"""Alarms follow the plant as it is applied: an edited or removed rule, a line's own threshold, the shifts."""

from __future__ import annotations

from typing import Any

from intake import T0, Intake, S
from msgspec.structs import replace
from story import ALL, alarms, bad_story, engine, play, products, samples

from lineside.hub.store.plant import apply_plant
from lineside.types.plant import Plant
from lineside.types.rule import RuleChange


def edited(plant: Plant, **changes: Any) -> Plant:
    """The plant with its rule about tags changed; None: without it."""
    quality, tag = plant.rule
    return replace(plant, rule=(quality, replace(tag, **changes)) if changes else (quality,))


async def test_an_edited_rule_starts_anew_and_an_open_alarm_waits_for_the_next_tick(hub: Intake) -> None:
    watching, story = engine(hub, ALL), list(samples(400, [(60, 400)]))
    await play(hub, watching, [a for a in story if a[0] <= T0 + 100 * S])
    async with hub.pool.acquire() as connection:
        await apply_plant(connection, edited(hub.plant.book.plant, for_s=50.0))
    await hub.plant.refresh(at_once=True)
    await play(hub, watching, [a for a in story if T0 + 100 * S < a[0] <= T0 + 200 * S])
    # It had been broken since 60 s; the rule became another one after the tick at 90 s.
    assert [row[2] for row in await alarms(hub)] == [145]
    assert await hub.value("select plant_version from alarm") == 2


async def test_a_removed_rule_closes_its_alarm_after_two_windows(hub: Intake) -> None:
    watching, story = engine(hub, ALL), list(samples(1000, [(60, 1000)]))
    await play(hub, watching, [a for a in story if a[0] <= T0 + 200 * S])
    async with hub.pool.acquire() as connection:
        await apply_plant(connection, edited(hub.plant.book.plant))
    await hub.plant.refresh(at_once=True)
    await play(hub, watching, [a for a in story if T0 + 200 * S < a[0] <= T0 + 780 * S])
    assert (await alarms(hub))[0][3] is None
    await play(hub, watching, [a for a in story if a[0] > T0 + 780 * S])
    assert (await alarms(hub))[0][3] == 790  # the last tick was 190 s, two windows are 600 s
    assert "removed from the plant" in await hub.value("select text from alarm_event where kind = 'cleared'")
    assert await hub.rows("select distinct rule from rule_state") == [("quality-low",)]


async def test_a_line_has_its_own_threshold(hub: Intake) -> None:
    plant = hub.plant.book.plant
    site = plant.site[0]
    own = replace(site, line=(replace(site.line[0], rule=(RuleChange("quality-low", threshold=0.4, severity="critical"),)),))
    async with hub.pool.acquire() as connection:
        await apply_plant(connection, replace(plant, site=(own, *plant.site[1:])))
    await hub.plant.refresh(at_once=True)
    await play(hub, engine(hub), list(products(540, [(150, 540)])))
    assert await alarms(hub) == []


async def test_outside_the_shifts_nothing_fires(hub: Intake) -> None:
    plant = hub.plant.book.plant
    closed = replace(plant, site=tuple(replace(site, shift=()) for site in plant.site))
    async with hub.pool.acquire() as connection:
        await apply_plant(connection, closed)
    await hub.plant.refresh(at_once=True)
    await play(hub, engine(hub), bad_story())
    assert await alarms(hub) == []
