"""`station.toml`: every broken rule is named, with its path and a remedy."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from lineside.edge.clock import uuid7
from lineside.edge.config import FolderCamera, IntervalTrigger, NoMachine, SimulatedCamera, load_station
from lineside.types.errors import ConfigError

GOOD = """
site = "luxembourg"
line = "strip-1"
credentials = "creds"
data = "data"
packages = ["strip.lspkg"]
trigger = {kind = "interval", period_s = 3.0}
camera = [{id = "cam1", kind = "folder", path = "photos"}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    (tmp_path / "creds").write_text("")
    (tmp_path / "strip.lspkg").write_text("")
    return tmp_path


def load(folder: Path, text: str):  # type: ignore[no-untyped-def]
    (folder / "station.toml").write_text(text)
    return load_station(folder / "station.toml")


def problems(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    assert caught.value.exit_code == 2
    assert all(problem.remedy and problem.rule for problem in caught.value.problems)
    return {problem.path: problem.rule for problem in caught.value.problems}


def test_paths_are_relative_to_the_file_and_defaults_stand(folder: Path) -> None:
    config = load(folder, GOOD)
    assert config.trigger == IntervalTrigger(3.0)
    assert config.camera == (FolderCamera("cam1", str(folder / "photos")),)
    assert config.package_paths == [folder / "strip.lspkg"]
    assert (config.data, config.machine) == (str(folder / "data"), NoMachine())
    assert (config.deadline_ms, config.fail_safe, config.good_sample_every, config.threads) == (1500, "reject", 20, 1)


def test_the_shipped_packages_are_named_by_word(folder: Path) -> None:
    config = load(folder, GOOD.replace('"strip.lspkg"', '"shipped:surface", "shipped:cap"'))
    assert [path.name for path in config.package_paths] == ["surface.lspkg", "cap.lspkg"]


def test_every_wrong_value_is_listed_at_once(folder: Path) -> None:
    text = """
site = "lux.embourg"
line = "strip-1"
credentials = "nowhere"
data = "data"
deadline_ms = 5
fail_safe = "stop"
colour = "red"
packages = ["shipped:surfaces", "other.lspkg"]
trigger = {kind = "simulated", address = "here", period_s = 3}
camera = [{id = "cam1", kind = "folder", path = "none", width = 200}, {id = "cam 2", kind = "simulated", address = "a:1"}]
machine = {kind = "opc"}
"""
    found = problems(folder, text)
    assert set(found) == {
        "site", "deadline_ms", "fail_safe", "colour", "trigger.address", "trigger.period_s", "camera[0]", "camera[1].id", "machine",
    }  # fmt: skip


def test_what_does_not_exist_is_listed_at_once(folder: Path) -> None:
    text = GOOD.replace('"creds"', '"nowhere"').replace('"photos"', '"none"').replace('"strip.lspkg"', '"a.lspkg", "shipped:b"')
    assert set(problems(folder, text)) == {"credentials", "camera[0].path", "packages[0]", "packages[1]"}


def test_a_missing_key_and_a_missing_file_are_named(folder: Path) -> None:
    assert "trigger" in problems(folder, GOOD.replace("trigger", "#"))
    with pytest.raises(ConfigError, match=r"absent\.toml.*must exist"):
        load_station(folder / "absent.toml")


def test_two_cameras_of_one_name_are_refused(folder: Path) -> None:
    text = GOOD.replace("camera = [", 'camera = [{id = "cam1", kind = "simulated", address = "127.0.0.1:1"}, ')
    assert problems(folder, text) == {"camera.id": "must be unique"}


def test_a_simulated_camera_is_1280_by_720_unless_told(folder: Path) -> None:
    text = GOOD.replace("camera = [", 'camera = [{id = "cam2", kind = "simulated", address = "127.0.0.1:1"}, ')
    assert load(folder, text).camera[0] == SimulatedCamera("cam2", "127.0.0.1:1", 1280, 720)


def test_epochs_are_version_7_and_sort_by_time() -> None:
    earlier, later = uuid7(1_700_000_000_000_000), uuid7(1_700_000_000_001_000)
    assert uuid.UUID(earlier).version == 7
    assert uuid.UUID(earlier).variant == uuid.RFC_4122
    assert uuid.UUID(earlier).int >> 80 == 1_700_000_000_000
    assert earlier < later
