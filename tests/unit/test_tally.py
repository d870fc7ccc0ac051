"""The photo-eye's count becomes products and gaps: every count once, whatever was heard of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lineside.edge.tally import Gap, Seen, Tally, advance, spread

NOW = 2_000_000_000_000_000


def seen(count: int, at: int = NOW, fresh: bool = True) -> Seen:
    return Seen(count, at, fresh)


def test_the_first_word_is_the_base_and_nothing_before_it_is_explained() -> None:
    step = advance(Tally(), seen(41, fresh=False), NOW)
    assert (step.tally.last, step.gap, step.product) == (41, None, None)


def test_a_first_word_that_is_a_product_is_judged() -> None:
    step = advance(Tally(), seen(42), NOW)
    assert (step.tally.last, step.gap, step.product) == (42, None, 42)


def test_the_next_count_is_a_product_without_a_gap() -> None:
    step = advance(Tally(41, NOW - 5), seen(42), NOW)
    assert (step.tally.last, step.gap, step.product) == (42, None, 42)


def test_skipped_counts_are_a_gap_between_the_two_instants() -> None:
    step = advance(Tally(41, NOW - 400), seen(45, NOW), NOW)
    assert step.gap == Gap(42, 44, NOW - 400, NOW)
    assert step.product == 45


def test_a_higher_count_on_reconnecting_is_a_gap_and_no_product() -> None:
    step = advance(Tally(41, NOW - 400), seen(45, NOW - 100, fresh=False), NOW)
    assert (step.gap, step.product, step.tally.last) == (Gap(42, 45, NOW - 400, NOW - 100), None, 45)


def test_a_repeated_trigger_is_no_product() -> None:
    step = advance(Tally(41, NOW), seen(41), NOW)
    assert (step.gap, step.product, step.note) == (None, None, "repeated")


def test_a_source_that_lost_its_count_goes_on_with_numbers_never_used() -> None:
    reset = advance(Tally(41, NOW), seen(0, fresh=False), NOW)
    assert (reset.gap, reset.product, reset.note) == (None, None, "reset")
    step = advance(reset.tally, seen(1), NOW)
    assert (step.gap, step.product) == (None, 42)


def test_missed_products_stand_evenly_between_what_was_seen() -> None:
    gap = Gap(42, 44, 1000, 1400)
    assert [spread(gap, count) for count in (42, 43, 44)] == [1100, 1200, 1300]


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["heard", "lost", "reconnect", "repeat"])), max_size=60))
def test_every_count_comes_out_exactly_once(passes: list[tuple[int, str]]) -> None:
    tally = advance(Tally(), seen(0, fresh=False), NOW).tally
    count, out = 0, list[int]()
    for number, kind in passes:
        count += number
        if kind == "lost":
            continue
        for step in [advance(tally, seen(count, fresh=kind != "reconnect"), NOW)]:
            tally = step.tally
            out += range(step.gap.first, step.gap.last + 1) if step.gap else ()
            out += [step.product] if step.product is not None else []
        if kind == "repeat":
            assert advance(tally, seen(count), NOW).product is None
    out += range((tally.last or 0) + 1, count + 1)  # what the next connection would tell
    assert out == list(range(1, count + 1))
