"""kill -9 of each part of a running demo: nothing is lost, nothing is counted twice, no product goes uncounted, nothing is left running."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import msgspec
import pytest
from demo_process import INTERRUPTED, STOP_S, DemoProcess, demo

from lineside.sim.truth import Passed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SITES = ("beijing", "bangkok", "sydney")
VICTIMS = ("nats", "postgres", "hub", "station-bangkok-line-1")
ALL_SITES = ("--sites", str(len(SITES)), "--rate", "1")


def test_kills_one_after_the_other_change_no_count(data: Path) -> None:
    report_file = data.with_name("out.json")
    with demo(data, *ALL_SITES, "--seconds", "45", "--hold", "--report", str(report_file)) as running:
        running.wait_said("Products come")
        for victim in VICTIMS:
            kill_in_production(running, victim)
        assert not report_file.exists(), "the kills took longer than the run"
        running.wait(report_file.exists)
        report = msgspec.json.decode(report_file.read_bytes())
        running.wait_said("stays up")
        assert_equations(report, running.truth)
        assert_same_counts(running.counted(report["dsn"]), running.truth)
        assert_ends_without_a_trace(running)
        assert running.process.returncode == 0
    assert report["sites"] == len(SITES)
    assert {site: ratios["coverage"] > 0.9 for site, ratios in report["oee"].items()} == dict.fromkeys(SITES, True), report["oee"]


def test_a_second_start_goes_on_and_ctrl_c_leaves_no_trace(data: Path) -> None:
    with demo(data, *ALL_SITES) as first:
        first.wait_said("Products are coming")
        first.wait(lambda: all(len(products) >= 5 for products in first.truth.values()))
        # Products are under way in every part of the plant now.
        assert_ends_without_a_trace(first)
        assert first.process.returncode == 0
        before = first.truth
    report_file = data.with_name("out.json")
    with demo(data, *ALL_SITES, "--seconds", "8", "--hold", "--report", str(report_file)) as second:
        second.wait_said("stays up")
        report = msgspec.json.decode(report_file.read_bytes())
        since = {line: products[len(before[line]) :] for line, products in second.truth.items()}
        assert all(since[line][0].count == products[-1].count + 1 for line, products in before.items())
        assert_equations(report, since)
        assert_same_counts(second.counted(report["dsn"]), second.truth)
        assert report["products"]["explained"] <= 0.02 * report["products"]["triggered"], report["products"]
        assert_ends_without_a_trace(second)


@pytest.mark.parametrize("words", ["Starting the hub", "Lineside is at", "1 of 3 stations are ready"])
def test_ctrl_c_at_any_moment_of_the_start_leaves_no_trace(data: Path, words: str) -> None:
    with demo(data, *ALL_SITES, "--seconds", "60") as running:
        running.wait_said(words)
        assert_ends_without_a_trace(running)
        assert running.process.returncode == INTERRUPTED
        assert "Traceback" not in running.said


def kill_in_production(running: DemoProcess, victim: str) -> None:
    """While products pass; returns when the part is back and more have passed."""
    before = len(running.truth["beijing/line-1"])
    killed = running.kill(victim)
    running.wait(lambda: running.is_back(victim, killed))
    running.wait(lambda: len(running.truth["beijing/line-1"]) >= before + 2)


def assert_equations(report: dict, truth: dict[str, list[Passed]]) -> None:
    products = report["products"]
    triggered = sum(map(len, truth.values()))
    assert (products["missing"], products["duplicated"]) == (0, 0), products
    assert triggered == products["triggered"] == products["committed"] == products["judged"] + products["explained"], products


def assert_same_counts(rows: dict[str, asyncpg.Record], truth: dict[str, list[Passed]]) -> None:
    """Each count of each photo-eye has exactly one row."""
    assert {
        line: (row["records"], row["products"], row["first"], row["last"], row["judged"] + row["explained"]) for line, row in rows.items()
    } == {line: (len(passed), len(passed), 1, passed[-1].count, len(passed)) for line, passed in truth.items()}


def assert_ends_without_a_trace(running: DemoProcess) -> None:
    took = running.interrupt()
    assert running.leftovers() == []
    assert took <= STOP_S
    assert running.open_ports() == []
