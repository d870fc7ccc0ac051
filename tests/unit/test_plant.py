"""Plant files: the example, what is refused, and what an addition changes."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from lineside.plants import EXAMPLE, STEEL, merged, plant_path
from lineside.types.errors import ConfigError
from lineside.types.plant import to_builtins
from lineside.types.plant_file import load_plant, parse_plant
from lineside.types.strict import read_toml

SITES = ["beijing", "bangkok", "sydney", "nairobi", "luxembourg", "buenos-aires", "new-york", "mexico-city"]
STEPS = ["slug", "lubrication", "extrusion", "shell", "necking", "heat-treatment", "threading", "hydrotesting", "inspection", "shipping"]


def steel() -> dict[str, Any]:
    return merged(read_toml(EXAMPLE), read_toml(STEEL))


def problems(data: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_plant(data, "plant.toml")
    return [problem.path for problem in caught.value.problems]


def test_the_example_is_eight_sites_of_one_process() -> None:
    plant = load_plant(plant_path("example"))
    assert [site.id for site in plant.site] == SITES
    assert [step.id for step in plant.process[0].step] == STEPS
    assert [camera.id for camera in plant.process[0].camera] == ["cam1", "cam2", "cam3", "cam4"]
    assert {defect.label for defect in plant.process[0].defect} == {"scratch", "paint_scratch", "dent", "missing_cap"}
    assert {(line.id, line.process, line.station) for _, line in plant.lines()} == {("line-1", "aluminium-bottle", "station-1")}


def test_toml_out_and_in_is_the_same_plant(tmp_path: Path) -> None:
    plant = load_plant(EXAMPLE)
    copy = tmp_path / "plant.toml"
    copy.write_text(tomli_w.dumps(to_builtins(plant)), encoding="utf-8")
    assert load_plant(copy) == plant


def test_transport_lags_add_up_towards_the_inspection() -> None:
    process = load_plant(EXAMPLE).process[0]
    lags = [process.lag_to_inspection_s(step) for step in STEPS]
    assert lags[:-1] == sorted([lag for lag in lags if lag is not None], reverse=True)
    assert (lags[8], lags[9]) == (0.0, None)


def test_an_addition_joins_the_plant_and_leaves_the_rest_as_it_was() -> None:
    before, after = load_plant(EXAMPLE), parse_plant(steel(), "merged")
    assert [line.id for line in next(s for s in after.site if s.id == "luxembourg").line] == ["line-1", "steel-1"]
    assert after.process[:1] == before.process
    assert [site for site in after.site if site.id != "luxembourg"] == [site for site in before.site if site.id != "luxembourg"]


def test_adding_twice_changes_nothing() -> None:
    assert merged(steel(), read_toml(STEEL)) == steel()


def test_every_problem_of_a_file_is_named_at_once() -> None:
    data = read_toml(EXAMPLE)
    data["site"][0]["lat"] = 99
    data["site"][1]["timezone"] = "Asia/Atlantis"
    data["colour"] = "blue"
    assert {"site[0].lat", "colour"} <= set(problems(data))
    del data["colour"]
    data["site"][0]["lat"] = 39.9
    data["process"][0]["edge"].append({"from": "shipping", "to": "slug", "lag_s": 1.0})
    data["site"][2]["line"][0]["process"] = "glass-bottle"
    assert set(problems(data)) == {"site[1].timezone", "process[0].edge", "site[2].line[0].process"}
