"""`lineside plant new`: a whole conversation, wrong answers that are asked again, and what never happens to a file."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from plant_conversation import EXPECTED, SESSION, converse, typed

from lineside.plant_new import new_plant
from lineside.types.errors import ConfigError
from lineside.types.plant_file import load_plant, parse_plant


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "plant.toml"


def test_a_whole_conversation_writes_the_plant_that_was_meant(out: Path) -> None:
    result = converse(typed(SESSION), "--out", str(out))
    assert result.exit_code == 0, result.output
    assert load_plant(out) == parse_plant(EXPECTED, "expected")
    assert [file.name for file in out.parent.iterdir()] == ["plant.toml"]
    assert f"lineside plant apply {out}" in result.output
    assert "Furnace ─12 s→ Rolling ─21 s→ Surface inspection" in result.output


def test_a_file_of_answers_says_the_same_as_a_person(out: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text(SESSION, encoding="utf-8")
    assert converse("", "--out", str(out), "--answers", str(answers)).exit_code == 0
    assert load_plant(out) == parse_plant(EXPECTED, "expected")


def test_the_shortest_conversation_takes_every_default(out: Path) -> None:
    # Only what nobody can guess is typed: country and site; then one step, everything else by Enter.
    keys = "\n" * 4 + "DE\nGermany\nTrier\n\n49.75\n6.64\nEurope/Berlin\n" + "\n" * 6 + "\n" * 7 + "Inspection\n" + "\n" * 40
    result = converse(keys, "--out", str(out))
    assert result.exit_code == 0, result.output
    plant = load_plant(out)
    assert [(site.id, line.id, line.process) for site, line in plant.lines()] == [("trier", "line-1", "product-line")]
    assert plant.process[0].inspection_step == "inspection"
    assert [(rule.metric, rule.threshold, rule.for_s) for rule in plant.rule] == [("quality", 0.8, 300.0)]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("49.61", "91", "must be from -90 to 90 degrees"),
        ("6,13", "east", "must be a number"),
        ("Europe/Luxembourg", "luxembourg", "Write it as Europe/Luxembourg"),
        ("LU", "Luxembourg", "two letters"),
        ("lux", "lux.nord", "Write it as lux-nord"),
        ("6:00", "24:00", "must be before 24:00"),
        ("mon-fri", "weekdays", "must name days"),
        ("1250", "1100", "must be at least 1150"),
        ("1300", "nan", "must be a finite number"),
        ("2.7", "0", "must be more than 0 s"),
        ("roll", "rolling", "must be one of the choices"),
        ("30 %", "130", "from 0 to 100 percent"),
        ("y", "maybe", "must be yes or no"),
    ],
)
def test_a_wrong_answer_is_told_the_rule_and_asked_again(out: Path, right: str, wrong: str, said: str) -> None:
    keys = typed(SESSION).replace(f"\n{right}\n", f"\n{wrong}\n?\n{right}\n", 1)
    assert keys != typed(SESSION)
    result = converse(keys, "--out", str(out))
    assert result.exit_code == 0, result.output
    assert said in result.output
    assert load_plant(out) == parse_plant(EXPECTED, "expected")


def test_a_name_that_is_taken_is_asked_again(out: Path) -> None:
    keys = typed(SESSION).replace("\nLate\n\n", "\nLate\nearly\nlate\n").replace("\nscratches\n", "\nrolled-in_scale\nscratches\n")
    result = converse(keys, "--out", str(out))
    assert result.output.count("is taken already") == 2
    assert load_plant(out) == parse_plant(EXPECTED, "expected")


def test_a_wrong_file_of_answers_ends_with_its_line(tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text(SESSION.replace("49.61", "91"), encoding="utf-8")
    with answers.open(encoding="utf-8") as file, pytest.raises(ConfigError, match=r"answers.txt: line 11 \(Latitude\) = '91'"):
        new_plant(file, tmp_path / "plant.toml")
    answers.write_text(SESSION.partition("49.61")[0], encoding="utf-8")
    with answers.open(encoding="utf-8") as file, pytest.raises(ConfigError, match="end of the file"):
        new_plant(file, tmp_path / "plant.toml")
    assert list(tmp_path.iterdir()) == [answers]


def test_an_interrupted_conversation_leaves_nothing(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(typed(SESSION).splitlines())

    def interrupted(*_: object, **__: object) -> str:
        text = next(lines)
        if text == "Rolling":
            raise click.Abort
        return text

    monkeypatch.setattr("lineside.talk.click.prompt", interrupted)
    assert converse("", "--out", str(out)).exit_code != 0
    assert list(out.parent.iterdir()) == []


def test_a_person_may_decide_against_it(out: Path) -> None:
    result = converse(typed(SESSION).removesuffix("y\n") + "n\n", "--out", str(out))
    assert (result.exit_code, out.exists()) == (1, False)
    assert "Nothing was written" in result.output


def test_an_existing_file_is_asked_about(out: Path) -> None:
    out.write_text("mine")
    other = out.with_name("other.toml")
    assert converse(f"{typed(SESSION)}n\n{other}\n", "--out", str(out)).exit_code == 0
    assert (out.read_text(), load_plant(other)) == ("mine", parse_plant(EXPECTED, "expected"))
    assert converse(f"{typed(SESSION)}y\n", "--out", str(out)).exit_code == 0
    assert load_plant(out) == load_plant(other)


def test_a_folder_that_is_not_there_costs_no_answer(out: Path) -> None:
    result = converse(f"{typed(SESSION)}{out}\n", "--out", str(out.parent / "missing" / "plant.toml"))
    assert result.exit_code == 0, result.output
    assert "cannot be written" in result.output
    assert out.exists()
