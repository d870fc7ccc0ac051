"""The supervisor itself, on small programs that behave badly."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest

from lineside.hub.embedded import child
from lineside.hub.embedded.child import ChildSpec, supervised
from lineside.types.errors import UnavailableError
from servers import eventually

STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.1; done"


def spec(folder: Path, script: str, **changes: object) -> ChildSpec:
    """A shell that counts as ready once it has written `up`."""
    output = folder / "child.log"

    async def ready() -> bool:
        return output.exists() and "up" in output.read_text()

    defaults = {
        "name": "Sleeper",
        "command": ("/bin/sh", "-c", script),
        "folder": folder,
        "pid_file": folder / "child.pid",
        "log": output,
        "ready": ready,
        "explain": lambda tail: UnavailableError(f"It said: {tail.strip()}"),
        "stop_signal": signal.SIGTERM,
        "stop_timeout_s": 0.3,
    }
    return ChildSpec(**{**defaults, **changes})  # type: ignore[arg-type]


async def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    async with supervised(spec(tmp_path, STUBBORN)) as running:
        pid = running.state.pid
        assert pid is not None
    assert not psutil.pid_exists(pid)
    assert not running.state.up


async def test_one_that_ends_at_its_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="It said: no such plant"):
        async with supervised(spec(tmp_path, "echo no such plant; exit 3")):
            pass


async def test_an_error_of_the_body_leaves_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with supervised(spec(tmp_path, STUBBORN)):
            _ = 1 / 0


async def test_while_it_cannot_start_again_its_state_says_why(tmp_path: Path) -> None:
    attempts = iter([None, "no room", "no room", "no room"])

    def before_start() -> None:
        if reason := next(attempts, None):
            raise UnavailableError(reason)

    async with supervised(spec(tmp_path, STUBBORN, before_start=before_start)) as running:
        psutil.Process(running.state.pid).kill()
        await eventually(lambda: running.state.detail == "no room" and not running.state.up)
        await eventually(lambda: running.state.up)
        assert running.state.restarts == 1


async def test_one_that_runs_but_complains_twice_is_started_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "ASK_EVERY_S", 0.02)
    complaints = iter(["once", None, "it hurts", "it hurts"])

    async def complaint() -> str | None:
        return next(complaints, None)

    async with supervised(spec(tmp_path, STUBBORN, complaint=complaint)) as running:
        await eventually(lambda: running.state.restarts == 1)
        assert next(complaints, "all said") == "all said"


async def test_its_log_is_bounded_and_keeps_one_older_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "LOG_BYTES", 1_000)
    monkeypatch.setattr(child, "HOUSEKEEPING_S", 0.02)
    chatty = "echo up; while :; do echo a line of some length; done"
    async with supervised(spec(tmp_path, chatty)):
        await eventually(lambda: (tmp_path / "child.log.1").exists())
        assert (tmp_path / "child.log.1").stat().st_size <= 1_000
