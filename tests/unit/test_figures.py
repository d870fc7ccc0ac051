"""The trend shows whole minutes only."""

from lineside.hub.figures import MINUTE_US, LineFigures, trend
from lineside.types.oee import Components

WHOLE = Components(planned_us=MINUTE_US, run_us=MINUTE_US, ideal_us=54_000_000, good_us=54_000_000, pq=20, gq=20)
JUST_BEGUN = Components(planned_us=500_000, run_us=500_000, ideal_us=2_700_000, good_us=2_700_000, pq=1, gq=1)


def test_the_open_minute_is_not_a_point() -> None:
    now = 1_000_000
    points = trend([LineFigures(minutes={now - 1: WHOLE, now: JUST_BEGUN})], now * MINUTE_US + 500_000)
    assert len(points) == 60
    assert [point.oee for point in points if point.oee is not None] == [0.9]
    assert points[-1].oee == 0.9
