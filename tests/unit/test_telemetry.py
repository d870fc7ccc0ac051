from hypothesis import given
from hypothesis import strategies as st

from lineside.edge.config import TagRule
from lineside.edge.telemetry import Consolidation, is_worth
from lineside.types.machine import Sample

S = 1_000_000
RULE = TagRule("step.tag", deadband=0.5, expected_interval_s=10)


def test_a_value_is_sent_when_it_left_the_dead_band() -> None:
    sent = Sample("step.tag", 100 * S, 20.0)
    assert not is_worth(Sample("step.tag", 101 * S, 20.5), sent, RULE, 101 * S)
    assert is_worth(Sample("step.tag", 101 * S, 20.6), sent, RULE, 101 * S)


def test_an_unchanged_value_is_sent_again_after_its_expected_interval() -> None:
    sent = Sample("step.tag", 100 * S, 20.0)
    assert not is_worth(Sample("step.tag", 109 * S, 20.0), sent, RULE, 109 * S)
    assert is_worth(Sample("step.tag", 110 * S, 20.0), sent, RULE, 110 * S)


def test_a_sample_is_never_sent_twice_however_old_it_is() -> None:
    sent = Sample("step.tag", 100 * S, 20.0)
    assert not is_worth(sent, sent, RULE, 500 * S)


def test_a_change_of_quality_is_a_change() -> None:
    sent = Sample("step.tag", 100 * S, 20.0)
    assert is_worth(Sample("step.tag", 101 * S, 20.0, "bad"), sent, RULE, 101 * S)


def test_text_and_switches_are_sent_when_they_differ() -> None:
    assert is_worth(Sample("a.b", 2, "B12"), Sample("a.b", 1, "B11"), TagRule("a.b"), 2)
    assert not is_worth(Sample("a.b", 2, True), Sample("a.b", 1, True), TagRule("a.b"), 2)
    assert is_worth(Sample("a.b", 2, False), Sample("a.b", 1, True), TagRule("a.b"), 2)


def test_the_newest_of_a_second_stands_for_it_rounded() -> None:
    samples = Consolidation({})
    samples.take([Sample("a.b", 1, 1.0), Sample("a.c", 1, 1 / 3), Sample("a.b", 2, 2.0)])
    assert samples.due(3) == [Sample("a.b", 2, 2.0), Sample("a.c", 1, 0.3333333)]
    assert samples.due(4) == []


@given(st.lists(st.tuples(st.integers(1, 3 * S), st.floats(-100, 100)), max_size=50))
def test_what_was_sent_is_never_further_from_the_truth_than_the_dead_band(steps: list[tuple[int, float]]) -> None:
    samples, shown, now = Consolidation({"step.tag": RULE}), None, 0
    for after, value in steps:
        now += after
        samples.take([Sample("step.tag", now, value)])
        for sample in samples.due(now):
            shown = sample
        assert shown is not None
        assert abs(float(shown.value) - value) <= 0.5 + 1e-4
