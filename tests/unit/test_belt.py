"""Where a product was before: the way of the belt, not the clock."""

from __future__ import annotations

import math
import random

import pytest

from lineside.hub.insight.belt import Belt

S = 1_000_000
DESIGN = 0.25


def test_at_design_speed_the_lag_is_a_time() -> None:
    assert Belt([(0, DESIGN)], DESIGN).back_us(100 * S, 30.0) == 70 * S
    assert Belt([], DESIGN).back_us(100 * S, 30.0) == 70 * S
    assert Belt([], DESIGN).back_us(100 * S, 0.0) == 100 * S


def test_without_samples_the_record_is_believed_and_a_standing_belt_is_not() -> None:
    assert Belt([], DESIGN, DESIGN / 2).back_us(100 * S, 30.0) == 40 * S
    assert Belt([], DESIGN, 0.0).back_us(100 * S, 30.0) == 70 * S
    assert Belt([], DESIGN, None).back_us(100 * S, 30.0) == 70 * S


def test_before_the_first_sample_the_record_is_believed() -> None:
    belt = Belt([(90 * S, DESIGN)], DESIGN, DESIGN / 2)
    assert belt.back_us(100 * S, 8.0) == 92 * S
    assert belt.back_us(100 * S, 12.0) == 86 * S
    assert belt.covers(100 * S, 10.0)
    assert not belt.covers(100 * S, 10.1)


def test_a_stop_adds_no_way() -> None:
    belt = Belt([(0, DESIGN), (60 * S, 0.0), (80 * S, DESIGN)], DESIGN)
    assert belt.back_us(100 * S, 15.0) == 85 * S
    assert belt.back_us(100 * S, 30.0) == 50 * S
    # It stood exactly there for the whole stop: the moment when it moved on.
    assert belt.back_us(100 * S, 20.0) == 80 * S
    assert belt.back_us(100 * S, 20.001) == 60 * S - 1000


def test_inspected_while_the_belt_stands() -> None:
    belt = Belt([(0, DESIGN), (60 * S, 0.0)], DESIGN)
    assert belt.back_us(100 * S, 0.0) == 100 * S
    assert belt.back_us(100 * S, 10.0) == 50 * S


def test_a_slow_belt_needs_longer_and_a_fast_one_less() -> None:
    belt = Belt([(0, 2 * DESIGN), (50 * S, DESIGN / 2)], DESIGN)
    assert belt.back_us(100 * S, 25.0) == 50 * S
    assert belt.back_us(100 * S, 45.0) == 40 * S


def test_samples_after_the_inspection_say_nothing() -> None:
    assert Belt([(0, DESIGN), (101 * S, 0.0)], DESIGN).back_us(100 * S, 30.0) == 70 * S


def test_a_belt_that_runs_back_or_stands_for_ever_ends() -> None:
    assert Belt([(0, -1.0)], DESIGN).back_us(100 * S, 30.0) == -30 * S
    assert Belt([(10 * S, 0.0)], DESIGN).back_us(100 * S, 30.0) == -20 * S


@pytest.mark.parametrize("seed", range(20))
def test_the_way_between_is_the_lag(seed: int) -> None:
    dice = random.Random(seed)
    samples = [(n * S, dice.choice((0.0, 0.1, 0.25, 0.3))) for n in range(300)]
    belt, inspected_us = Belt(samples, DESIGN), 299 * S
    for lag_s in [dice.uniform(0, 60) for _ in range(9)]:
        at_us = belt.back_us(inspected_us, lag_s)
        way_s = sum(speed / DESIGN * max(0, min(start + S, inspected_us) - max(start, at_us)) / S for start, speed in samples)
        assert math.isclose(way_s, lag_s, abs_tol=1e-4)
