"""Exactly one signal a product, in time, whatever the judging does."""

from __future__ import annotations

import asyncio

from lineside.edge.output import Gate
from lineside.types.inspection import Verdict
from servers import eventually


class Recorder:
    up = True

    def __init__(self) -> None:
        self.signals: list[tuple[int, Verdict]] = []

    async def run(self) -> None:
        pass

    async def give(self, count: int, verdict: Verdict) -> bool:
        self.signals.append((count, verdict))
        return True


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_the_watchdog_gives_the_fail_safe_while_the_judging_hangs() -> None:
    output = Recorder()
    async with Gate(output, 7, now() + 0.02, "reject") as gate:
        await eventually(lambda: output.signals == [(7, "reject")])  # nothing but the watchdog could have done it
        given = await gate.give("pass")
    assert (given.given, given.confirmed, gate.timed_out) == ("reject", True, True)
    assert output.signals == [(7, "reject")]


async def test_a_verdict_in_time_is_the_only_signal() -> None:
    output = Recorder()
    async with Gate(output, 7, now() + 0.02, "reject") as gate:
        given = await gate.give("pass")
        await asyncio.sleep(0.05)  # past the watchdog's time
    assert (given.given, gate.timed_out, output.signals) == ("pass", False, [(7, "pass")])


async def test_after_the_gate_the_watchdog_is_quiet() -> None:
    output = Recorder()
    async with Gate(output, 7, now() + 0.02, "reject"):
        pass
    await asyncio.sleep(0.05)
    assert output.signals == []
