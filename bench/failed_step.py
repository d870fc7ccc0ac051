"""Is the failed step found? Every fault of the simulator × seeds, from its records on its own clock, without rendering.

    PYTHONPATH=src .venv/bin/python bench/failed_step.py            # writes docs/reference/failed-step-report.md, under a minute or two
    PYTHONPATH=src .venv/bin/python bench/failed_step.py --seeds 2 --out report.md

Exit code 1 when a TARGET is missed.
"""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from lineside.plants import EXAMPLE
from lineside.sim.faults import FAULTS, Fault
from lineside.sim.history import History, Made, Samples, simulate
from lineside.types.plant import Process
from lineside.types.plant_file import load_plant

SECONDS = 600.0
"""Of a line: the fault is over after 340 at most; then stops and slow cycles come."""
SEEDS = 5
REPORT = Path(__file__).parents[1] / "docs" / "reference" / "failed-step-report.md"
TARGET_RIGHT, TARGET_BLAMED = 0.85, 0.05

Blame = Callable[[Process, Made, History], str | None]
"""The step that is thought to have left the defects of a product; None: not enough evidence."""


class Tally(Struct, frozen=True):
    """Products by what was said of them: the right step first, another step first, not enough evidence."""

    right: int = 0
    other: int = 0
    none: int = 0

    def __add__(self, more: Tally) -> Tally:
        return Tally(self.right + more.right, self.other + more.other, self.none + more.none)

    @property
    def products(self) -> int:
        return self.right + self.other + self.none

    @property
    def blamed(self) -> int:
        return self.right + self.other


class Row(Struct, frozen=True):
    """One fault over all seeds. `chance`: rejected products of the same runs whose defects no fault made.

    `lines`: runs, by which step most of their rejected products point to. `stopping`: the same fault on lines that stop and slow down
    meanwhile; `by_clock`: these, with lags as constant times.
    """

    fault: Fault
    caused: Tally
    without_lags: Tally
    chance: Tally
    lines: Tally
    stopping: Tally
    by_clock: Tally


class Report(Struct, frozen=True):
    """`healthy`: every product, good or bad, of lines without a fault: `other` are blamed falsely."""

    seeds: int
    rows: list[Row]
    healthy: Tally

    @property
    def caused(self) -> Tally:
        return total(row.caused for row in self.rows)

    @property
    def without_lags(self) -> Tally:
        return total(row.without_lags for row in self.rows)

    @property
    def chance(self) -> Tally:
        return total(row.chance for row in self.rows)

    @property
    def lines(self) -> Tally:
        return total(row.lines for row in self.rows)

    @property
    def stopping(self) -> Tally:
        return total(row.stopping for row in self.rows)

    @property
    def by_clock(self) -> Tally:
        return total(row.by_clock for row in self.rows)

    @property
    def missed(self) -> list[str]:
        """The targets that were not reached, in words."""
        checks = (
            (share(self.caused.right, self.caused) >= TARGET_RIGHT, f"right step first below {TARGET_RIGHT:.0%}"),
            (share(self.stopping.right, self.stopping) >= TARGET_RIGHT, f"right step first below {TARGET_RIGHT:.0%} when the line stops"),
            (share(self.healthy.blamed, self.healthy) <= TARGET_BLAMED, f"false blame above {TARGET_BLAMED:.0%}"),
            (share(self.without_lags.right, self.without_lags) < share(self.caused.right, self.caused), "no worse without lags"),
            (self.lines.right == self.lines.products, "a line's step was not found"),
        )
        return [words for reached, words in checks if not reached]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=REPORT)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    given = parser.parse_args()
    process = load_plant(EXAMPLE).process[0]
    report = examine(process, FAULTS, range(1, given.seeds + 1), hub_blame(), SECONDS)
    given.out.write_text(markdown(report), encoding="utf-8")
    print(given.out, *(f"missed: {words}" for words in report.missed), sep="\n")
    return 1 if report.missed else 0


def hub_blame() -> Blame:
    """What the hub says, told what it could have known when the product was inspected."""
    from lineside.hub.insight.attribute import find_causes
    from lineside.hub.insight.belt import Belt

    def blame(process: Process, made: Made, history: History) -> str | None:
        known = until(history.samples, made.at_us)
        belt = Belt(known.get(process.belt_speed_tag or "", ()), process.belt_speed_mps)
        causes = find_causes(process, made.at_us, belt, known, ())
        return causes[0].step if causes else None

    return blame


def examine(process: Process, faults: Sequence[Fault], seeds: Sequence[int], blame: Blame, seconds: float) -> Report:
    rows = [examine_fault(process, fault, seeds, blame, seconds) for fault in faults]
    healthy = [simulate(process, seed, None, seconds) for seed in seeds]
    return Report(len(seeds), rows, total(tally(said(process, run.products, run, blame), None) for run in healthy))


def examine_fault(process: Process, fault: Fault, seeds: Sequence[int], blame: Blame, seconds: float) -> Row:
    runs = [examine_run(process, fault, seed, blame, seconds) for seed in seeds]
    tallies = [[getattr(run, name) for run in runs] for name in Row.__struct_fields__[1:]]
    return Row(fault, *map(total, tallies))


def examine_run(process: Process, fault: Fault, seed: int, blame: Blame, seconds: float) -> Row:
    run = simulate(process, seed, fault.id, seconds)
    caused, chance = split(run.products, fault)
    blamed, by_chance = said(process, caused, run, blame), said(process, chance, run, blame)
    stops = simulate(process, seed, fault.id, seconds, calm=False)
    late, _ = split(stops.products, fault)
    return Row(
        fault,
        caused=tally(blamed, fault.step),
        without_lags=tally(said(without_lags(process), caused, run, blame), fault.step),
        chance=tally(by_chance, fault.step),
        lines=tally([most(blamed + by_chance)], fault.step),
        stopping=tally(said(process, late, stops, blame), fault.step),
        by_clock=tally(said(replace(process, belt_speed_tag=None), late, stops, blame), fault.step),
    )


def split(products: Iterable[Made], fault: Fault) -> tuple[list[Made], list[Made]]:
    """The rejected ones: those that the fault made, and those that are bad by chance."""
    rejected = [made for made in products if made.verdict == "reject"]
    return [made for made in rejected if fault.id in made.causes], [made for made in rejected if fault.id not in made.causes]


def said(process: Process, products: Iterable[Made], run: History, blame: Blame) -> list[str | None]:
    return [blame(process, made, run) for made in products]


def tally(steps: Iterable[str | None], right: str | None) -> Tally:
    """`right` None: whatever is blamed is blamed falsely."""
    found = Counter("none" if step is None else "right" if step == right else "other" for step in steps)
    return Tally(found["right"], found["other"], found["none"])


def most(steps: Sequence[str | None]) -> str | None:
    """The step that most products point to; None when none points anywhere."""
    votes = Counter(step for step in steps if step is not None)
    return votes.most_common(1)[0][0] if votes else None


def until(samples: Samples, at_us: int) -> Samples:
    """What had been measured by then."""
    return {key: values[: bisect_right(values, at_us, key=lambda sample: sample[0])] for key, values in samples.items()}


def without_lags(process: Process) -> Process:
    """As if every step were at the inspection."""
    return replace(process, edge=tuple(replace(edge, lag_s=0.0) for edge in process.edge))


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, start=Tally())


def share(number: int, of: Tally) -> float:
    return number / of.products if of.products else 0.0


def markdown(report: Report) -> str:
    return "\n".join([*_head(report), *_table(report), *_beside(report)]) + "\n"


def _head(report: Report) -> list[str]:
    return [
        "# Is the failed step found?",
        "",
        f"{len(report.rows)} faults of the simulated line ([table](demo.md)) × {report.seeds} seeds, {SECONDS / 60:.0f} minutes each: the",
        "simulator's records on its own clock, nothing rendered, every defect taken to be seen. Each rejected product that the fault",
        "made is attributed as the hub does it, from the readings known when it was inspected. Made by `bench/failed_step.py`; run it",
        "again after a change. These faults are the easy case: the simulator's own, one at a time.",
        "",
    ]


def _table(report: Report) -> list[str]:
    return [
        "| fault | step | bad products | right step first | other step | not enough evidence | lines right | right first without lags |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
        *(_line(f"`{row.fault.id}`", row.fault.step, row.caused, row.lines, row.without_lags) for row in report.rows),
        _line("**all**", "", report.caused, report.lines, report.without_lags),
        "",
    ]


def _line(name: str, step: str, caused: Tally, lines: Tally, without: Tally) -> str:
    cells = (
        name,
        step,
        str(caused.products),
        _of(caused.right, caused),
        _of(caused.other, caused),
        _of(caused.none, caused),
        f"{lines.right} of {lines.products}",
        f"{share(without.right, without):.1%}",
    )
    return f"| {' | '.join(cells)} |"


def _short(name: str, of: Tally) -> str:
    return f"| {name} | {of.products} | {_of(of.right, of)} | {_of(of.other, of)} | {_of(of.none, of)} |"


def _beside(report: Report) -> list[str]:
    healthy, chance = report.healthy, report.chance
    return [
        "*Lines right*: runs in which most rejected products point to the failed step. *Without lags*: the same with every transport lag",
        "set to 0, as if each step were at the inspection.",
        "",
        "| the same faults while the line stops and slows down | products | right step first | other step | not enough evidence |",
        "|---|---:|---:|---:|---:|",
        _short("lags along the belt's way", report.stopping),
        _short("lags as constant times", report.by_clock),
        "",
        "| beside them | products | a step is blamed | not enough evidence |",
        "|---|---:|---:|---:|",
        f"| lines without a fault, every product | {healthy.products} | {_of(healthy.blamed, healthy)} | {_of(healthy.none, healthy)} |",
        f"| bad by chance on a line with a fault | {chance.products} | {_of(chance.blamed, chance)} | {_of(chance.none, chance)} |",
        "",
        "A product that is bad by chance while a fault is on met what the fault moved, as its neighbours did: its readings cannot tell",
        "that it would have been bad without it.",
    ]


def _of(number: int, of: Tally) -> str:
    return f"{number} ({share(number, of):.1%})"


if __name__ == "__main__":
    sys.exit(main())
