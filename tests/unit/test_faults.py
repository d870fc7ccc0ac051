"""The ten faults: where they stand, what they move, and that one that is asked for comes alone."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from pathlib import Path

import pytest

from lineside.demo.home import Home
from lineside.demo.options import DemoOptions
from lineside.demo.plant import choose_plant
from lineside.demo.stations import simulated_posts, write_field
from lineside.plants import EXAMPLE
from lineside.sim.faults import FAULTS, Fault, find_fault
from lineside.sim.field import Field, load_field
from lineside.sim.history import BEGIN_US, History, Made, simulate
from lineside.sim.tags import TAGS
from lineside.sim.timetable import SINGLE_HOLD_S, Timetable, single_timetable
from lineside.types.errors import ConfigError
from lineside.types.plant import Tag
from lineside.types.plant_file import load_plant

PROCESS = load_plant(EXAMPLE).process[0]
LIMITS = {key: tag for key, _, tag in PROCESS.tags()}
NOMINAL = {tag.key: tag.nominal for tag in TAGS}
STEPS = [step.id for step in PROCESS.step]
BEFORE_INSPECTION = STEPS[: STEPS.index(PROCESS.inspection_step)]

each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.id)


@functools.cache
def lived(fault_id: str, seed: int) -> History:
    return simulate(PROCESS, seed, fault_id, 600)


def episodes(timetable: Timetable, until_s: float) -> Counter[str]:
    """Seconds with a fault, by its id."""
    found: Counter[str] = Counter()
    for now_s in range(int(until_s)):
        episode = timetable.episode(now_s)
        if episode.severity(now_s) > 0:
            found[episode.fault.id] += 1
    return found


def paused(timetable: Timetable, until_s: float) -> list[int]:
    return [now_s for now_s in range(int(until_s)) if timetable.pause(now_s)]


def test_every_step_before_the_inspection_can_fail_and_every_defect_has_a_fault() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS) == 10
    assert {fault.step for fault in FAULTS} == set(BEFORE_INSPECTION)
    assert {fault.label for fault in FAULTS} == {defect.label for defect in PROCESS.defect}


@each_fault
def test_a_fault_has_a_signature_that_begins_at_its_step(fault: Fault) -> None:
    moved = [key.partition(".")[0] for key in fault.effects]
    assert 2 <= len(fault.effects) <= 5
    assert fault.cause in fault.effects
    assert all(BEFORE_INSPECTION.index(fault.step) <= BEFORE_INSPECTION.index(step) for step in moved), "consequences lie downstream"
    signatures = {tuple(sorted(other.effects)) for other in FAULTS}
    assert len(signatures) == len(FAULTS)


@each_fault
def test_harm_begins_about_where_the_normal_range_ends(fault: Fault) -> None:
    tag, low = LIMITS[fault.cause], fault.harmful < fault.harmless
    limit = tag.normal_low if low else tag.normal_high
    assert limit is not None
    assert abs(fault.harmless - limit) <= 0.2 * half_range(tag)
    full = at_full_severity(fault)
    assert outside(fault.cause, full[fault.cause]) > 0.6
    assert fault.probability(full[fault.cause]) == fault.probability(fault.harmful)
    consequences = {key: value for key, value in full.items() if key != fault.cause}
    assert all(outside(key, value) < 0.75 * outside(fault.cause, full[fault.cause]) for key, value in consequences.items())


def test_no_fault_does_the_harm_of_another_one() -> None:
    for fault in FAULTS:
        reached = NOMINAL | at_full_severity(fault)
        assert [other.id for other in FAULTS if other.probability(reached[other.cause]) > 0] == [fault.id]


def at_full_severity(fault: Fault) -> dict[str, float]:
    return {key: NOMINAL[key] + effect for key, effect in fault.effects.items()}


def outside(key: str, value: float) -> float:
    """How far beyond its normal range, in halves of that range; negative inside."""
    tag = LIMITS[key]
    return max((tag.normal_low or 0) - value, value - (tag.normal_high or 0)) / half_range(tag)


def half_range(tag: Tag) -> float:
    return ((tag.normal_high or 0) - (tag.normal_low or 0)) / 2


@each_fault
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fault_makes_its_own_defect_and_no_other(fault: Fault, seed: int) -> None:
    made = lived(fault.id, seed)
    caused = [product for product in made.products if product.causes]
    assert {cause for product in caused for cause in product.causes} == {fault.id}
    assert all(fault.label in product.labels for product in caused)
    assert len(caused) >= 15
    assert sum(bool(product.labels and not product.causes) for product in made.products) <= 12, "the others come by chance"
    beyond = [value for _, value in made.samples[fault.cause] if outside(fault.cause, value) > 0]
    assert len(beyond) >= 40
    assert not any(step_out_of_range(made.samples, step) for step in BEFORE_INSPECTION[: BEFORE_INSPECTION.index(fault.step)])


@each_fault
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fault_lasts_long_enough_for_the_alarm_rules_and_then_goes(fault: Fault, seed: int) -> None:
    """Quality under 80 % of the last two minutes for a minute; the causing tag out of its range for 45 s; both well at the end."""
    made = lived(fault.id, seed)
    times_s = range(130, 600, 10)
    poor = [at_s for at_s in times_s if quality(made.products, at_s) < 0.8]
    assert max(b - a for a, b in itertools.pairwise(poor)) <= 20, "no gap in which an alarm could clear and come again"
    assert poor[-1] - poor[0] >= 60
    assert poor[-1] <= 480
    outside_s = [(at_us - BEGIN_US) / 1e6 for at_us, value in made.samples[fault.cause] if outside(fault.cause, value) > 0]
    steady = [b - a for a, b in itertools.pairwise(outside_s) if b - a <= 5]
    assert sum(steady) >= 150
    assert sum(at_s > 320 for at_s in outside_s) <= 5, "a stop may let it graze the limit, which is no alarm"


def quality(products: list[Made], at_s: float) -> float:
    """Good ones of the two minutes before."""
    recent = [product for product in products if 0 < at_s - (product.at_us - BEGIN_US) / 1e6 <= 120]
    return sum(product.verdict == "pass" for product in recent) / len(recent)


def step_out_of_range(samples: dict[str, list[tuple[int, float]]], step: str) -> bool:
    """Whether a tag of the step stood outside its range while the line ran: half a minute of values."""
    tags = [key for key in samples if key.startswith(f"{step}.")]
    return any(sum(outside(key, value) > 0 for _, value in samples[key]) > 30 for key in tags)


@each_fault
def test_a_fault_that_is_asked_for_comes_soon_and_alone(fault: Fault) -> None:
    for seed in range(1, 6):
        timetable = single_timetable(seed, 0, 8, fault)
        episode = timetable.episode(0)
        assert episode.fault is fault
        assert 0 < episode.start_s <= 30
        assert episode.hold_s == SINGLE_HOLD_S
        assert episodes(timetable, 3600).keys() == {fault.id}
        lasts_s = fault.onset_s + SINGLE_HOLD_S + fault.recovery_s
        assert episodes(single_timetable(seed, 0, 8, fault), 3600)[fault.id] == pytest.approx(lasts_s, abs=2)


def test_nothing_else_happens_on_that_line_until_its_victims_have_gone_and_stops_go_on_elsewhere() -> None:
    fault = find_fault("heavy-slugs")  # whose victims have the longest way
    way_s = PROCESS.lag_to_inspection_s(fault.step) or 0.0
    for seed in range(1, 6):
        first = single_timetable(seed, 0, 8, fault)
        end_s = first.episode(0).end_s + way_s
        assert min(paused(first, 3600)) > end_s
        others = [single_timetable(seed, line, 8, fault) for line in range(1, 8)]
        assert all(not episodes(other, 3600) for other in others)
        assert all(paused(single_timetable(seed, line, 8, fault), 3600) for line in range(1, 8))


def test_a_line_that_is_not_calm_stops_while_the_fault_is_on() -> None:
    fault = find_fault("heavy-slugs")
    end_s = single_timetable(1, 0, 1, fault).episode(0).end_s
    assert any(paused(single_timetable(seed, 0, 1, fault, calm=False), end_s) for seed in range(1, 4))


def test_without_a_fault_there_is_none() -> None:
    assert not episodes(single_timetable(1, 0, 1, None), 3600)


def test_the_demo_tells_its_lines_which_fault_was_asked_for(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for folder in (home.run, home.truth):
        folder.mkdir(parents=True)
    posts = simulated_posts(choose_plant(home, steel=False).plant, 2)
    write_field(home, posts, 4711, DemoOptions(data=tmp_path, rate=2.0, seed=7))
    usual = load_field(home.field)
    assert (usual.fault, usual.rate_s, usual.seed, usual.port) == (None, 2.0, 7, 4711)
    write_field(home, posts, 4711, DemoOptions(data=tmp_path, fault="rust"))
    with pytest.raises(ConfigError, match=r"'rust'.*heavy-slugs"):
        Field(load_field(home.field))
