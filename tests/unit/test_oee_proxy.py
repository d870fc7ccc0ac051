"""R14: what stands for performance where no ideal cycle is known, and what is said where nothing does."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lineside.hub.oee.components import Facts, ProductAt, StateAt, measure
from lineside.hub.oee.proxy import Belt, SpeedAt, good_part, ideal_time
from lineside.types.oee import Components, ratios, total

S = 1_000_000
MIN = 60 * S
DAY = 24 * 60 * MIN


def at_speeds(*speeds: tuple[int, float | None], design_max: float = 0.5) -> Belt:
    return Belt(design_max, [SpeedAt(at * S, speed) for at, speed in speeds])


def line(belt: Belt | None, states: list[tuple[int, str]], fates: list[tuple[int, str | None]] = ()) -> Facts:
    """Heard of every 10 s of ten minutes; products at seconds, `pass`, `reject` or None (explained)."""
    made = [
        ProductAt(at * S, "e", n, b"", "judged" if f else "explained", f, () if f == "pass" else ("dent",))
        for n, (at, f) in enumerate(fates)
    ]
    known = [StateAt(at * S, "e", n, b"", state, None) for n, (at, state) in enumerate(states)]
    return Facts([(0, DAY)], [n * 10 * S for n in range(60)], known, made, "can", None, 0, 600 * S, belt)


def minute(facts: Facts, n: int = 0) -> Components:
    return measure(facts, n * MIN, (n + 1) * MIN).components


def test_ideal_time_is_the_way_at_the_designed_maximum() -> None:
    found = minute(line(at_speeds((0, 0.5), (30, 0.25), (45, 0.0)), [(0, "RUNNING")], [(1, "pass"), (2, "pass"), (3, "reject"), (4, None)]))
    assert (found.run_us, found.ideal_us, found.proxy_us, found.unrated_us) == (60 * S, 37_500_000, 37_500_000, 0)
    assert found.good_us == 25 * S
    assert (found.pq, found.gq, found.sq, found.uq) == (4, 2, 1, 1)
    r = ratios(found)
    assert (r.availability, r.performance, r.quality, r.flags) == (1.0, 0.625, 2 / 3, ("PROXY",))


def test_the_belt_counts_only_while_the_machine_runs() -> None:
    found = minute(line(at_speeds((0, 0.5)), [(0, "RUNNING"), (20, "STOPPED")]))
    assert (found.run_us, found.down_us, found.ideal_us) == (20 * S, 40 * S, 20 * S)


def test_a_sample_holds_until_the_next_even_over_minutes() -> None:
    facts = line(at_speeds((10, 0.25), (150, 0.5)), [(0, "RUNNING")])
    assert [minute(facts, n).ideal_us for n in range(4)] == [25 * S, 30 * S, 45 * S, 60 * S]
    assert [minute(facts, n).unrated_us for n in range(4)] == [10 * S, 0, 0, 0]


def test_a_minute_without_a_judged_product_is_good() -> None:
    facts = line(at_speeds((0, 0.5)), [(0, "RUNNING")], [(30, "reject"), (90, None)])
    assert [minute(facts, n).good_us for n in range(3)] == [0, 60 * S, 60 * S]


def test_speed_that_could_not_be_measured_is_unknown_and_not_nought() -> None:
    found = minute(line(at_speeds((0, 0.5), (30, None)), [(0, "RUNNING")]))
    assert (found.ideal_us, found.unrated_us) == (30 * S, 30 * S)
    r = ratios(found)
    assert (r.performance, r.quality, r.oee, r.oee_known) == (None, None, None, None)
    assert (r.oee_low, r.oee_high) == (0.5, 1.0)
    assert r.flags == ("PROXY", "UNRATED")


def test_without_cycle_and_belt_only_availability_and_quality_by_count_are_said() -> None:
    r = ratios(minute(line(None, [(0, "RUNNING"), (45, "STOPPED")], [(1, "pass"), (2, "pass"), (3, "reject")])))
    assert (r.availability, r.quality_by_count) == (0.75, 2 / 3)
    assert (r.performance, r.quality, r.oee) == (None, None, None)
    assert r.flags == ("UNRATED",)


def test_a_line_that_never_ran_lost_all_of_it_whatever_its_cycle() -> None:
    r = ratios(minute(line(None, [(0, "FAULT")])))
    assert (r.availability, r.performance, r.oee) == (0.0, None, 0.0)


def test_a_tenth_of_unknown_run_time_is_told_by_bounds() -> None:
    known = Components(planned_us=100 * S, run_us=100 * S, ideal_us=80 * S, good_us=72 * S, pq=10, gq=9, sq=1, unrated_us=10 * S)
    r = ratios(known)
    assert (r.performance, r.oee, r.oee_low, r.oee_high, r.flags) == (0.8, 0.72, 0.72, 0.82, ("UNRATED",))
    assert ratios(known + Components(unrated_us=1)).oee is None


def test_halves_round_to_even() -> None:
    assert [good_part(n, 1, 2) for n in (1, 3, 5)] == [0, 2, 2]
    assert ideal_time(at_speeds((0, 1.0), design_max=2.0), [(0, 1)]) == (0, 0)
    assert ideal_time(at_speeds((0, 1.0), design_max=2.0), [(0, 3)]) == (2, 0)


SPEED = st.tuples(st.integers(-30, 600), st.one_of(st.none(), st.floats(-1, 2, allow_nan=False)))
PIECES = st.lists(st.integers(0, 600), max_size=8, unique=True).map(lambda e: list(zip(*[iter(sorted(e))] * 2, strict=False)))


@given(st.lists(SPEED, max_size=10, unique_by=lambda s: s[0]), PIECES)
def test_the_integral_is_exact(speeds: list[tuple[int, float | None]], running: list[tuple[int, int]]) -> None:
    found = ideal_time(at_speeds(*sorted(speeds, key=lambda s: s[0])), [(a * S, b * S) for a, b in running])
    way = unknown = Fraction(0)
    for second in (t for a, b in running for t in range(a, b)):
        before = [speed for at, speed in sorted(speeds, key=lambda s: s[0]) if at <= second]
        if not before or before[-1] is None:
            unknown += 1
        else:
            way += Fraction(str(max(before[-1], 0.0)))
    assert found == (round(way * S / Fraction("0.5")), unknown * S)


STATE = st.tuples(st.integers(0, 600), st.sampled_from(["RUNNING", "IDLE", "UNKNOWN"]))
FATE = st.tuples(st.integers(0, 599), st.sampled_from(["pass", "reject", None]))


@given(
    st.lists(SPEED, max_size=8, unique_by=lambda s: s[0]),
    st.lists(STATE, max_size=6),
    st.lists(FATE, max_size=8),
    st.sets(st.integers(1, 9)),
)
def test_whole_minutes_add_up(
    speeds: list[tuple[int, float | None]], states: list[tuple[int, str]], fates: list[tuple[int, str | None]], cuts: set[int]
) -> None:
    facts = line(at_speeds(*sorted(speeds, key=lambda s: s[0])), sorted(states), sorted(fates, key=lambda f: f[0]))
    edges = [0, *sorted(cuts), 10]
    parts = [measure(facts, a * MIN, b * MIN).components for a, b in pairwise(edges)]
    random.Random(1).shuffle(parts)
    assert total(parts) == measure(facts, 0, 10 * MIN).components
