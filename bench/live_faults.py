"""Each fault once, live: rendered pictures, real detectors, a real hub, and a local mail server that takes the notices.

    PYTHONPATH=src .venv/bin/python bench/live_faults.py            # writes docs/reference/failed-step-live.md; about 15 minutes
    PYTHONPATH=src .venv/bin/python bench/live_faults.py --fault die-wear --out live.md

Each run is `lineside demo --sites 1 --fault NAME --notify FILE`; several run side by side. Exit code 1 when one of these does not hold:
the right step is highlighted within 30 s of the first defect, at least one alarm is raised, never two open of one source and rule, one
mail for each that was raised and one for each that cleared, and all of them clear by themselves once the fault is over.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP
from msgspec import Struct

from lineside.demo.home import Home
from lineside.hub.embedded.scratch import scratch_folder
from lineside.sim.faults import FAULTS, Fault
from lineside.sim.truth import Passed, read_truth, truth_path

REPORT = Path(__file__).parents[1] / "docs" / "reference" / "failed-step-live.md"
SIDE_BY_SIDE = 5
HIGHLIGHT_S = 30.0
AT_MOST_S, POLL_S, QUIET_S = 600.0, 0.5, 20.0
"""QUIET_S: nothing is open for so long after there was something: it is over."""
NOTIFY = '[[address]]\nid = "mail"\nurl = "mailto://127.0.0.1:{port}/{fault}@example.com?from=lineside@example.com&format=text"\n'


class Mails:
    """A mail server's inbox: recipient → subjects and Message-IDs, in the order they came."""

    def __init__(self) -> None:
        self.by_recipient: dict[str, list[tuple[str, str]]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802  (aiosmtpd calls it so)
        message = message_from_bytes(envelope.content, policy=modern)
        for recipient in envelope.rcpt_tos:
            self.by_recipient.setdefault(recipient, []).append((str(message["Subject"]), str(message["Message-ID"])))
        return "250 OK"


class Seen(Struct):
    """What one run showed."""

    fault: Fault
    highlighted_s: float | None = None
    """From the first defect that the fault made; None: never, or another step."""
    first_step: str | None = None
    alarms: list[dict[str, Any]] = []
    raised: int = 0
    cleared: int = 0
    repeated: int = 0

    @property
    def problems(self) -> list[str]:
        pairs = Counter((alarm["source"], alarm["rule"], alarm["raised_at"]) for alarm in self.alarms)
        checks = (
            (self.highlighted_s is not None and self.highlighted_s <= HIGHLIGHT_S, "not highlighted in time"),
            (self.first_step == self.fault.step, f"first highlighted was {self.first_step}"),
            (bool(self.alarms), "no alarm"),
            (all(alarm["cleared_at"] for alarm in self.alarms), "an alarm did not clear"),
            (max(pairs.values(), default=0) <= 1 and not overlaps(self.alarms), "two open alarms of one source and rule"),
            (self.raised == self.cleared == len(self.alarms), "not one mail for each raised and each cleared"),
            (self.repeated == 0, "a mail came twice"),
        )
        return [words for holds, words in checks if not holds]


def overlaps(alarms: list[dict[str, Any]]) -> bool:
    """Whether two alarms of one source and rule were open at the same time."""
    last: dict[tuple[str, str], str] = {}
    for alarm in sorted(alarms, key=lambda alarm: alarm["raised_at"]):
        key = alarm["source"], alarm["rule"]
        if key in last and alarm["raised_at"] < last[key]:
            return True
        last[key] = alarm["cleared_at"] or "9999"
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=REPORT)
    parser.add_argument("--fault", action="append", choices=[fault.id for fault in FAULTS])
    given = parser.parse_args()
    chosen = [fault for fault in FAULTS if given.fault is None or fault.id in given.fault]
    runs = asyncio.run(watch_all(chosen))
    given.out.write_text(markdown(runs), encoding="utf-8")
    for run in runs:
        print(run.fault.id, "; ".join(run.problems) or "well")
    return 1 if any(run.problems for run in runs) else 0


async def watch_all(faults: list[Fault]) -> list[Seen]:
    mails, places = Mails(), asyncio.Semaphore(SIDE_BY_SIDE)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mails), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await asyncio.gather(*(watch(fault, places, mails, port) for fault in faults))


async def watch(fault: Fault, places: asyncio.Semaphore, mails: Mails, port: int) -> Seen:
    async with places:
        with scratch_folder() as data:
            (data / "notify.toml").write_text(NOTIFY.format(port=port, fault=fault.id), encoding="utf-8")
            options = ("--no-browser", "--sites", "1", "--fault", fault.id, "--listen", "127.0.0.1:0", "--data", str(data))
            demo = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "lineside", "demo", *options, "--notify", str(data / "notify.toml")),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                seen = await look(fault, Home(data))
            finally:
                demo.terminate()
                await demo.wait()
    received = mails.by_recipient.get(f"{fault.id}@example.com", [])
    seen.cleared = sum("cleared" in subject.lower() for subject, _ in received)
    seen.raised = len(received) - seen.cleared
    seen.repeated = len(received) - len({number for _, number in received})
    return seen


async def look(fault: Fault, home: Home) -> Seen:
    """Until all alarms that the fault raised have cleared."""
    seen, began, quiet_since = Seen(fault), time.monotonic(), None
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        while time.monotonic() - began < AT_MOST_S:
            await asyncio.sleep(POLL_S)
            hub, caused = home.hub(), first_caused(home)
            if hub is None or caused is None:
                continue
            if seen.first_step is None:
                await note_step(client, hub.http, caused, seen)
            seen.alarms = (await client.get(f"{hub.http}/api/v1/alarms?state=all&limit=500")).json()["items"]
            over = bool(seen.alarms) and all(alarm["cleared_at"] for alarm in seen.alarms) and not still_going(home)
            quiet_since = (quiet_since or time.monotonic()) if over else None
            if quiet_since is not None and time.monotonic() - quiet_since > QUIET_S:
                break
    return seen


async def note_step(client: httpx.AsyncClient, http: str, caused: Passed, seen: Seen) -> None:
    failed = (await client.get(f"{http}/api/v1/lines/beijing/line-1")).json()["failed"]
    if failed is not None:
        seen.first_step = failed["step"]
        if failed["step"] == seen.fault.step:
            seen.highlighted_s = round(time.time() - caused.at / 1e6, 1)


def first_caused(home: Home) -> Passed | None:
    return next((passed for passed in read_truth(truth_path(home.truth, "beijing", "line-1")) if passed.causes), None)


def still_going(home: Home) -> bool:
    """The fault has made a defect within the last minute."""
    caused = [passed.at for passed in read_truth(truth_path(home.truth, "beijing", "line-1")) if passed.causes]
    return bool(caused) and time.time() - caused[-1] / 1e6 < 60


def markdown(runs: list[Seen]) -> str:
    return "\n".join([*HEAD, *map(row, runs), ""])


def row(run: Seen) -> str:
    after = "–" if run.highlighted_s is None else f"{run.highlighted_s:.1f} s"
    alarms = f"{quality(run)} | {len(run.alarms) - quality(run)} | {run.raised} + {run.cleared}"
    return f"| {run.fault.id} | {run.fault.step} | {run.first_step or 'none'} | {after} | {alarms} | {'; '.join(run.problems) or 'yes'} |"


def quality(run: Seen) -> int:
    return sum(alarm["tag"] is None for alarm in run.alarms)


HEAD = (
    "# One live run for each fault",
    "",
    "Written by `bench/live_faults.py`: each row is `lineside demo --sites 1 --fault NAME` with rendered pictures, the real detectors, a",
    "real hub and a local mail server, until the fault was over and its alarms had cleared by themselves.",
    "",
    "| fault | its step | highlighted first | after the first defect | quality alarms | tag alarms | mails up + over | as it must be |",
    "|---|---|---|---|---|---|---|---|",
)

if __name__ == "__main__":
    sys.exit(main())
