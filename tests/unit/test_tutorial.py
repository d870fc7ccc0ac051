"""The tutorial's files are what the program takes: its answers make a plant, and its station stands at that plant's line."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lineside.cli import cli
from lineside.detect.shipped import shipped_packages
from lineside.edge.config import StationConfig, load_station
from lineside.types.plant import Plant
from lineside.types.plant_file import load_plant

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial"
TEXT = (TUTORIAL / "my-own-line.md").read_text(encoding="utf-8")


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    file = tmp_path / "plant.toml"
    answers = TUTORIAL / "my-own-line.answers"
    result = CliRunner().invoke(cli, ["plant", "new", "--out", str(file), "--answers", str(answers)])
    assert result.exit_code == 0, result.output
    return load_plant(file)


@pytest.fixture
def station(tmp_path: Path) -> StationConfig:
    written = re.search(r"cat > station.toml <<END\n(.*?)\nEND\n", TEXT, re.DOTALL)
    assert written is not None
    file = tmp_path / "station.toml"
    file.write_text(written[1].replace("$NATS", "nats://127.0.0.1:23456"), encoding="utf-8")
    for name in re.findall(r'= "(my-data/[^"]*)"', written[1]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "photos").mkdir()
    (tmp_path / "model").mkdir()
    (tmp_path / "model/detector.lspkg").write_bytes(shipped_packages()[0].read_bytes())
    return load_station(file)


def test_its_station_stands_at_the_line_of_its_answers(plant: Plant, station: StationConfig) -> None:
    place = plant.find_line(station.site, station.line)
    assert place is not None
    assert place[1].station == station.station
    assert [camera.id for camera in plant.find_process(place[1]).camera] == [camera.id for camera in station.camera]
    assert f"{station.site}-{station.line}-{station.station}.creds" in station.credentials


def test_its_alarm_is_the_one_it_speaks_of(plant: Plant) -> None:
    (rule,) = plant.rule
    assert (rule.threshold, rule.for_s, rule.window_s, rule.lateness_s) == (0.95, 60.0, 300.0, 120.0)
    assert "fewer than 95 % of the products of five minutes were good for a minute" in TEXT
    assert "waits two minutes for late data" in TEXT


def test_every_command_of_it_exists() -> None:
    said = re.findall(r"^lineside (.+)", TEXT, re.MULTILINE)
    assert len(said) >= 7
    for line in said:
        words = line.split()
        command = cli.commands[words[0]]
        if isinstance(command, click.Group):
            command = command.commands[words[1]]
        options = {option for parameter in command.params for option in parameter.opts}
        # The hub's --notify comes with the alarms.
        assert {word for word in words if word.startswith("--")} - {"--notify"} <= options, line


@pytest.mark.parametrize("page", sorted(TUTORIAL.parent.rglob("*.md")), ids=lambda page: page.name)
def test_links_of_the_docs_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(((?!https?://)[^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
