"""The report's arithmetic, and the files that the demo writes for its stations."""

import tomllib
from pathlib import Path

import pytest

from lineside.demo.home import Home, HubFacts
from lineside.demo.plant import choose_plant, settle_plant
from lineside.demo.report import Percentiles, Run, counts, defects, latencies, mark, percentiles, read_run
from lineside.demo.stations import photo_post, simulated_posts, write_station
from lineside.edge.config import FolderCamera, IntervalTrigger, parse_station
from lineside.hub.store.report import Span, Stored, Tally
from lineside.plants import STEEL_LINE, STEEL_SITE
from lineside.sim.truth import Passed, PhotoEye, truth_path
from lineside.types.identity import StationKey
from lineside.types.inspection import Inspection, ModelRun, Shot

LINE = StationKey("nairobi", "line-1", "station-1")
OTHER = StationKey("sydney", "line-1", "station-1")
HUB = HubFacts(1, "http://127.0.0.1:8080", "nats://127.0.0.1:4222", "postgresql://x")


def stored(count: int, verdict: str | None, *, judged_ms: int = 100, committed_ms: int = 200) -> Stored:
    at = 1_000_000 * count
    shot = Shot("cam1", None, (), (ModelRun("a" * 64, 1_000, 9_000), ModelRun("b" * 64, 1_000, 19_000)), None)
    inspection = Inspection(
        seq=count, at=at, boot_id="b", mono_ns=1, product=f"line-1-{count}", trigger_count=count,
        outcome="judged" if verdict else "explained", verdict=verdict, reasons=() if verdict else ("deadline",),  # type: ignore[arg-type]
        shots=(shot,), judged_at=at + judged_ms * 1000 if verdict else None,
    )  # fmt: skip
    return Stored("nairobi", "line-1", inspection, at + committed_ms * 1000)


def home(folder: Path) -> Home:
    made = Home(folder)
    for part in (made.run, made.truth):
        part.mkdir(parents=True)
    return made


def test_a_run_is_what_the_photo_eyes_wrote_since_it_began(tmp_path: Path) -> None:
    here = home(tmp_path)
    eye = PhotoEye(truth_path(here.truth, LINE.site, LINE.line))
    eye.count(10, ())
    since = mark(here, [LINE, OTHER])
    eye.count(20, ("dent",))
    eye.count(30, ())
    eye.close()
    run = read_run(here, since)
    assert run.spans == [Span("nairobi", "line-1", 2, 3)]
    assert (run.triggered, run.first_us, run.last_us) == (2, 20, 30)


def test_missing_and_duplicated_are_told_apart() -> None:
    run = Run({LINE: [Passed(n, n) for n in range(1, 11)]})
    assert counts(run, Tally(committed=10, products=10, judged=9, explained=1))["missing"] == 0
    lost = counts(run, Tally(committed=9, products=8, judged=9, explained=0))
    assert (lost["missing"], lost["duplicated"]) == (2, 1)


def test_defects_are_found_missed_or_false() -> None:
    run = Run({LINE: [Passed(1, 1, ("dent",)), Passed(2, 2, ("scratch",)), Passed(3, 3), Passed(4, 4), Passed(5, 5, ("dent",))]})
    seen = [stored(1, "reject"), stored(2, "pass"), stored(3, "reject"), stored(4, "pass"), stored(5, None)]
    assert defects(run, seen) == {"truth": 3, "found": 1, "false": 1}


def test_latencies_count_from_the_light_beam() -> None:
    viewer = {("nairobi", "line-1", 1): 300_000, ("nairobi", "line-1", 2): 400_000, ("nairobi", "line-1", 99): 1}
    told = latencies([stored(1, "pass"), stored(2, None)], viewer)
    assert told["image"] == Percentiles(10.0, 20.0)
    assert told["verdict"] == Percentiles(100.0, 100.0)
    assert told["committed"] == Percentiles(200.0, 200.0)
    assert told["viewer"] == Percentiles(300.0, 400.0)


def test_percentiles_are_values_that_occurred() -> None:
    assert percentiles(1000 * n for n in range(1, 201)) == Percentiles(100.0, 198.0)
    assert percentiles([]) == Percentiles(None, None)


@pytest.fixture
def credentials(tmp_path: Path) -> Home:
    here = home(tmp_path)
    (tmp_path / "credentials").mkdir()
    for site, line in (("beijing", "line-1"), (STEEL_SITE, STEEL_LINE)):
        for kind in ("creds", "token"):
            (tmp_path / "credentials" / f"{site}-{line}-station-1.{kind}").touch()
    return here


def test_station_files_are_what_a_station_takes(credentials: Home, tmp_path: Path) -> None:
    chosen = choose_plant(credentials, steel=True)
    post = simulated_posts(chosen.plant, 1)[0]
    path = write_station(credentials, post, HUB, 4711, 3.0)
    data = tomllib.loads(path.read_text())
    (tmp_path / "any.lspkg").touch()
    config = parse_station({**data, "packages": [str(tmp_path / "any.lspkg")]}, str(path), path.parent)
    assert [camera.id for camera in config.camera] == ["cam1", "cam2", "cam3", "cam4"]
    assert len(config.tag) == sum(1 for _ in post.process.tags())
    (tmp_path / "photos").mkdir()
    steel = photo_post(chosen.plant, STEEL_SITE, STEEL_LINE, tmp_path / "photos", tmp_path / "any.lspkg")
    path = write_station(credentials, steel, HUB, 4711, 2.0)
    config = parse_station(tomllib.loads(path.read_text()), str(path), path.parent)
    assert config.trigger == IntervalTrigger(2.0)
    assert isinstance(config.camera[0], FolderCamera)


def test_the_hub_is_given_a_plant_once_and_an_addition_stays(tmp_path: Path) -> None:
    here = home(tmp_path)
    assert choose_plant(here, steel=False).file == here.plant
    assert choose_plant(here, steel=False).file == here.plant, "the hub has not applied it yet"
    settle_plant(here)
    assert choose_plant(here, steel=False).file is None
    assert choose_plant(here, steel=True).file == here.plant
    settle_plant(here)
    later = choose_plant(here, steel=False)
    assert (later.file, later.plant.find_line(STEEL_SITE, STEEL_LINE) is not None) == (None, True)
