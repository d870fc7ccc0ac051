"""The demo's children: started again when they end, less and less often, and never left behind."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from lineside.demo import processes
from lineside.demo.processes import Crew, CrewError
from servers import eventually

ENDS_AT_ONCE = "import sys; sys.exit(3)"
STAYS = "import time; time.sleep(600)"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(processes, "PROGRAM", (sys.executable, "-c"))
    return []


async def test_a_child_that_is_being_started_while_the_demo_stops_is_not_left_behind(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "RESTART_AFTER_S", (0.0,))
    others = set(psutil.Process().children())
    crew = Crew(tmp_path, said.append)
    member = await crew.start("station", ENDS_AT_ONCE)
    member.proven, member.command = True, (sys.executable, "-c", STAYS)
    starting, go, spawn = asyncio.Event(), asyncio.Event(), processes._spawn

    async def slowly(command: tuple[str, ...], log: Path) -> asyncio.subprocess.Process:
        starting.set()
        await go.wait()
        return await spawn(command, log)

    monkeypatch.setattr(processes, "_spawn", slowly)
    await asyncio.wait_for(starting.wait(), 15)
    stop = asyncio.create_task(crew.stop())
    await asyncio.sleep(0)
    go.set()
    await stop
    assert said == ["station ended (exit code 3); it is started again."]
    assert set(psutil.Process().children()) <= others


async def test_a_stop_does_not_wait_for_the_next_start(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "RESTART_AFTER_S", (600.0,))
    crew = Crew(tmp_path, said.append)
    (await crew.start("hub", ENDS_AT_ONCE)).proven = True
    await eventually(lambda: bool(said))
    await asyncio.wait_for(crew.stop(), 15)


async def test_a_child_that_cannot_be_started_ends_the_demo_with_its_last_words(tmp_path: Path, said: list[str]) -> None:
    crew = Crew(tmp_path, said.append)
    await crew.start("hub", "import sys; sys.exit('lineside: Port 1 is taken.')")
    with pytest.raises(CrewError, match=r"hub ended at its start \(exit code 1\): Port 1 is taken"):
        await asyncio.wait_for(crew.failed, 15)
    await crew.stop()
