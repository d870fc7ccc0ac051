"""What a line remembers of its rejects: the failed step appears with the first, follows the newest, and goes by itself."""

from __future__ import annotations

from datetime import timedelta

from lineside.hub.insight.memory import FAILED_WINDOW_US, CauseMemory
from lineside.hub.store.attribution import Attributed
from lineside.plants import EXAMPLE
from lineside.types.cause import Cause, StepEvent
from lineside.types.identity import StationKey, instant
from lineside.types.plant_file import parse_plant
from lineside.types.strict import read_toml

S = 1_000_000
T = 1_700_000_000 * S
LUX = StationKey("lux", "line-1", "station-1")


def cause(step: str, score: float = 1.0) -> Cause:
    return Cause(step, step.title(), instant(T), score, f"{step}.tag", "Tag")


def product(count: int, at_s: float, *causes: Cause, label: str = "dent") -> Attributed:
    return Attributed(LUX, f"line-1-{count}", count, T + round(at_s * S), (label,), list(causes))


def remember(*products: Attributed) -> CauseMemory:
    memory = CauseMemory()
    for one in products:
        memory.add(one)
    return memory


def test_without_evidence_nothing_failed() -> None:
    memory = remember(product(1, 0), product(2, 3))
    assert memory.failed("lux", "line-1", T + 5 * S) is None
    assert memory.defects("lux", "line-1", T + 5 * S) == {}
    assert memory.failed("lux", "line-9", T) is None


def test_the_first_defect_shows_the_step() -> None:
    failed = remember(product(1, 0), product(2, 3, cause("press"), cause("oven", 0.2))).failed("lux", "line-1", T + 5 * S)
    assert failed is not None
    assert (failed.step, failed.step_name, failed.tag, failed.defects, failed.of) == ("press", "Press", "press.tag", 1, 2)
    assert (failed.last_product, failed.first_at, failed.last_at) == ("line-1-2", instant(T + 3 * S), instant(T + 3 * S))
    assert failed.labels == ["dent"]


def test_what_fails_now_outweighs_what_failed_before() -> None:
    before = [product(n, 3 * n, cause("press")) for n in range(1, 11)]
    memory = remember(*before, product(20, 40, cause("oven")))
    assert memory.failed("lux", "line-1", T + 50 * S).step == "press"
    for count in range(21, 26):
        memory.add(product(count, 55 + 5 * count, cause("oven")))
    failed = memory.failed("lux", "line-1", T + 181 * S)
    assert (failed.step, failed.defects, failed.of) == ("oven", 6, 16)
    assert memory.defects("lux", "line-1", T + 181 * S) == {"press": 10, "oven": 6}


def test_one_wild_reading_does_not_outweigh_a_row_of_products() -> None:
    memory = remember(*[product(n, n, cause("press")) for n in range(1, 8)], product(9, 9, cause("oven", 1e6)))
    assert memory.failed("lux", "line-1", T + 10 * S).step == "press"


def test_it_goes_by_itself_when_the_newest_defect_is_old() -> None:
    memory = remember(product(1, 0, cause("press")), product(2, 60, cause("press")))
    assert memory.failed("lux", "line-1", T + FAILED_WINDOW_US - 1).defects == 2
    assert memory.failed("lux", "line-1", T + FAILED_WINDOW_US).defects == 1
    assert memory.failed("lux", "line-1", T + 60 * S + FAILED_WINDOW_US) is None


def test_a_slow_line_is_not_healthy_after_three_minutes() -> None:
    document = read_toml(EXAMPLE)
    document["process"][0]["ideal_cycle_s"] = 60.0
    memory = CauseMemory()
    memory.adopt(parse_plant(document, "test"))
    assert memory.window_us(("beijing", "line-1")) == 20 * 60 * S
    assert memory.window_us(("no", "line")) == FAILED_WINDOW_US


def test_a_product_that_is_looked_at_again_counts_once() -> None:
    memory = remember(product(1, 0), product(1, 0, cause("press")), product(1, 0, cause("oven")))
    failed = memory.failed("lux", "line-1", T + S)
    assert (failed.step, failed.defects, failed.of) == ("oven", 1, 1)


def test_open_events_are_shown_until_they_end() -> None:
    memory = CauseMemory()
    opened = StepEvent(1, "lux", "line-1", "press", "fault", "Leaks", instant(T), None, "Ada", instant(T))
    ended = StepEvent(1, "lux", "line-1", "press", "fault", "Leaks", instant(T), instant(T) + timedelta(seconds=1), "Ada", instant(T))
    memory.enter(opened)
    assert memory.events("lux", "line-1") == [opened]
    assert memory.set_open([opened]) == set()
    memory.enter(ended)
    assert memory.events("lux", "line-1") == []
    assert memory.set_open([opened]) == {("lux", "line-1")}
    assert memory.set_open([]) == {("lux", "line-1")}
