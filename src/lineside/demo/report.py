"""The report of one run: what the photo-eyes counted against what the database holds, from the first to the last trigger."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from lineside.demo.home import Home
from lineside.demo.viewer import Seen
from lineside.hub.oee.components import measure
from lineside.hub.store.oee import Progress, read_facts
from lineside.hub.store.plant import read_book
from lineside.hub.store.report import Span, Stored, Tally, read_products
from lineside.sim.truth import Passed, read_truth, truth_path
from lineside.types.identity import StationKey
from lineside.types.oee import ratios

RATIOS = ("availability", "performance", "quality", "oee", "coverage")


class Run(Struct, frozen=True):
    """What passed the photo-eyes in this run, by line; lines that saw nothing are left out."""

    passed: dict[StationKey, list[Passed]]

    @property
    def triggered(self) -> int:
        return sum(map(len, self.passed.values()))

    @property
    def first_us(self) -> int:
        return min(products[0].at for products in self.passed.values())

    @property
    def last_us(self) -> int:
        return max(products[-1].at for products in self.passed.values())

    @property
    def spans(self) -> list[Span]:
        return [Span(key.site, key.line, products[0].count, products[-1].count) for key, products in self.passed.items()]

    @property
    def defective(self) -> set[tuple[str, str, int]]:
        return {(key.site, key.line, p.count) for key, products in self.passed.items() for p in products if p.defects}


class Percentiles(Struct, frozen=True):
    """Milliseconds; None when nothing was measured."""

    p50: float | None
    p99: float | None


class Mark(Struct, frozen=True):
    """How long each photo-eye's file was when the run began."""

    offsets: dict[StationKey, int]


def mark(home: Home, lines: Sequence[StationKey]) -> Mark:
    return Mark({key: _size(truth_path(home.truth, key.site, key.line)) for key in lines})


def read_run(home: Home, since: Mark) -> Run:
    """The lines that the photo-eyes have written since."""
    found = {key: read_truth(truth_path(home.truth, key.site, key.line), offset) for key, offset in since.offsets.items()}
    return Run({key: products for key, products in found.items() if products})


async def make_report(connection: asyncpg.Connection, home: Home, run: Run, tally: Tally, viewer: Seen) -> dict[str, Any]:
    """The report of one run, ready to be written as JSON."""
    stored = [found async for found in read_products(connection, run.spans)]
    facts = home.hub()
    return {
        "seconds": round((run.last_us - run.first_us) / 1e6, 3) if run.passed else 0.0,
        "sites": len(run.passed),
        "dsn": facts.dsn if facts else None,
        "outboxes": [str(home.outbox(key)) for key in run.passed],
        "products": counts(run, tally),
        "latency_ms": latencies(stored, viewer),
        "defects": defects(run, stored),
        "oee": await oee(connection, run) if run.passed else {},
    }


def counts(run: Run, tally: Tally) -> dict[str, int]:
    """missing: counted by a photo-eye, not in the database. duplicated: rows beyond one for each trigger count."""
    return {
        "triggered": run.triggered,
        "judged": tally.judged,
        "explained": tally.explained,
        "committed": tally.committed,
        "missing": run.triggered - tally.products,
        "duplicated": tally.committed - tally.products,
    }


def latencies(stored: Sequence[Stored], viewer: Seen) -> dict[str, Percentiles]:
    """image: one frame through one detector. The others count from the light beam: to verdict, to commit, to a viewer."""
    inspections = [s.inspection for s in stored]
    mine = {(s.site, s.line, s.inspection.trigger_count) for s in stored}
    return {
        "image": percentiles(m.prepare_us + m.infer_us for i in inspections for shot in i.shots for m in shot.models),
        "verdict": percentiles(i.judged_at - i.at for i in inspections if i.judged_at is not None),
        "committed": percentiles(s.committed_us - s.inspection.at for s in stored),
        "viewer": percentiles(latency_us for product, latency_us in viewer.items() if product in mine),
    }


def defects(run: Run, stored: Sequence[Stored]) -> dict[str, int]:
    """truth: products with a defect that shows; found: those of them rejected; false: good ones rejected."""
    rejected = {(s.site, s.line, s.inspection.trigger_count) for s in stored if s.inspection.verdict == "reject"}
    truth = run.defective
    return {"truth": len(truth), "found": len(truth & rejected), "false": len(rejected - truth)}


async def oee(connection: asyncpg.Connection, run: Run) -> dict[str, dict[str, float | None]]:
    """Ratios of each site's line from the run's first to its last trigger, that one included; all of it was planned."""
    book = await read_book(connection)
    window = (run.first_us, run.last_us + 1)
    told: dict[str, dict[str, float | None]] = {}
    for line_key, line in book.lines.items() if book else ():
        if any((key.site, key.line) == (line.site.id, line.line.id) for key in run.passed):
            facts = await read_facts(connection, line_key, window, [window], line.process, Progress(*window, None, None))
            found = ratios(measure(facts, *window).components)
            told[line.site.id] = {name: getattr(found, name) for name in RATIOS}
    return told


def percentiles(values_us: Iterable[int]) -> Percentiles:
    """Nearest-rank percentiles of microseconds, in milliseconds."""
    ordered = sorted(values_us)
    if not ordered:
        return Percentiles(None, None)
    return Percentiles(*(round(ordered[max(math.ceil(share * len(ordered)) - 1, 0)] / 1000, 3) for share in (0.5, 0.99)))


def write_report(path: Path, report: dict[str, Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    draft.replace(path)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
