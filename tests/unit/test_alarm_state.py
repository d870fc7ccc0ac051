"""The table of the alarm's life, row by row: what a run of ticks, a minute apart, makes of a rule that waits for five.

b BREACH · o OK · a BAND · n NODATA · l LOW_N · i INACTIVE, each tick's letter; below it what the phase is afterwards:
. well · p pending · F firing · R recovering.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineside.hub.alarms.finding import Finding
from lineside.hub.alarms.state import Standing, advance, edited, removed
from lineside.types.rule import Rule

MIN = 60_000_000
FOUND = {"b": "BREACH", "o": "OK", "a": "BAND", "n": "NODATA", "l": "LOW_N", "i": "INACTIVE"}
PHASE = {"well": ".", "pending": "p", "firing": "F", "recovering": "R"}


def rule(**changed: Any) -> Rule:
    given_: dict[str, Any] = {"id": "q", "name": "Quality low", "metric": "quality", "threshold": 0.8, "for_s": 300.0, "keep_for_s": 120.0}
    return Rule(**{**given_, **changed})


def run(letters: str, its_rule: Rule, standing: Standing | None = None, first: int = 0) -> tuple[str, str, Standing]:
    """(phases, what happened as `raised@5 …`, where it stands)."""
    phases, happened, standing = "", [], standing or Standing()
    for n, letter in enumerate(letters, first):
        step = advance(its_rule, standing, Finding(FOUND[letter]), n * MIN)
        standing = step.standing
        phases += PHASE[standing.phase]
        happened += [f"{what}@{n}" for what in step.happens]
    return phases, " ".join(happened), standing


@pytest.mark.parametrize(
    ("letters", "phases", "happened", "changed"),
    [
        # 2: fires at the tick where elapsed ≥ for; for = 0 fires at once
        ("bbbbbb", "pppppF", "raised@5", {}),
        ("b", "F", "raised@0", {"for_s": 0.0}),
        ("bb", "pF", "raised@1", {"for_s": 60.0}),
        # 3: one OK tick while pending starts anew
        ("bbbbobbbbbb", "pppp.pppppF", "raised@10", {}),
        # 4: BAND does not start, does not reset, and lets the clock run; firing stays firing
        ("aaa", "...", "", {}),
        ("bbbbaab", "ppppppF", "raised@6", {}),
        ("bbbbbbaaa", "pppppFFFF", "raised@5", {}),
        # 5: without data the pending clock pauses; after ten minutes it is forgotten; firing is stale until data are back
        ("bbbnnbbbb", "ppppppppF", "raised@8", {}),
        ("bbb" + "n" * 10 + "b", "ppp" + "p" * 10 + "p", "", {}),
        ("bbb" + "n" * 11 + "b", "ppp" + "p" * 10 + ".p", "", {}),
        ("bbbbbbnnb", "pppppFFFF", "raised@5 stale@6 fresh@8", {}),
        ("bbbbbb" + "n" * 30, "pppppF" + "F" * 30, "raised@5 stale@6", {}),
        # 6: missing data as the rule wants it
        ("nnn", "...", "", {"on_missing": "ok"}),
        ("bbbbbbnnn", "pppppFRR.", "raised@5 cleared@8", {"on_missing": "ok"}),
        ("nnnnnn", "pppppF", "raised@5", {"on_missing": "breach"}),
        # 7: too few products are missing data
        ("bbbllbbbb", "ppppppppF", "raised@8", {}),
        ("bbbbbbll", "pppppFFF", "raised@5 stale@6", {}),
        # 8: a planned stop ends what is pending and leaves what fires
        ("bbbbibbb", "pppp.ppp", "", {}),
        ("bbbbbbiii", "pppppFFFF", "raised@5", {}),
        ("bbbbbbniio", "pppppFFFFR", "raised@5 stale@6 fresh@9", {}),
        # 9: clears after keep_for of OK; a BREACH in between is the same incident
        ("bbbbbbooo", "pppppFRR.", "raised@5 cleared@8", {}),
        ("bbbbbbo", "pppppF.", "raised@5 cleared@6", {"keep_for_s": 0.0}),
        ("bbbbbboobbooo", "pppppFRRFFRR.", "raised@5 cleared@12", {}),
        ("bbbbbbonnoooo", "pppppFRRRRR.." , "raised@5 stale@7 fresh@9 cleared@11", {}),
        ("bbbbbboao", "pppppFRR.", "raised@5 cleared@8", {}),
        ("bbbbbboaaa", "pppppFRRRR", "raised@5", {}),
        # after it cleared it needs its whole time again
        ("bbbbbbooobbbbbb", "pppppFRR.pppppF", "raised@5 cleared@8 raised@14", {}),
    ],
)  # fmt: skip
def test_rows(letters: str, phases: str, happened: str, changed: dict[str, Any]) -> None:
    assert run(letters, rule(**changed))[:2] == (phases, happened)


def test_the_default_keep_for_is_half_of_for() -> None:
    assert run("bbbbbboooo", rule(keep_for_s=None))[1] == "raised@5 cleared@9"


def test_steps_that_do_not_divide_the_time_fire_at_the_first_tick_beyond_it() -> None:
    assert run("bbb", rule(for_s=90.0))[1] == "raised@2"


def test_row_16_ticks_that_were_missed_are_the_same_when_they_are_caught_up() -> None:
    letters = "bbnnbbaabbbbooobb"
    whole = run(letters, rule())
    for stop in range(1, len(letters)):
        _, before, standing = run(letters[:stop], rule())
        _, after, standing = run(letters[stop:], rule(), standing, stop)
        assert (f"{before} {after}".strip(), standing) == whole[1:]


def test_row_17_an_edited_rule_starts_pending_anew_and_lets_firing_stand() -> None:
    _, _, pending = run("bbb", rule())
    assert edited(pending, "other", MIN).phase == "well"
    _, _, firing = run("bbbbbb", rule())
    kept = edited(firing, "other", MIN)
    assert (kept.phase, kept.made_of) == ("firing", "other")
    assert run("o", rule(keep_for_s=0.0), kept, 6)[1] == "cleared@6"
    assert edited(kept, "other", MIN) is kept


def test_row_18_what_is_removed_closes_after_two_windows() -> None:
    _, _, firing = run("bbbbbb", rule())
    firing = edited(firing, "rule", 5 * MIN)
    assert not removed(firing, 5 * MIN, 14 * MIN)
    assert removed(firing, 5 * MIN, 15 * MIN)
    assert removed(run("bbb", rule())[2], 5 * MIN, 5 * MIN)


@given(st.text(alphabet="boanli", max_size=60), st.sampled_from(["hold", "ok", "breach"]), st.sampled_from([0.0, 60.0, 300.0]))
def test_raised_and_cleared_take_turns(letters: str, on_missing: str, for_s: float) -> None:
    _, happened, standing = run(letters, rule(on_missing=on_missing, for_s=for_s))
    ends = [what.partition("@")[0] for what in happened.split() if what.startswith(("raised", "cleared"))]
    assert ends == ["raised", "cleared"] * (len(ends) // 2) + ["raised"] * (len(ends) % 2)
    assert standing.is_open == (len(ends) % 2 == 1)
    stale = [what.partition("@")[0] for what in happened.split() if what.startswith(("stale", "fresh"))]
    assert stale == ["stale", "fresh"] * (len(stale) // 2) + ["stale"] * (len(stale) % 2)
