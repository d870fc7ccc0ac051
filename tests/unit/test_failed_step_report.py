"""The report on the failed step: its counting, with answers that are known beforehand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from lineside.plants import EXAMPLE
from lineside.sim.faults import find_fault
from lineside.sim.history import History, Made
from lineside.types.plant import Process
from lineside.types.plant_file import load_plant

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
import failed_step
from failed_step import Report, Row, Tally

PROCESS = load_plant(EXAMPLE).process[0]
WORN, JAM = find_fault("die-wear"), find_fault("capping-jam")


def knows(process: Process, made: Made, history: History) -> str | None:
    """Says the truth, as long as it knows the lags."""
    return find_fault(made.causes[0]).step if made.causes and process.edge == PROCESS.edge else None


def always_necking(process: Process, made: Made, history: History) -> str | None:
    return "necking"


def test_products_are_right_other_or_none() -> None:
    assert failed_step.tally(["necking", "slug", None, "necking"], "necking") == Tally(right=2, other=1, none=1)
    assert failed_step.tally(["necking", None], None) == Tally(other=1, none=1)


def test_a_line_points_where_most_of_its_products_point() -> None:
    assert failed_step.most([None, None, None, "slug", "necking", "necking"]) == "necking"
    assert failed_step.most([None]) is None


def test_only_rejected_products_count_and_those_of_the_fault_apart_from_those_of_chance() -> None:
    good, bad, chance = Made(1, 1, (), ()), Made(2, 2, ("dent",), ("die-wear",)), Made(3, 3, ("dent",), ())
    assert failed_step.split([good, bad, chance], WORN) == ([bad], [chance])


def test_nothing_is_told_that_was_measured_later() -> None:
    samples = {"a": [(1, 1.0), (5, 2.0), (6, 3.0)], "b": [(9, 1.0)]}
    assert failed_step.until(samples, 5) == {"a": [(1, 1.0), (5, 2.0)], "b": []}


def test_one_who_knows_finds_every_step_and_nothing_without_lags() -> None:
    report = failed_step.examine(PROCESS, [WORN, JAM], [1, 2], knows, 300)
    assert [row.fault for row in report.rows] == [WORN, JAM]
    assert all(row.caused.right == row.caused.products > 20 for row in report.rows)
    assert all(row.without_lags == Tally(none=row.caused.products) for row in report.rows)
    assert report.lines == Tally(right=4)
    assert report.stopping == report.by_clock == Tally(right=report.stopping.products)
    assert report.chance.blamed == 0
    assert (report.healthy.blamed, report.healthy.products > 150) == (0, True)
    assert report.missed == []


def test_one_who_always_says_the_same_is_found_out() -> None:
    report = failed_step.examine(PROCESS, [WORN, JAM], [1], always_necking, 300)
    assert report.rows[0].caused.right == report.rows[0].caused.products
    assert report.rows[1].caused.other == report.rows[1].caused.products
    assert report.lines == Tally(right=1, other=1)
    assert report.healthy.blamed == report.healthy.products
    stopping = "right step first below 85% when the line stops"
    assert report.missed == [
        "right step first below 85%",
        stopping,
        "false blame above 5%",
        "no worse without lags",
        "a line's step was not found",
    ]


@pytest.mark.parametrize(
    ("right", "other", "none", "cells"), [(8, 1, 1, "10 | 8 (80.0%) | 1 (10.0%) | 1 (10.0%)"), (0, 0, 0, "0 | 0 (0.0%)")]
)
def test_the_table_says_what_was_counted(right: int, other: int, none: int, cells: str) -> None:
    row = Row(WORN, Tally(right, other, none), Tally(1, 1), Tally(none=1), Tally(1, 1), stopping=Tally(3, 1), by_clock=Tally(1, 1, 2))
    text = failed_step.markdown(Report(2, [row], Tally(other=1, none=99)))
    assert f"| `die-wear` | necking | {cells}" in text
    assert "| 1 of 2 | 50.0% |" in text
    assert "| lags along the belt's way | 4 | 3 (75.0%) | 1 (25.0%) | 0 (0.0%) |" in text
    assert "| lags as constant times | 4 | 1 (25.0%) | 1 (25.0%) | 2 (50.0%) |" in text
    assert "| lines without a fault, every product | 100 | 1 (1.0%) | 99 (99.0%) |" in text
    whole = replace(row, caused=row.caused + row.caused)
    assert f"| **all** |  | {2 * (right + other + none)} |" in failed_step.markdown(Report(2, [whole], Tally()))
