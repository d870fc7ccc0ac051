"""Pictures follow their record, in either order: a viewer asks for one only when the hub has it."""

import itertools
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from lineside.hub.board import POINT_EVERY_US, POINTS, Board, TagMemory
from lineside.hub.store.readings import Measured
from lineside.plants import plant_path
from lineside.types.identity import StationKey
from lineside.types.inspection import Box, Inspection, Picture, Shot
from lineside.types.plant_file import load_plant

KEY = StationKey("beijing", "line-1", "station-1")
REF = "beijing/defect/2026-11-22/" + "a" * 64 + ".jpg"
SHOT = Shot("cam1", Picture(REF, "a" * 64, 10), (Box("dent", 0.9, 1, 1, 5, 5),), (), None)
RECORD = Inspection(
    seq=1,
    at=1_795_000_000_000_000,
    boot_id="boot",
    mono_ns=1,
    product="line-1-1",
    trigger_count=1,
    outcome="judged",
    verdict="reject",
    reasons=("dent",),
    shots=(SHOT,),
)


@pytest.mark.parametrize("picture_first", [True, False])
def test_a_picture_is_shown_once_it_is_here(picture_first: bool) -> None:
    changes: list[tuple[str, str]] = []
    board = Board(load_plant(plant_path("example")), changes.append)
    states = []
    for arrives in (picture_first, not picture_first):
        if arrives:
            board.picture_arrived("beijing", REF)
        else:
            board.committed(KEY, RECORD, RECORD.at, datetime.now(UTC))
        states.append([product.picture_state for product in board.line("beijing", "line-1").products])
    assert states == ([[], ["present"]] if picture_first else [["pending"], ["present"]])
    assert set(changes) == {("beijing", "line-1")}


def test_a_judged_record_takes_the_place_of_an_explained_one_and_its_count() -> None:
    board = Board(load_plant(plant_path("example")))
    down = replace(RECORD, outcome="explained", verdict=None, reasons=("station_down",), shots=())
    for record in (down, RECORD):
        board.committed(KEY, record, record.at, datetime.now(UTC))
    memory = board.line("beijing", "line-1")
    assert memory.counts == {"passed": 0, "rejected": 1, "explained": 0}
    assert [product.verdict for product in memory.products] == ["reject"]


def test_a_trend_keeps_minutes_and_ends_with_the_newest_value() -> None:
    memory = TagMemory()
    for second in range(600):
        memory.add(Measured(second * 1_000_000, float(second), "good"))
    times_s = [at_us // 1_000_000 for at_us, _ in memory.recent]
    assert len(times_s) == POINTS
    assert times_s[-1] == 599
    assert {later - sooner for sooner, later in itertools.pairwise(times_s[:-1])} == {POINT_EVERY_US // 1_000_000}
