"""Plant files: the example, what is refused, and what an addition changes."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from lineside.plant_answers import ICONS
from lineside.plants import EXAMPLE, STEEL, merged, plant_path
from lineside.types.errors import ConfigError
from lineside.types.plant import Line, Plant, to_builtins
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


def test_an_addition_brings_rules_and_changes_of_rules_at_its_lines() -> None:
    base = {"rule": [{"id": "quality", "metric": "quality", "threshold": 0.8}], "site": [{"id": "a", "line": [{"id": "one"}]}]}
    extra = {
        "rule": [{"id": "values", "metric": "tag"}],
        "site": [{"id": "a", "line": [{"id": "two", "rule": [{"id": "quality", "threshold": 0.1}]}]}],
    }
    both = merged(base, extra)
    assert [rule["id"] for rule in both["rule"]] == ["quality", "values"]
    assert both["site"][0]["line"] == [{"id": "one"}, {"id": "two", "rule": [{"id": "quality", "threshold": 0.1}]}]
    again = merged(both, {"site": [{"id": "a", "line": [{"id": "two", "rule": [{"id": "quality", "enabled": False}]}]}]})
    assert again["site"][0]["line"][1]["rule"] == [{"id": "quality", "threshold": 0.1, "enabled": False}]
    assert merged({"site": []}, extra)["rule"] == extra["rule"]


def test_the_strip_line_has_rules_for_photographs_that_nearly_always_show_a_defect() -> None:
    plant = parse_plant(steel(), "merged")
    strip = {rule.metric: rule for rule in plant.rules_of(line_of(plant, "luxembourg", "steel-1"))}
    bottles = {rule.metric: rule for rule in plant.rules_of(line_of(plant, "luxembourg", "line-1"))}
    assert (bottles["quality"].threshold, strip["quality"].threshold) == (0.8, 0.02)
    assert strip["quality"].severity == "warning"
    assert float(strip["quality"].clears_at) == 0.05
    assert strip["tag"] == bottles["tag"]


def test_the_strip_line_is_complete_without_a_word_from_its_machines() -> None:
    process = parse_plant(steel(), "merged").process[1]
    assert {step.icon for step in process.step} <= set(ICONS) - {"step"}
    assert list(process.tags()) == []
    assert len(process.camera) == 1
    assert len(process.defect) == 6
    assert all(process.lag_to_inspection_s(step.id) is not None for step in process.step[:-1])


def test_rules_that_do_not_fit_are_named() -> None:
    data = steel()
    data["rule"].append({"id": "quality", "name": "Again", "metric": "tag", "process": "glass-bottle"})
    data["site"][0]["line"][0]["rule"] = [{"id": "qualty"}]
    data["site"][1]["line"][0]["rule"] = [{"id": "quality", "threshold": 0.9, "clear_threshold": 0.5}]
    wrong = problems(data)
    assert {"rule", "rule[2].process", "site[0].line[0].rule[0].id"} <= set(wrong)
    data["rule"].pop()
    assert problems(data) == ["site[0].line[0].rule[0].id", "site[1].line[0].rule[0]"]


def line_of(plant: Plant, site_id: str, line_id: str) -> Line:
    place = plant.find_line(site_id, line_id)
    assert place is not None
    return place[1]


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
