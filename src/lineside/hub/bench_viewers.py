"""`lineside bench viewers`: what live viewers cost the hub, and how long a product takes from its commit to their screens.

A real hub process with its broker and database takes what eight lines at the demo's rate say; the viewers are another process. The
hub's own CPU time is read with and without viewers in turn, and the difference is theirs: so a busy machine disturbs both. Of several
rounds the median counts. A starved hub sends fewer frames, because viewers skip versions, and would seem cheap: what it used is counted
up to the frames that a viewer gets when nothing holds them up.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
from msgspec import Struct

from lineside.hub.bench_feed import feeding
from lineside.hub.bench_watchers import EVERYONE_WATCHES, Seen
from lineside.hub.embedded.scratch import scratch_folder
from lineside.hub.folder import HubNote
from lineside.plants import plant_path
from lineside.types.errors import UnavailableError
from lineside.types.plant import Plant
from lineside.types.plant_file import load_plant

MOST_PERCENT = {200: 5.0, 500: 10.0}
"""Viewers → of one core, at most."""
GOAL_ARRIVAL_MS = 1000.0
WINDOW_S, SETTLE_S = 10.0, 2.0
"""Seconds of each measurement, and before it."""
HUB_STARTS_S, HUB_STOPS_S = 60.0, 20.0
POLL_S = 0.1


class Window(Struct, frozen=True):
    """One stretch of time with so many viewers."""

    percent: float
    """Of a core, that the hub process used."""
    seen: Seen | None


async def bench_viewers(rounds: int, window_s: float = WINDOW_S) -> dict[str, Any]:
    """`passed`: for every number of viewers the median difference is below its MOST_PERCENT."""
    plant = load_plant(plant_path("example"))
    with scratch_folder() as folder:
        async with _hub(folder) as note, feeding(plant, note.nats, folder / "credentials"):
            await asyncio.sleep(SETTLE_S)
            measured = [await _round(note, plant, window_s) for _ in range(rounds)]
    return report(measured, window_s)


def report(rounds: Sequence[dict[int, Window]], window_s: float) -> dict[str, Any]:
    """Of windows by their number of viewers, 0 among them."""
    full = max(_frames_each(window) for one in rounds for window in one.values())
    each = {str(viewers): _result(viewers, rounds, full) for viewers in MOST_PERCENT}
    return {
        "rounds": len(rounds),
        "window_s": window_s,
        "everyone_watches": list(EVERYONE_WATCHES),
        "frames_per_viewer_s": round(full, 2),
        "without_viewers_percent": round(statistics.median(one[0].percent for one in rounds), 2),
        "viewers": each,
        "goal_arrival_p99_ms": GOAL_ARRIVAL_MS,
        "passed": all(result["percent_of_a_core"] < result["most_percent"] for result in each.values()),
    }


def _result(viewers: int, rounds: Sequence[dict[int, Window]], full: float) -> dict[str, float | int]:
    """`full`: frames per second that one viewer gets when nothing holds them up."""
    seen = [window.seen for one in rounds if (window := one[viewers]).seen]
    arrivals = sorted(us for one in seen for us in one.arrival_us)
    return {
        "percent_of_a_core": round(statistics.median(_cost(one[viewers], one[0], full) for one in rounds), 2),
        "most_percent": MOST_PERCENT[viewers],
        "frames_per_s": round(statistics.median(one.frames / one.seconds for one in seen), 1),
        "mb_per_s": round(statistics.median(one.bytes / one.seconds for one in seen) / 1e6, 2),
        "products_seen": len(arrivals),
        "arrival_p50_ms": _quantile_ms(arrivals, 50),
        "arrival_p99_ms": _quantile_ms(arrivals, 99),
    }


def _cost(window: Window, without: Window, full: float) -> float:
    """Percent of a core, at the full rate of frames."""
    return (window.percent - without.percent) * full / (_frames_each(window) or full)


def _frames_each(window: Window) -> float:
    """Frames per second that one viewer got; 0 without viewers."""
    return window.seen.frames / window.seen.seconds / window.seen.viewers if window.seen else 0.0


def _quantile_ms(ascending: Sequence[int], percent: int) -> float:
    """Nearest rank; 0 when nothing was seen."""
    return round(ascending[min(len(ascending) - 1, len(ascending) * percent // 100)] / 1000, 1) if ascending else 0.0


async def _round(note: HubNote, plant: Plant, window_s: float) -> dict[int, Window]:
    found = {0: Window(await _used_percent(note.pid, window_s), None)}
    for viewers in MOST_PERCENT:
        found[viewers] = await _watched(note, viewers, topics(plant), window_s)
    return found


def topics(plant: Plant) -> list[str]:
    """What the viewers look at, one after the other: a third the enterprise, a third a site, a third a line."""
    return [name for site, line in plant.lines() for name in ("enterprise", f"site/{site.id}", f"line/{site.id}/{line.id}")]


async def _watched(note: HubNote, viewers: int, watched: Sequence[str], window_s: float) -> Window:
    command = (sys.executable, "-m", "lineside.hub.bench_watchers", note.http, str(viewers), *watched)
    pipe = asyncio.subprocess.PIPE
    crowd = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        output, orders = _pipes(crowd)
        if await output.readline() != b"ready\n":
            raise _ended(viewers)
        await asyncio.sleep(SETTLE_S)
        orders.write(b"count\n")
        percent = await _used_percent(note.pid, window_s)
        orders.close()
        said = await output.read()
        await crowd.wait()
        if not said:
            raise _ended(viewers)
        return Window(percent, msgspec.json.decode(said, type=Seen))
    finally:
        if crowd.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                crowd.terminate()
        await crowd.wait()


def _ended(viewers: int) -> UnavailableError:
    return UnavailableError(f"The process of {viewers} viewers ended too early.", "Its reason stands above.")


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if process.stdout is None or process.stdin is None:
        raise ValueError("start the process with pipes")
    return process.stdout, process.stdin


async def _used_percent(pid: int, window_s: float) -> float:
    """Of one core, by this process alone: the broker and the database are children and cost the same with and without viewers."""
    process = psutil.Process(pid)
    began, before = time.monotonic(), process.cpu_times()
    await asyncio.sleep(window_s)
    after, ended = process.cpu_times(), time.monotonic()
    used_s: float = after.user + after.system - before.user - before.system
    return 100 * used_s / (ended - began)


@contextlib.asynccontextmanager
async def _hub(data: Path) -> AsyncIterator[HubNote]:
    """A hub process with the example plant, ready; gone at the end with all that it kept."""
    command = (sys.executable, "-m", "lineside", "hub", "--data", str(data), "--listen", "127.0.0.1:0", "--plant", "example")
    with (data / "hub.log").open("wb") as log:
        hub = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    try:
        yield await _ready(hub, data)
    finally:
        if hub.returncode is None:
            hub.terminate()
        try:
            await asyncio.wait_for(hub.wait(), HUB_STOPS_S)
        except TimeoutError:
            hub.kill()
            await hub.wait()


async def _ready(hub: asyncio.subprocess.Process, data: Path) -> HubNote:
    path, until = data / "run" / "hub.json", time.monotonic() + HUB_STARTS_S
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        while hub.returncode is None and time.monotonic() < until:
            if path.exists():
                note = msgspec.json.decode(path.read_bytes(), type=HubNote)
                if await _answers(client, f"{note.http}/health"):
                    return note
            await asyncio.sleep(POLL_S)
    said = (data / "hub.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise UnavailableError(f"The hub did not become ready: {said[-1] if said else 'it said nothing'}", "Mend that first.")


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False
