"""What a typed answer of `lineside plant new` means: ids from names, days of the week, and the pictures on offer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lineside import plant_answers as answer
from lineside.talk import AnswerError

WEB_ICONS = Path(__file__).parents[2] / "web/src/widgets/Icon.tsx"


@pytest.mark.parametrize(
    ("name", "made"),
    [("Steel strip 1", "steel-strip-1"), ("Übergabe Süd", "ubergabe-sud"), ("北京", ""), ("--A__b--", "a-b"), ("x" * 70, "x" * 64)],
)
def test_ids_are_made_from_names(name: str, made: str) -> None:
    assert answer.to_id(name) == made


def test_days_may_run_over_the_weekend() -> None:
    assert answer.days("sat-mon, wed") == ["mon", "wed", "sat", "sun"]
    with pytest.raises(AnswerError):
        answer.days(",")


def test_every_picture_offered_is_one_that_the_web_draws() -> None:
    drawn = re.findall(r'^  "?([a-z-]+)"?: "', WEB_ICONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(answer.ICONS) <= set(drawn)
