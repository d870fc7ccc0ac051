"""Which step left a defect: out of range when the product was there, first and upstream before its consequences, never by noise."""

from __future__ import annotations

import random
from datetime import timedelta

from lineside.hub.insight.attribute import CONSEQUENCE, ENTERED, find_causes
from lineside.hub.insight.belt import Belt
from lineside.plants import EXAMPLE
from lineside.types.cause import Cause, StepEvent
from lineside.types.identity import instant
from lineside.types.plant import Process
from lineside.types.plant_file import load_plant

S = 1_000_000
T = 1_700_000_000 * S
PROCESS: Process = load_plant(EXAMPLE).process[0]
NORMAL = {
    "lubrication.lubricant_pressure": 5.0,
    "lubrication.lubricant_flow": 182.0,
    "extrusion.ram_force": 1300.0,
    "necking.die_wear": 25.0,
    "inspection.light_level": 100.0,
    "shipping.packer_current": 6.2,
}
BELT = Belt([], PROCESS.belt_speed_mps)
LUBRICATION_S, EXTRUSION_S = 53.0, 48.0
"""Lags to the inspection."""

Series = dict[str, list[tuple[int, float]]]


def history(**moved: tuple[float, float]) -> Series:
    """Every second of three minutes before T; `step__tag=(from s before T, value)`: where it went then."""
    found: Series = {}
    for key, usual in NORMAL.items():
        since_s, value = moved.get(key.replace(".", "__"), (-1.0, usual))
        found[key] = [(T - s * S, value if s <= since_s else usual) for s in range(180, -1, -1)]
    return found


def causes(samples: Series, *events: StepEvent, belt: Belt = BELT, at_us: int = T) -> list[Cause]:
    return find_causes(PROCESS, at_us, belt, samples, events)


def event(kind: str, step: str | None, start_s: float, end_s: float | None = None) -> StepEvent:
    """From and to in seconds before T."""
    start, end = instant(T) - timedelta(seconds=start_s), None if end_s is None else instant(T) - timedelta(seconds=end_s)
    return StepEvent(1, "beijing", "line-1", step, kind, "Pump leaks", start, end, "Ada", start)


def test_nothing_wrong_is_no_cause() -> None:
    assert causes(history()) == []
    assert causes({}) == []


def test_the_tag_that_left_its_range_names_its_step() -> None:
    (cause,) = causes(history(lubrication__lubricant_pressure=(100, 3.8)))
    assert (cause.step, cause.step_name, cause.tag, cause.tag_name) == (
        "lubrication",
        "Lubrication",
        "lubrication.lubricant_pressure",
        "Lubricant pressure",
    )
    assert (cause.value, cause.unit, cause.normal_low, cause.normal_high) == (3.8, "bar", 4.4, 5.6)
    assert cause.score == 1.0  # 0.6 bar below, half of the range of 1.2
    assert cause.at == instant(T - round(LUBRICATION_S * S))
    assert cause.event is None


def test_what_began_after_the_product_had_passed_is_no_cause() -> None:
    assert causes(history(lubrication__lubricant_pressure=(LUBRICATION_S - 5, 3.0))) == []
    assert [c.step for c in causes(history(lubrication__lubricant_pressure=(LUBRICATION_S + 5, 3.0)))] == ["lubrication"]


def test_the_visit_follows_the_belt() -> None:
    late = history(lubrication__lubricant_pressure=(LUBRICATION_S - 5, 3.0))
    stopped = Belt([(T - 600 * S, 0.25), (T - 30 * S, 0.0), (T - 20 * S, 0.25)], 0.25)
    assert causes(late) == []
    assert causes(late, belt=stopped) == []
    early = history(lubrication__lubricant_pressure=(LUBRICATION_S + 25, 3.0))
    early["lubrication.lubricant_pressure"] = [
        (at, v if at < T - (LUBRICATION_S + 5) * S else 5.0) for at, v in early["lubrication.lubricant_pressure"]
    ]
    assert causes(early) == []
    assert [c.step for c in causes(early, belt=stopped)] == ["lubrication"]


def test_only_steps_before_the_inspection_count() -> None:
    assert causes(history(inspection__light_level=(180, 500.0), shipping__packer_current=(180, 500.0))) == []


def test_upstream_is_the_cause_and_downstream_its_consequence() -> None:
    both = history(lubrication__lubricant_pressure=(100, 4.0), extrusion__ram_force=(95, 1540.0))
    first, second = causes(both)
    assert (first.step, second.step) == ("lubrication", "extrusion")
    assert first.score < 1.0  # further outside, the press would come first by its reading alone
    assert second.score == CONSEQUENCE * 1.0


def test_downstream_is_no_consequence_of_what_came_long_after_it() -> None:
    press_first = history(lubrication__lubricant_pressure=(60, 4.0), extrusion__ram_force=(150, 1540.0))
    assert [(c.step, c.score) for c in causes(press_first)] == [("extrusion", 1.0), ("lubrication", 0.667)]


def test_a_short_return_into_the_range_does_not_make_it_begin_anew() -> None:
    both = history(lubrication__lubricant_pressure=(100, 4.0), extrusion__ram_force=(95, 1540.0))
    flickering = [(at, 5.0 if T - 72 * S <= at <= T - 66 * S else v) for at, v in both["lubrication.lubricant_pressure"]]
    assert [c.step for c in causes({**both, "lubrication.lubricant_pressure": flickering})] == ["lubrication", "extrusion"]
    healed = [(at, 5.0 if T - 84 * S <= at <= T - 66 * S else v) for at, v in both["lubrication.lubricant_pressure"]]
    assert [c.step for c in causes({**both, "lubrication.lubricant_pressure": healed})] == ["extrusion", "lubrication"]


def test_a_stronger_downstream_step_is_not_hidden_by_a_slight_one_upstream() -> None:
    found = causes(history(lubrication__lubricant_pressure=(100, 4.3), necking__die_wear=(100, 110.0)))
    assert [c.step for c in found] == ["necking", "lubrication"]


def test_noise_that_grazes_a_limit_is_no_cause() -> None:
    dice = random.Random(1)
    noisy = history()
    # It runs along its limit, as it always does, and is a little below it now.
    noisy["lubrication.lubricant_pressure"] = [(at, 4.42 + dice.gauss(0, 0.04)) for at, _ in noisy["lubrication.lubricant_pressure"]]
    visited = [(at, 4.37 if T - 58 * S <= at <= T - 48 * S else v) for at, v in noisy["lubrication.lubricant_pressure"]]
    assert causes({**noisy, "lubrication.lubricant_pressure": visited}) == []
    # The same value is evidence where pressure never is like that.
    moved = history()["lubrication.lubricant_pressure"]
    moved = [(at, 4.37 if T - 58 * S <= at <= T - 48 * S else v) for at, v in moved]
    assert [c.step for c in causes({"lubrication.lubricant_pressure": moved})] == ["lubrication"]


def test_a_single_wild_sample_is_not_what_the_product_met() -> None:
    wild = history()
    at_us = T - round(LUBRICATION_S) * S
    wild["lubrication.lubricant_pressure"] = [(at, 0.0 if at == at_us else v) for at, v in wild["lubrication.lubricant_pressure"]]
    assert causes(wild) == []


def test_readings_that_stopped_long_before_say_nothing() -> None:
    cut = history(lubrication__lubricant_pressure=(180, 3.0))
    cut["lubrication.lubricant_pressure"] = [s for s in cut["lubrication.lubricant_pressure"] if s[0] < T - 100 * S]
    assert causes(cut) == []


def test_a_fault_that_was_entered_speaks_for_its_step() -> None:
    (cause,) = causes(history(), event("fault", "necking", 60))
    assert (cause.step, cause.score, cause.tag, cause.value, cause.event) == ("necking", ENTERED["fault"], None, None, "Pump leaks")
    assert [c.score for c in causes(history(), event("stop", "necking", 60, 20))] == [ENTERED["stop"]]


def test_events_that_do_not_cover_the_visit_or_name_no_step_say_nothing() -> None:
    for silent in (
        event("fault", "necking", 20),  # began after the product had passed
        event("fault", "necking", 90, 60),  # was over before
        event("note", "necking", 60),
        event("fault", None, 60),
        event("fault", "inspection", 60),
        event("fault", "shipping", 60),
    ):
        assert causes(history(), silent) == []


def test_event_and_reading_of_one_step_stand_side_by_side() -> None:
    (cause,) = causes(history(lubrication__lubricant_pressure=(100, 3.8)), event("fault", "lubrication", 120))
    assert (cause.score, cause.tag, cause.event) == (ENTERED["fault"], "lubrication.lubricant_pressure", "Pump leaks")


def test_what_a_person_entered_is_nobodys_consequence() -> None:
    found = causes(history(lubrication__lubricant_pressure=(100, 3.8)), event("fault", "extrusion", 60))
    assert [(c.step, c.score) for c in found] == [("extrusion", ENTERED["fault"]), ("lubrication", 1.0)]


def test_the_order_of_other_series_does_not_matter() -> None:
    samples = history(lubrication__lubricant_pressure=(100, 4.0), extrusion__ram_force=(95, 1540.0), necking__die_wear=(90, 110.0))
    assert causes(samples) == causes(dict(reversed(samples.items())))
