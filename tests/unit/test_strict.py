"""Bad input gets every error at once: file, path, value, rule, remedy."""

from pathlib import Path

import pytest

from lineside.types.errors import ConfigError
from lineside.types.plant import Plant, to_builtins
from lineside.types.plant_file import load_plant
from lineside.types.strict import convert, load_toml

PLANT = """
[enterprise]
id = "acme"
name = "Acme"
[[region]]
id = "emea"
name = "EMEA"
[[country]]
id = "LU"
name = "Luxembourg"
region = "emea"
[[process]]
id = "strip"
name = "Strip"
product_name = "coil"
ideal_cycle_s = 2.0
belt_speed_mps = 0.5
inspection_step = "look"
[[process.step]]
id = "roll"
name = "Rolling"
[[process.step.equipment]]
id = "mill"
name = "Mill"
[[process.step.equipment.tag]]
id = "force"
name = "Force"
unit = "kN"
normal_low = 1.0
normal_high = 2.0
design_max = 3.0
[[process.step]]
id = "look"
name = "Inspection"
[[process.edge]]
from = "roll"
to = "look"
lag_s = 4.0
[[site]]
id = "lux"
name = "Luxembourg"
country = "LU"
lat = 49.6
lon = 6.1
timezone = "Europe/Luxembourg"
default_line = "line-1"
[[site.shift]]
id = "all"
name = "All day"
start = "00:00"
end = "24:00"
[[site.line]]
id = "line-1"
name = "Line 1"
process = "strip"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plant.toml"
    path.write_text(text)
    return path


def problems_of(tmp_path: Path, *changes: tuple[str, str]) -> dict[str, str]:
    text = PLANT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(ConfigError) as caught:
        load_plant(written(tmp_path, text))
    assert caught.value.exit_code == 2
    assert str(tmp_path / "plant.toml") in str(caught.value)
    return {problem.path: str(problem) for problem in caught.value.problems}


def test_a_sound_plant_goes_through_builtins_and_back(tmp_path: Path) -> None:
    plant = load_plant(written(tmp_path, PLANT))
    assert convert(to_builtins(plant), Plant, "again") == plant
    assert plant.process[0].lag_to_inspection_s("roll") == 4.0
    assert [key for key, _, _ in plant.process[0].tags()] == ["roll.force"]


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path, ("lat = 49.6", "lat = 149.6"), ('unit = "kN"', 'unit = "kN"\nunknown = 1'), ('inspection_step = "look"', "")
    )
    assert set(found) == {"site[0].lat", "process[0].step[0].equipment[0].tag[0].unknown", "process[0].inspection_step"}
    assert "149.6" in found["site[0].lat"]
    assert "90" in found["site[0].lat"]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('id = "lux"', 'id = "l.ux"', "site[0].id"),
        ('timezone = "Europe/Luxembourg"', 'timezone = "Mars/Olympus"', "site[0].timezone"),
        ('process = "strip"', 'process = "bread"', "site[0].line[0].process"),
        ('default_line = "line-1"', 'default_line = "line-9"', "site[0].default_line"),
        ('country = "LU"', 'country = "XX"', "site[0].country"),
        ('region = "emea"', 'region = "nowhere"', "country[0].region"),
        ('inspection_step = "look"', 'inspection_step = "peek"', "process[0].inspection_step"),
        ('to = "look"', 'to = "roll"', "process[0].edge"),
        ("normal_high = 2.0", "normal_high = 0.5", "process[0].step[0] tag force"),
        ('end = "24:00"', 'end = "25:00"', "site[0].shift[0].end"),
        ("ideal_cycle_s = 2.0", "ideal_cycle_s = 0", "process[0].ideal_cycle_s"),
    ],
)
def test_impossible_values_are_named(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert path in problems_of(tmp_path, (old, new))


def test_a_missing_file_and_broken_toml_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must exist"):
        load_toml(tmp_path / "none.toml", Plant)
    with pytest.raises(ConfigError, match="must be TOML"):
        load_toml(written(tmp_path, "[[["), Plant)
    (tmp_path / "plant.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_toml(tmp_path / "plant.toml", Plant)


def test_two_stations_never_share_a_file_name(tmp_path: Path) -> None:
    second = PLANT[PLANT.index("[[site]]") :].replace('id = "lux"', 'id = "lux-line"').replace('"line-1"', '"1"')
    with pytest.raises(ConfigError, match="lux-line-1-station-1"):
        load_plant(written(tmp_path, PLANT + second))


def test_the_rule_for_ids_is_said_in_words(tmp_path: Path) -> None:
    assert "letters, digits" in problems_of(tmp_path, ('id = "lux"', 'id = "l.ux"'))["site[0].id"]
