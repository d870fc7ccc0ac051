"""Plant files: the example, what is refused, and what an addition changes."""

import copy
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from lineside.plants import EXAMPLE, STEEL, merged, plant_path
from lineside.types.errors import ConfigError
from lineside.types.plant import to_builtins
from lineside.types.plant_file import load_plant, parse_plant
from lineside.types.strict import read_toml
from small_plant import DOCUMENT

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


def test_a_place_is_its_name_and_its_sites() -> None:
    plant = load_plant(EXAMPLE)
    found = {kind: plant.find_place(kind, place) for kind, place in (("site", "bangkok"), ("country", "TH"), ("region", "emea"))}
    told = {kind: (place[0], [site.id for site in place[1]]) for kind, place in found.items() if place}
    assert told["site"][1] == told["country"][1] == ["bangkok"]
    assert told["country"][0] == "Thailand"
    assert told["region"] == ("Europe, Middle East and Africa", ["nairobi", "luxembourg"])
    assert plant.find_place("country", "bangkok") is None
    assert plant.find_place("line", "bangkok") is None


def test_without_an_ideal_cycle_the_belt_needs_a_designed_maximum() -> None:
    data = read_toml(EXAMPLE)
    process = data["process"][0]
    tag = process["step"][0]["equipment"][0]["tag"][0]
    process["belt_speed_tag"] = f"slug.{tag['id']}"
    del process["ideal_cycle_s"]
    assert parse_plant(data, "plant.toml").process[0].belt_speed_max == tag["design_max"]
    del tag["design_max"]
    with pytest.raises(ConfigError) as caught:
        parse_plant(data, "plant.toml")
    assert "ideal_cycle_s" in str(caught.value)
    process["belt_speed_tag"] = "slug.nothing"
    assert problems(data) == ["process[0].belt_speed_tag"]
    del process["belt_speed_tag"]
    assert parse_plant(data, "plant.toml").process[0].ideal_us is None


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


def test_the_belt_speed_is_a_number_tag_of_the_process() -> None:
    assert load_plant(EXAMPLE).process[0].belt_speed_tag == "inspection.belt_speed"
    data = read_toml(EXAMPLE)
    for wrong in ("inspection.speed", "belt_speed", "inspection.mode"):
        data["process"][0]["step"][8]["equipment"][0]["tag"][1] |= {"id": "mode", "kind": "text"}
        data["process"][0]["belt_speed_tag"] = wrong
        assert problems(data) == ["process[0].belt_speed_tag"]
    del data["process"][0]["belt_speed_tag"]
    assert parse_plant(data, "plant.toml").process[0].belt_speed_tag is None


RULES = [
    {"id": "quality-low", "name": "Quality low", "metric": "quality", "threshold": 0.8},
    {"id": "range", "name": "Out of range", "metric": "tag", "process": "can"},
]


def with_rules(rules: list[dict[str, Any]], *changes: dict[str, Any]) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["rule"] = rules
    document["site"][0]["line"][0]["rule"] = list(changes)
    return document


def test_rules_hold_at_every_line_as_it_changes_them() -> None:
    plant = parse_plant(with_rules(RULES, {"id": "quality-low", "threshold": 0.9}, {"id": "range", "enabled": False}), "test")
    (_, changed), (_, other) = plant.lines()
    assert [(rule.id, rule.threshold) for rule in plant.rules_of(changed)] == [("quality-low", 0.9)]
    assert [(rule.id, rule.threshold) for rule in plant.rules_of(other)] == [("quality-low", 0.8), ("range", None)]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (with_rules([RULES[0], RULES[0]]), "rule"),
        (with_rules([{**RULES[1], "process": "bottle"}]), "rule[0].process"),
        (with_rules([{**RULES[0], "step_s": 0.01}]), "rule[0].step_s"),
        (with_rules(RULES, {"id": "nothing"}), "site[0].line[0].rule[0].id"),
        (with_rules(RULES, {"id": "range"}, {"id": "range"}), "site[0].line[0].rule"),
        (with_rules(RULES, {"id": "quality-low", "clear_threshold": 0.7}), "site[0].line[0].rule[0]"),
    ],
)
def test_rules_that_cannot_hold_are_refused(document: dict[str, Any], path: str) -> None:
    assert problems(document) == [path]
