"""The steel strip line that `demo --photos` adds: complete by its file alone, with rules that fit photographs of defects."""

from __future__ import annotations

from lineside.plant_answers import ICONS
from lineside.plants import EXAMPLE, STEEL, merged
from lineside.types.plant import Line, Plant
from lineside.types.plant_file import parse_plant
from lineside.types.strict import read_toml


def both() -> Plant:
    return parse_plant(merged(read_toml(EXAMPLE), read_toml(STEEL)), "merged")


def line_of(plant: Plant, site_id: str, line_id: str) -> Line:
    place = plant.find_line(site_id, line_id)
    assert place is not None
    return place[1]


def test_it_is_complete_without_a_word_from_its_machines() -> None:
    process = both().process[1]
    assert {step.icon for step in process.step} <= set(ICONS) - {"step"}
    assert list(process.tags()) == []
    assert len(process.camera) == 1
    assert len(process.defect) == 6
    assert all(process.lag_to_inspection_s(step.id) is not None for step in process.step[:-1])


def test_its_rules_fit_photographs_that_nearly_always_show_a_defect() -> None:
    plant = both()
    strip = {rule.metric: rule for rule in plant.rules_of(line_of(plant, "luxembourg", "steel-1"))}
    other = {rule.metric: rule for rule in plant.rules_of(line_of(plant, "luxembourg", "line-1"))}
    assert (other["quality"].threshold, strip["quality"].threshold) == (0.8, 0.02)
    assert strip["quality"].severity == "warning"
    assert float(strip["quality"].clears_at) == 0.05
    assert strip["tag"] == other["tag"]


def test_an_addition_brings_rules_and_changes_of_rules_at_its_lines() -> None:
    base = {"rule": [{"id": "quality", "metric": "quality", "threshold": 0.8}], "site": [{"id": "a", "line": [{"id": "one"}]}]}
    extra = {
        "rule": [{"id": "values", "metric": "tag"}],
        "site": [{"id": "a", "line": [{"id": "two", "rule": [{"id": "quality", "threshold": 0.1}]}]}],
    }
    joined = merged(base, extra)
    assert [rule["id"] for rule in joined["rule"]] == ["quality", "values"]
    assert joined["site"][0]["line"] == [{"id": "one"}, {"id": "two", "rule": [{"id": "quality", "threshold": 0.1}]}]
    again = merged(joined, {"site": [{"id": "a", "line": [{"id": "two", "rule": [{"id": "quality", "enabled": False}]}]}]})
    assert again["site"][0]["line"][1]["rule"] == [{"id": "quality", "threshold": 0.1, "enabled": False}]
    assert merged({"site": []}, extra)["rule"] == extra["rule"]
