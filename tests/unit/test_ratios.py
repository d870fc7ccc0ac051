"""R1, R3, R6, R7, R8 of the OEE rules, as arithmetic on components."""

from hypothesis import given
from hypothesis import strategies as st

from lineside.types.oee import Components, ratios, total

MINUTE = 60_000_000
small = st.integers(min_value=0, max_value=10**9)


def test_oee_is_the_product_of_its_three_parts() -> None:
    r = ratios(Components(planned_us=480 * MINUTE, run_us=400 * MINUTE, ideal_us=360 * MINUTE, good_us=342 * MINUTE, pq=360, gq=342, sq=18))
    assert r.availability is not None
    assert r.performance is not None
    assert r.quality is not None
    assert r.oee is not None
    assert abs(r.oee - r.availability * r.performance * r.quality) < 1e-12
    assert r.quality_by_count == 342 / 360


def test_nothing_planned_is_undefined_not_zero() -> None:
    r = ratios(Components(calendar_us=MINUTE))
    assert (r.availability, r.performance, r.quality, r.oee, r.coverage) == (None, None, None, None, None)


def test_planned_but_never_ran() -> None:
    r = ratios(Components(planned_us=MINUTE, down_us=MINUTE))
    assert (r.availability, r.performance, r.quality, r.oee) == (0.0, None, None, 0.0)


def test_ran_without_a_product() -> None:
    r = ratios(Components(planned_us=MINUTE, run_us=MINUTE))
    assert (r.performance, r.quality, r.oee) == (0.0, None, 0.0)


def test_performance_is_not_capped_but_flagged() -> None:
    r = ratios(Components(planned_us=MINUTE, run_us=MINUTE, ideal_us=2 * MINUTE, good_us=2 * MINUTE, pq=2, gq=2))
    assert r.performance == 2.0
    assert r.flags == ("PERF_GT_100",)


def test_no_data_is_not_down() -> None:
    r = ratios(
        Components(planned_us=10 * MINUTE, run_us=5 * MINUTE, nodata_us=5 * MINUTE, ideal_us=4 * MINUTE, good_us=4 * MINUTE, pq=4, gq=4)
    )
    assert r.coverage == 0.5
    assert (r.oee_known, r.oee_low, r.oee_high) == (0.8, 0.4, 0.9)


def test_a_plain_mean_would_be_wrong() -> None:
    short = Components(planned_us=60 * MINUTE, run_us=60 * MINUTE, ideal_us=60 * MINUTE, good_us=60 * MINUTE, pq=60, gq=60)
    long = Components(planned_us=420 * MINUTE, run_us=210 * MINUTE, ideal_us=210 * MINUTE, good_us=210 * MINUTE, pq=210, gq=210)
    assert ratios(total([short, long])).oee == 270 / 480


@given(
    st.lists(st.builds(Components, small, small, small, small, small, small, small, small, small, small, small, small), max_size=6),
    st.randoms(),
)
def test_the_order_of_summing_does_not_matter(parts: list[Components], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert total(parts) == total(shuffled)
