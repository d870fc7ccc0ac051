"""What must hold of a demo after whatever was done to it: nothing lost, nothing twice, no product uncounted, nothing left running."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from typing import Any

import asyncpg
import httpx
from demo_process import DemoProcess

from lineside.sim.truth import Passed

Truth = Mapping[str, list[Passed]]
WAITING = """
select json_extract(body, '$.trigger_count'), json_extract(body, '$.outcome') from record
where series = 'inspection' and committed_at is null"""


def assert_all_holds_to_the_end(running: DemoProcess, report: dict[str, Any], before: Mapping[str, int] | None = None) -> None:
    """The report of a demo that stays up, its database, and what is left after Ctrl-C. `before`: counts of earlier runs by line."""
    ours = {line: passed[(before or {}).get(line, 0) :] for line, passed in running.truth.items()}
    assert_every_product_is_accounted_for(report, ours)
    assert_every_count_has_one_row(running.counted(report["dsn"]), running.truth)
    running.wait(lambda: all_has_arrived(running))
    assert_nothing_was_refused(running)
    assert_ends_without_a_trace(running)
    assert_logs_have_no_traceback(running)


def assert_every_product_is_accounted_for(report: dict[str, Any], truth: Truth) -> None:
    """By the report of the run in which these products passed."""
    products = report["products"]
    triggered = sum(map(len, truth.values()))
    assert (products["missing"], products["duplicated"]) == (0, 0), products
    assert triggered == products["triggered"] == products["committed"] == products["judged"] + products["explained"], products


def assert_every_count_has_one_row(rows: Mapping[str, asyncpg.Record], truth: Truth) -> None:
    """By our own SQL: all that the photo-eyes have counted since the folder is new."""
    found = {line: (r["records"], r["products"], r["first"], r["last"], r["judged"] + r["explained"]) for line, r in rows.items()}
    assert found == {line: (len(passed), len(passed), 1, passed[-1].count, len(passed)) for line, passed in truth.items()}
    assert {line: row["shifted"] for line, row in rows.items()} == dict.fromkeys(truth, 0), "no delay may be taken for a wrong clock"


def assert_nothing_was_refused(running: DemoProcess) -> None:
    """No record in quarantine or given up, and no station had to open a new epoch: then numbers would have been lost."""
    assert ask(running, "/api/v1/quarantine") == []
    series = ask(running, "/api/v1/ledger")
    assert len({row["epoch"] for row in series}) == len(running.truth), series
    assert all((row["quarantined"], row["held"], row["withdrawn"], row["expired"]) == (0, 0, 0, 0) for row in series), series


def all_has_arrived(running: DemoProcess) -> bool:
    """No record in an outbox, no picture in a spool, no number missing at the hub."""
    stations = [running.data / "stations" / line.replace("/", "-") for line in running.truth]
    spooled = [file for station in stations for file in (station / "spool").rglob("*.jpg")]
    waiting = [outbox(running, line) for line in running.truth]
    return not spooled and not any(waiting) and all(row["missing"] == 0 for row in ask(running, "/api/v1/ledger"))


def assert_ends_without_a_trace(running: DemoProcess) -> float:
    """Ctrl-C; returns how long it took, in seconds."""
    took = running.interrupt()
    assert running.leftovers() == []
    assert running.open_ports() == []
    return took


def assert_logs_have_no_traceback(running: DemoProcess) -> None:
    logs = [*(running.data / "log").glob("*.log"), running.data.with_suffix(".said")]
    assert [log.name for log in logs if "Traceback" in log.read_text(errors="replace")] == []


def outbox(running: DemoProcess, line: str) -> dict[int, str]:
    """Trigger count → outcome of the inspections that wait for their commit."""
    path = running.data / "stations" / line.replace("/", "-") / "outbox.db"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return dict(db.execute(WAITING).fetchall())


def ask(running: DemoProcess, path: str) -> list[dict[str, Any]]:
    """The items of a list that the hub answers with."""
    items: list[dict[str, Any]] = httpx.get(f"{running.note['http']}{path}", trust_env=False, timeout=10).json()["items"]
    return items
