"""R6, R7, R8, R13 and promise 5 on the arithmetic that the minutes and the report share."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lineside.hub.oee.components import Facts, ProductAt, Slice, StateAt, measure
from lineside.hub.oee.spans import overlap
from lineside.types.oee import Components, total

S = 1_000_000
MIN = 60 * S
DAY = 24 * 60 * MIN


def state(at_s: int, name: str, reason: str | None = None) -> StateAt:
    return StateAt(at_s * S, "e", at_s, b"", name, reason)


def product(at_s: int, verdict: str | None = "pass", *reasons: str) -> ProductAt:
    return ProductAt(at_s * S, "e", at_s, b"", "judged" if verdict else "explained", verdict, reasons)


def facts(
    states: list[StateAt],
    products: list[ProductAt] | None = None,
    *,
    life: list[int] | None = None,
    planned: list[tuple[int, int]] | None = None,
    first_us: int = 0,
    horizon_us: int = DAY,
) -> Facts:
    """A line with a sign of life every 10 s of the first ten minutes, planned all day, 3 s a product."""
    heard = [n * 10 * S for n in range(60)] if life is None else [at * S for at in life]
    return Facts(planned or [(0, DAY)], heard, states, products or [], "bottle", 3 * S, first_us, horizon_us)


def times(found: Slice) -> tuple[int, int, int, int, int]:
    """calendar, planned, run, down, nodata in seconds."""
    c = found.components
    assert c.planned_us == c.run_us + c.down_us + c.nodata_us
    return tuple(us // S for us in (c.calendar_us, c.planned_us, c.run_us, c.down_us, c.nodata_us))  # type: ignore[return-value]


def test_a_state_lasts_until_the_next_and_down_time_has_its_reason() -> None:
    line = facts([state(0, "RUNNING"), state(20, "FAULT", "jam"), state(35, "IDLE"), state(50, "MAINTENANCE")])
    found = measure(line, 0, MIN)
    assert times(found) == (60, 60, 20, 40, 0)
    assert found.down == {"jam": 15 * S, "IDLE": 15 * S, "MAINTENANCE": 10 * S}
    assert times(measure(line, MIN, 2 * MIN)) == (60, 60, 0, 60, 0)


def test_silence_is_no_data_after_thirty_seconds_and_until_the_next_sign_of_life() -> None:
    line = facts([state(0, "RUNNING")], life=[0, 10, 100])
    found = [measure(line, n * MIN, (n + 1) * MIN) for n in range(3)]
    assert [times(f) for f in found] == [(60, 60, 40, 0, 20), (60, 60, 20, 0, 40), (60, 60, 10, 0, 50)]


def test_alive_but_off_is_down_not_no_data() -> None:
    assert times(measure(facts([state(0, "STOPPED")]), 0, MIN)) == (60, 60, 0, 60, 0)


def test_unknown_and_before_the_first_status_are_no_data() -> None:
    assert times(measure(facts([state(30, "RUNNING"), state(45, "UNKNOWN")]), 0, MIN)) == (60, 60, 15, 0, 45)


def test_before_its_first_record_a_line_is_not_planned_and_after_the_horizon_nothing_is_known_yet() -> None:
    line = facts([state(20, "RUNNING")], life=[20, 30, 40], first_us=20 * S, horizon_us=40 * S)
    assert times(measure(line, 0, MIN)) == (20, 20, 20, 0, 0)
    assert times(measure(line, MIN, 2 * MIN)) == (0, 0, 0, 0, 0)


def test_outside_the_shift_time_is_calendar_only_and_products_are_not_counted() -> None:
    line = facts([state(0, "RUNNING")], [product(5), product(35), product(45)], planned=[(0, 30 * S), (40 * S, 60 * S)])
    found = measure(line, 0, MIN)
    assert times(found) == (60, 50, 50, 0, 0)
    assert (found.components.pq, found.components.gq) == (2, 2)


def test_every_product_is_good_scrap_or_unknown_and_no_product_counts_nowhere() -> None:
    made = [
        product(1),
        product(2, "reject", "dent", "scratch"),
        product(3, "reject", "dent"),
        product(4, None, "deadline"),
        product(5, None, "no_product"),
    ]
    found = measure(facts([state(0, "RUNNING")], made), 0, MIN)
    c = found.components
    assert (c.pq, c.gq, c.sq, c.rq, c.uq) == (4, 1, 2, 0, 1)
    assert (c.ideal_us, c.good_us) == (12 * S, 3 * S)
    assert found.defects == {"dent": 2, "scratch": 1}


def test_minutes_are_half_open() -> None:
    line = facts([state(0, "RUNNING")], [product(0), product(60)])
    assert measure(line, 0, MIN).components.pq == 1
    assert measure(line, MIN, 2 * MIN).components.pq == 1


def test_of_two_statuses_at_one_instant_the_last_in_order_holds() -> None:
    line = facts([StateAt(0, "e", 1, b"", "RUNNING", None), StateAt(0, "e", 2, b"", "IDLE", None)])
    assert times(measure(line, 0, MIN)) == (60, 60, 0, 60, 0)


spans = st.lists(st.integers(0, 120), max_size=6, unique=True).map(lambda edges: list(zip(*[iter(sorted(edges))] * 2, strict=False)))


@given(spans, spans)
def test_overlap_is_the_instants_in_both(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    def instants(of: list[tuple[int, int]]) -> set[int]:
        return {t for a, b in of for t in range(a, b)}

    assert instants(overlap(some, others)) == instants(some) & instants(others)


STATE = st.builds(state, st.integers(0, 600), st.sampled_from(["RUNNING", "IDLE", "FAULT", "UNKNOWN"]), st.sampled_from([None, "jam"]))
PRODUCT = st.one_of(
    st.builds(product, st.integers(0, 600)),
    st.builds(product, st.integers(0, 600), st.just("reject"), st.sampled_from(["dent", "scratch"])),
    st.builds(product, st.integers(0, 600), st.none(), st.sampled_from(["deadline", "no_product"])),
)


@given(
    st.lists(STATE, max_size=12, unique_by=lambda s: s.seq),
    st.lists(PRODUCT, max_size=12, unique_by=lambda p: p.seq),
    st.lists(st.integers(0, 600), max_size=12),
    st.lists(st.integers(1, 599), max_size=5),
    spans,
)
def test_the_slices_of_any_cut_add_up_to_the_whole(
    states: list[StateAt], products: list[ProductAt], life: list[int], cuts: list[int], planned: list[tuple[int, int]]
) -> None:
    line = facts(
        sorted(states), sorted(products), life=sorted(life), planned=[(a * 5 * S, b * 5 * S) for a, b in planned], horizon_us=550 * S
    )
    edges = sorted({0, *(cut * S for cut in cuts), 600 * S})
    parts = [measure(line, a, b) for a, b in pairwise(edges)]
    whole = measure(line, 0, 600 * S)
    assert total([part.components for part in parts]) == whole.components
    assert whole.components.pq == whole.components.gq + whole.components.sq + whole.components.uq
    assert isinstance(whole.components, Components)
    for name in ("down", "defects"):
        summed: dict[str, int] = {}
        for part in parts:
            for key, n in getattr(part, name).items():
                summed[key] = summed.get(key, 0) + n
        assert summed == getattr(whole, name)
