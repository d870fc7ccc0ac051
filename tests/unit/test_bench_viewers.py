"""What `lineside bench viewers` makes of its windows: the difference counts, and the median of the rounds."""

from __future__ import annotations

import pytest

from lineside.hub.bench_viewers import MOST_PERCENT, Window, report, topics
from lineside.hub.bench_watchers import Seen
from lineside.plants import plant_path
from lineside.types.plant_file import load_plant


def window(percent: float, arrival_us: list[int] | None = None, frames: int = 800) -> Window:
    return Window(percent, Seen(200, 2.0, frames, 5_000_000, arrival_us or [1_000]))


def rounds(few: float, many: float) -> list[dict[int, Window]]:
    """Three, the last of which a busy machine has spoilt."""
    quiet = {0: Window(10.0, None), 200: window(10 + few), 500: window(10 + many)}
    return [quiet, quiet, {0: Window(20.0, None), 200: window(95.0), 500: window(99.0)}]


@pytest.mark.parametrize(("few", "many", "passed"), [(4.9, 9.9, True), (5.1, 9.0, False), (4.0, 10.5, False)])
def test_the_median_of_the_differences_decides(few: float, many: float, passed: bool) -> None:
    result = report(rounds(few, many), window_s=2.0)
    assert result["passed"] is passed
    assert result["viewers"]["200"]["percent_of_a_core"] == pytest.approx(few)
    assert result["without_viewers_percent"] == 10.0
    assert result["viewers"]["500"]["mb_per_s"] == 2.5


def test_a_starved_hub_that_sends_half_the_frames_is_not_cheap() -> None:
    measured = [{0: Window(10.0, None), 200: window(14.0), 500: window(16.0, frames=400)}]
    result = report(measured, 2.0)
    assert result["frames_per_viewer_s"] == 2.0
    assert result["viewers"]["200"]["percent_of_a_core"] == 4.0
    assert result["viewers"]["500"]["percent_of_a_core"] == 12.0
    assert not result["passed"]


def test_the_slow_arrivals_of_every_round_count() -> None:
    measured = [{0: Window(1.0, None), 200: window(2.0, [1_000] * 97 + [250_000] * 3), 500: window(3.0)}]
    assert report(measured, 1.0)["viewers"]["200"]["arrival_p99_ms"] == 250.0
    assert report(measured, 1.0)["viewers"]["200"]["arrival_p50_ms"] == 1.0


def test_a_third_of_the_viewers_looks_at_each_kind_of_page() -> None:
    watched = topics(load_plant(plant_path("example")))
    for viewers in MOST_PERCENT:
        kinds = [watched[n % len(watched)].partition("/")[0] for n in range(viewers)]
        assert all(abs(kinds.count(kind) - viewers / 3) < 1 for kind in ("enterprise", "site", "line"))
