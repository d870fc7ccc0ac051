"""kill -9 of each part of a running demo: nothing is lost, nothing is counted twice, no product goes uncounted, nothing is left running."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from demo_process import INTERRUPTED, STOP_S, DemoProcess, demo
from equations import assert_all_holds_to_the_end, assert_ends_without_a_trace, assert_logs_have_no_traceback

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SITES = ("beijing", "bangkok")
LINES = tuple(f"{site}/line-1" for site in SITES)
VICTIMS = ("nats", "postgres", "hub", "station-bangkok-line-1")
PLANT = ("--sites", str(len(SITES)), "--rate", "1")


def test_kills_one_after_the_other_change_no_count(data: Path) -> None:
    report_file = data.with_name("out.json")
    with demo(data, *PLANT, "--seconds", "45", "--hold", "--report", str(report_file)) as running:
        running.wait_said("Products come")
        for victim in VICTIMS:
            kill_in_production(running, victim)
        report = finished(running, report_file)
        assert report["sites"] == len(SITES)
        assert {site: ratios["coverage"] > 0.9 for site, ratios in report["oee"].items()} == dict.fromkeys(SITES, True), report["oee"]


def test_kills_of_several_at_once_change_no_count(data: Path) -> None:
    report_file = data.with_name("out.json")
    with demo(data, *PLANT, "--seconds", "20", "--hold", "--report", str(report_file)) as running:
        running.wait_said("Products come")
        wait_for_more(running, 3)
        for victim in ("hub", "nats", "station-beijing-line-1", "postgres", "station-bangkok-line-1"):
            running.kill(victim)
        running.wait(running.healthy)
        # Stations that come back to a hub that goes away once more, in the middle of what they have to catch up.
        running.kill("hub")
        finished(running, report_file)


def test_a_second_start_goes_on_and_ctrl_c_leaves_no_trace(data: Path) -> None:
    with demo(data, *PLANT) as first:
        first.wait_said("Products are coming")
        wait_for_more(first, 5)
        # Products are under way in every part of the plant now.
        took = assert_ends_without_a_trace(first)
        assert took <= STOP_S
        assert first.process.returncode == 0
        before = first.truth
    report_file = data.with_name("out.json")
    with demo(data, *PLANT, "--seconds", "8", "--hold", "--report", str(report_file)) as second:
        finished(second, report_file, before={line: len(passed) for line, passed in before.items()})


@pytest.mark.parametrize("words", ["Starting the hub", "Lineside is at", "1 of 2 stations are ready"])
def test_ctrl_c_at_any_moment_of_the_start_leaves_no_trace(data: Path, words: str) -> None:
    with demo(data, *PLANT, "--seconds", "60") as running:
        running.wait_said(words)
        assert_ends_without_a_trace(running)
        assert running.process.returncode == INTERRUPTED
        assert_logs_have_no_traceback(running)


def kill_in_production(running: DemoProcess, victim: str) -> None:
    """While products pass; returns when the part is back."""
    wait_for_more(running, 1)
    killed = running.kill(victim)
    assert "products passed" not in running.said, "the kills took longer than the run"
    running.wait(lambda: running.is_back(victim, killed))


def wait_for_more(running: DemoProcess, products: int) -> None:
    """Until so many more have passed for each line, wherever; lines have their stops."""
    before = sum(map(len, running.truth.values()))
    running.wait(lambda: sum(map(len, running.truth.values())) >= before + products * len(LINES))


def finished(running: DemoProcess, report_file: Path, before: dict[str, int] | None = None) -> dict:
    """Wait for the report and hold it, the database and what is left after Ctrl-C to the equations. `before`: counts of earlier runs."""
    running.wait_said("The demo stays up")
    report = msgspec.json.decode(report_file.read_bytes())
    assert_all_holds_to_the_end(running, report, before)
    assert running.process.returncode == 0
    return report
