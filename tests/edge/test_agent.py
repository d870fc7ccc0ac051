"""A whole station in this process: what each thing that goes wrong with a product becomes, and what the output is told when."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from field_server import HEIGHT, WIDTH, field_server
from station_line import line

from lineside.detect.image import Image
from lineside.detect.runtime import Detection
from lineside.edge.detectors import Detectors
from lineside.edge.station import own
from lineside.types.errors import UnavailableError
from lineside.types.field import Machine, Trigger
from servers import eventually


async def test_a_good_product_is_judged_and_its_record_says_what_happened(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        here.field.say_machine(Machine(1, "RUNNING", 0.42, ()))
        await eventually(lambda: here.agent.machine.belt_speed_mps == 0.42)
        got = await here.inspect()
        assert (got.outcome, got.verdict, got.reasons) == ("judged", "pass", ())
        assert (got.product, got.trigger_count, got.at) == ("line-1-1", 1, here.field.at[1])
        assert (got.line_state, got.belt_speed_mps) == ("RUNNING", 0.42)
        assert (got.output.given, got.output.confirmed) == ("pass", True)
        assert [shot.camera for shot in got.shots] == ["cam1", "cam2", "cam3", "cam4"]
        for shot in got.shots:
            assert (shot.boxes, shot.width, shot.height) == ((), WIDTH, HEIGHT)
            assert [run.model for run in shot.models] == list(here.agent.cameras.detectors.digests)
            assert shot.timings is not None
            assert shot.timings.total_us >= shot.timings.capture_us
        assert got.judged_at is not None
        assert got.at <= got.judged_at
        assert [verdict for verdict, _ in here.field.signals[1]] == ["pass"]


async def test_a_defect_in_one_view_rejects_with_its_box_in_frame_pixels(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        here.field.only_camera = "cam3"
        got = await here.inspect("defect")
        assert (got.verdict, got.reasons) == ("reject", ("missing_cap", "scratch"))
        assert [len(shot.boxes or ()) for shot in got.shots] == [0, 0, 2, 0]
        box = (got.shots[2].boxes or ())[0]
        assert (box.x1, box.y1, box.x2, box.y2) == (8 * WIDTH / 32, 8 * HEIGHT / 32, 16 * WIDTH / 32, 16 * HEIGHT / 32)
        assert [verdict for verdict, _ in here.field.signals[1]] == ["reject"]
        assert all(shot.picture is not None for shot in got.shots)


@pytest.mark.parametrize(
    ("shows", "reason"),
    [("lost", "camera_lost"), ("truncated", "frame_corrupt"), ("small", "frame_corrupt"), ("late", "frame_late")],
)
async def test_one_bad_frame_explains_the_product_and_the_output_gets_the_fail_safe(tmp_path: Path, shows: str, reason: str) -> None:
    async with line(tmp_path) as here:
        here.field.only_camera = "cam2"
        got = await here.inspect(shows)
        assert (got.outcome, got.verdict, got.reasons) == ("explained", None, (reason,))
        assert (got.output.given, got.output.confirmed) == ("reject", True)
        assert [shot.boxes for shot in got.shots] == [(), None, (), ()]  # what was seen is told, but it is not a verdict
        assert [shot.picture is not None for shot in got.shots] == [True, False, True, True]
        here.field.only_camera = None
        assert (await here.inspect()).verdict == "pass"  # the next one is judged again


async def test_a_camera_that_is_away_is_lost_and_comes_back(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        here.field.refuses = {"camera"}
        here.field.drop("camera")
        await eventually(lambda: not any(camera.up for camera in here.agent.cameras.each))
        assert (await here.inspect()).reasons == ("camera_lost",)
        here.field.refuses = set()
        await eventually(lambda: not here.agent.missing())
        assert (await here.inspect()).verdict == "pass"


class Failing:
    digest, title = "0" * 64, "failing 1"

    def detect(self, _image: Image) -> Detection:
        raise RuntimeError("the graph broke")


class Slow:
    """Answers when told."""

    digest, title = "1" * 64, "slow 1"

    def __init__(self) -> None:
        self.go = threading.Event()

    def detect(self, _image: Image) -> Detection:
        self.go.wait(30)
        return Detection((), 1, 1, 2)


async def test_a_detector_that_raises_explains_the_product(tmp_path: Path) -> None:
    async with line(tmp_path, Detectors([Failing()])) as here:
        got = await here.inspect()
        assert got.reasons == ("detector_failed",)
        assert got.output.given == "reject"
        assert all(shot.picture is not None for shot in got.shots)
        assert (await here.inspect()).reasons == ("detector_failed",)


async def test_past_the_deadline_the_output_has_its_fail_safe_before_it(tmp_path: Path) -> None:
    slow = Slow()
    async with line(tmp_path, Detectors([slow]), deadline_ms=400) as here:
        got = await here.inspect()
        slow.go.set()
        assert got.reasons == ("deadline",)
        assert (got.output.given, got.output.confirmed) == ("reject", True)
        assert got.output.at is not None
        assert got.output.at - got.at <= 400_000
        signals = here.field.signals[1]
        assert len(signals) == 1
        assert signals[0][1] - got.at / 1e6 <= 0.4
        assert all(shot.picture is not None for shot in got.shots)


async def test_the_fail_safe_can_be_to_let_pass(tmp_path: Path) -> None:
    async with line(tmp_path, fail_safe="pass") as here:
        got = await here.inspect("lost")
        assert (got.outcome, got.output.given) == ("explained", "pass")


async def test_products_beyond_the_queue_overlap_and_each_gets_a_signal_and_a_record(tmp_path: Path) -> None:
    slow = Slow()
    async with line(tmp_path, Detectors([slow]), deadline_ms=5000) as here:
        for _ in range(6):
            here.field.pass_product()
        await eventually(lambda: len(here.hub.inspections) == 3)
        slow.go.set()
        await eventually(lambda: len(here.hub.inspections) == 6)
        reasons = {count: got.reasons for count, got in here.hub.by_count().items()}
        assert reasons == {1: (), 2: (), 3: (), 4: ("overlap",), 5: ("overlap",), 6: ("overlap",)}
        assert [len(here.field.signals[count]) for count in range(1, 7)] == [1] * 6
        assert here.field.signals[5][0][0] == "reject"


async def test_counts_that_passed_while_the_trigger_was_away_are_explained(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        await here.inspect()
        here.field.drop("trigger")
        for _ in range(3):
            here.field.pass_product()
        await eventually(lambda: 4 in here.hub.by_count())
        await eventually(lambda: not here.agent.missing())
        await here.inspect()
        records = here.hub.by_count()
        assert sorted(records) == [1, 2, 3, 4, 5]
        assert all(records[count].reasons == ("station_down",) for count in (2, 3, 4))
        assert records[1].at <= records[2].at <= records[3].at <= records[4].at <= records[5].at


async def test_a_stale_word_of_the_count_changes_nothing(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        await here.inspect()
        here.field.push("trigger", Trigger(0, 0, fresh=False))
        await here.inspect()
        assert {count: got.verdict for count, got in here.hub.by_count().items()} == {1: "pass", 2: "pass"}


async def test_what_passed_before_the_first_start_is_nobodys(tmp_path: Path) -> None:
    async with field_server() as field:
        for _ in range(7):
            field.pass_product()
        async with line(tmp_path, field=field) as here:
            await here.inspect()
            assert sorted(here.hub.by_count()) == [8]


async def test_an_output_that_does_not_answer_is_not_confirmed(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        here.field.answers_output = False
        got = await here.inspect()
        assert (got.outcome, got.output.given, got.output.confirmed) == ("judged", "pass", False)


async def test_stop_finishes_the_product_in_work(tmp_path: Path) -> None:
    slow = Slow()
    async with line(tmp_path, Detectors([slow]), deadline_ms=5000) as here:
        here.field.pass_product()
        await eventually(lambda: not here.agent._idle.is_set())
        finishing = asyncio.create_task(here.agent.finish(5))
        await asyncio.sleep(0)
        slow.go.set()
        await finishing
        assert (await here.record(1)).outcome == "judged"


async def test_pictures_of_every_nth_good_product_are_kept(tmp_path: Path) -> None:
    async with line(tmp_path, good_sample_every=3) as here:
        kept = [all(shot.picture for shot in (await here.inspect()).shots) for _ in range(6)]
        assert kept == [True, False, False, True, False, False]
        got = (await here.record(1)).shots[0].picture
        assert got is not None
        spooled = tmp_path / "data" / "spool" / got.ref.removeprefix("beijing/")
        assert spooled.stat().st_size == got.bytes


def test_a_data_folder_has_one_station(tmp_path: Path) -> None:
    with own(tmp_path / "data"), pytest.raises(UnavailableError, match="another station"), own(tmp_path / "data"):
        pass
