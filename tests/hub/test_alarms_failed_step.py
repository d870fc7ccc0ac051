"""The failed step beside an alarm: kept as it becomes known, and told in the message."""

from __future__ import annotations

from datetime import UTC, datetime

from intake import T0, Intake, S
from story import ALL, engine, events, play, products

from lineside.types.cause import Cause, FailedStep


def failed(step: str) -> FailedStep:
    at = datetime(2023, 1, 1, tzinfo=UTC)
    cause = Cause(step, step.title(), at, 1.0)
    return FailedStep(step, step.title(), None, None, 3, 4, ["dent"], at, at, "line-1-9", cause)


async def test_the_failed_step_is_kept_with_the_alarm_as_it_becomes_known(hub: Intake) -> None:
    answer: list[FailedStep | None] = [None]
    watching = engine(hub, ALL, failed_step=lambda site, line: answer[0] if (site, line) == ("beijing", "line-1") else None)
    story = list(products(540, [(150, 540)]))
    await play(hub, watching, [a for a in story if a[0] <= T0 + 350 * S])
    assert await events(hub) == ["raised"]
    for n, step in enumerate(("necking", "necking", "lubrication", None), 1):
        answer[0] = failed(step) if step else None
        await watching.once(T0 + 350 * S + n)
    assert await events(hub) == ["raised", "caused", "caused"]
    assert await hub.value("select failed_step from v_alarm") == "lubrication"


async def test_a_cause_that_is_known_is_in_the_message(hub: Intake) -> None:
    watching = engine(hub, ALL, failed_step=lambda _site, _line: failed("necking"))
    await play(hub, watching, list(products(540, [(150, 540)])))
    assert await events(hub) == ["raised", "caused"]
    assert "Failed step: Necking." in await hub.value("select body from notice")
