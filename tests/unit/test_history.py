"""A line's records on the simulator's own clock."""

from __future__ import annotations

import itertools

import pytest

from lineside.edge.config import TagRule
from lineside.edge.telemetry import is_worth
from lineside.plants import EXAMPLE
from lineside.sim.history import BEGIN_US, is_sent, simulate
from lineside.types.errors import ConfigError
from lineside.types.machine import Sample
from lineside.types.plant import Tag
from lineside.types.plant_file import load_plant

PROCESS = load_plant(EXAMPLE).process[0]
TAGS = {key: tag for key, _, tag in PROCESS.tags()}
SECOND = 1_000_000


def test_the_same_seed_gives_the_same_history_and_another_seed_another() -> None:
    first, again = simulate(PROCESS, 3, "cure-drift", 120), simulate(PROCESS, 3, "cure-drift", 120)
    assert first == again
    assert first != simulate(PROCESS, 4, "cure-drift", 120)


def test_a_longer_history_begins_with_the_shorter_one() -> None:
    short, long = simulate(PROCESS, 3, "cure-drift", 60), simulate(PROCESS, 3, "cure-drift", 120)
    assert long.products[: len(short.products)] == short.products
    assert all(long.samples[key][: len(samples)] == samples for key, samples in short.samples.items())


def test_products_come_at_the_rate_and_are_rejected_for_their_defects() -> None:
    made = simulate(PROCESS, 1, "capping-jam", 180, rate_s=2.0)
    assert [product.count for product in made.products] == list(range(1, 91))
    assert made.products[0].at_us == BEGIN_US + 2 * SECOND
    assert {b.at_us - a.at_us for a, b in itertools.pairwise(made.products)} == {2 * SECOND}
    assert {product.verdict for product in made.products} == {"pass", "reject"}
    assert all((product.verdict == "reject") == bool(product.labels) for product in made.products)


def test_without_a_fault_the_line_stops_and_no_product_passes_then() -> None:
    made = simulate(PROCESS, 1, None, 600)
    stops = [at_us for at_us, value in made.samples["inspection.belt_speed"] if value == 0]
    assert stops
    assert len(made.products) < 200
    assert all(abs(product.at_us - at_us) > SECOND for at_us in stops for product in made.products)
    assert not any(product.causes for product in made.products)


def test_tags_are_what_a_station_would_send() -> None:
    made = simulate(PROCESS, 1, "die-wear", 120)
    assert made.samples.keys() == TAGS.keys()
    for key, samples in made.samples.items():
        gaps = [b[0] - a[0] for a, b in itertools.pairwise(samples)]
        assert min(gaps) >= SECOND
        assert max(gaps) <= TAGS[key].expected_interval_s * SECOND
        early = [b[1] - a[1] for a, b in itertools.pairwise(samples) if b[0] - a[0] < TAGS[key].expected_interval_s * SECOND]
        assert all(abs(step) > TAGS[key].deadband for step in early), key


@pytest.mark.parametrize(("value", "age_s"), [(5.0, 1), (5.04, 1), (5.05, 1), (4.9, 4), (5.0, 4.9), (5.0, 5), (5.0, 9)])
def test_the_rule_is_the_one_of_the_station(value: float, age_s: float) -> None:
    tag = Tag("pressure", "Pressure", "bar", deadband=0.04, expected_interval_s=5.0)
    at_us = round(age_s * SECOND)
    theirs = is_worth(Sample("pressure", at_us, value), Sample("pressure", 0, 5.0), TagRule("pressure", 0.04, 5.0), at_us)
    assert is_sent(at_us, value, (0, 5.0), tag) is theirs
    assert is_sent(at_us, value, None, tag)


def test_a_fault_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(ConfigError, match=r"'rust'.*worn-test-clamp"):
        simulate(PROCESS, 1, "rust", 10)
