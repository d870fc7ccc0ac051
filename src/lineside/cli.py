"""The only surface: every command, each a few lines that hand over to the part that does the work.

Parts are imported inside the commands, so that `lineside inspect` does not load the hub and a station does not load torch.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from lineside import __version__
from lineside.sim.faults import FAULTS
from lineside.types.errors import LinesideError, MissingExtraError

FAULT_IDS = [fault.id for fault in FAULTS]
FAULT_LIST = "\n".join(["\b", "Faults, each with the step that fails:", *(f"  {fault.id:<24}{fault.step}" for fault in FAULTS)])
FILE = click.Path(path_type=Path, dir_okay=False)
DIR = click.Path(path_type=Path, file_okay=False)


def main() -> None:
    """Entry point: what a person can act on is a sentence and an exit code, never a traceback."""
    try:
        sys.exit(cli.main(standalone_mode=False, auto_envvar_prefix="LINESIDE") or 0)
    except (click.exceptions.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LinesideError as error:
        click.echo(f"lineside: {error}", err=True)
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        known = _missing_extra(error)
        click.echo(f"lineside: {known}", err=True)
        sys.exit(known.exit_code)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="lineside")
def cli() -> None:
    """Self-hosted quality control for manufacturing. Start with: lineside demo"""


@cli.command(epilog=FAULT_LIST)
@click.option("--data", type=DIR, default=Path("demo-data"), show_default=True, help="Everything the demo keeps.")
@click.option("--listen", default="127.0.0.1:8080", show_default=True, help="HOST:PORT of the web; port 0 picks a free one.")
@click.option(
    "--rate", type=click.FloatRange(min=0.2), default=3.0, show_default=True, help="Seconds from product to product at each line."
)
@click.option("--sites", type=click.IntRange(1, 8), default=8, show_default=True, help="How many of the example plant's sites run.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same plant.")
@click.option("--fault", type=click.Choice(FAULT_IDS), metavar="NAME", help="This fault soon, on the first line, and no other.")
@click.option("--seconds", type=click.FloatRange(min=1), help="Trigger for this long, drain, report and stop.")
@click.option("--report", type=FILE, help="Write the run's report (JSON) here.")
@click.option("--hold", is_flag=True, help="Stay up after the report until interrupted.")
@click.option("--photos", type=DIR, help="Add a steel strip line whose camera is this folder of photographs (with --package).")
@click.option("--package", type=FILE, help="The detector package of the steel strip line.")
@click.option("--notify", type=FILE, help="A file of addresses that are told of alarms: mail, chat, webhooks (docs/howto/alarms.md).")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def demo(**options: Any) -> None:
    """Start the hub and eight simulated stations, and show the address. Ctrl-C stops it all."""
    from lineside.demo.options import DemoOptions
    from lineside.demo.run import run_demo

    if (options["photos"] is None) != (options["package"] is None):
        raise click.UsageError("--photos and --package go together: the folder of photographs and the detector that judges them.")
    sys.exit(_run(run_demo(DemoOptions(**options))))


@cli.command()
@click.option("--data", type=DIR, default=Path("data"), show_default=True, help="Everything the hub keeps.")
@click.option("--listen", default="127.0.0.1:8080", show_default=True, help="HOST:PORT; port 0 picks a free one.")
@click.option("--plant", help="A plant file, or `example`; without it the plant applied last.")
@click.option("--dsn", help="An external PostgreSQL; without it the embedded one.")
@click.option("--pg-bin", type=DIR, help="A folder of PostgreSQL binaries to embed instead of the wheel's.")
@click.option("--tls-certificate", type=FILE, help="PEM; with --tls-key the hub answers https.")
@click.option("--tls-key", type=FILE, help="PEM.")
@click.option("--token-file", type=FILE, help="What people and programs must present; needed beyond loopback.")
@click.option("--insecure", is_flag=True, help="Allow a listener beyond loopback without TLS and token.")
@click.option("--notify", type=FILE, help="A file of addresses that are told of alarms: mail, chat, webhooks (docs/howto/alarms.md).")
def hub(**options: Any) -> None:
    """Run the hub: broker, database, intake, OEE, REST and web, in one folder."""
    from lineside.hub.app import run_hub
    from lineside.hub.config import make_config

    _run(run_hub(make_config(**options)))


@cli.command()
@click.option("--station", type=FILE, required=True, help="The station's TOML file.")
def edge(station: Path) -> None:
    """Run one station: trigger, cameras, detectors, verdict, record, outbox."""
    from lineside.edge.config import load_station
    from lineside.edge.station import run_station

    _run(run_station(load_station(station)))


@cli.group()
def plant() -> None:
    """The plant model: sites, lines, steps, tags, shifts."""


@plant.command("new")
@click.option("--out", type=FILE, help="Write it here; without it the last question asks.")
@click.option("--answers", type=click.File(encoding="utf-8"), help="Answer from this file, one line a question, instead of a person.")
def plant_new(out: Path | None, answers: TextIO | None) -> None:
    """Ask about a plant with one line, and write its file."""
    from lineside.plant_new import new_plant

    sys.exit(0 if new_plant(answers, out) else 1)


@plant.command("apply")
@click.argument("file", type=FILE)
@click.option("--hub", "hub_url", default="http://127.0.0.1:8080", show_default=True, help="Address of the running hub.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
def plant_apply(file: Path, hub_url: str, dry_run: bool) -> None:
    """Apply a plant file to a running hub; shows the difference first, deletes nothing that has records."""
    from lineside.plant_client import apply

    click.echo(apply(file, hub_url, dry_run=dry_run))


@plant.command("show")
@click.option("--hub", "hub_url", default="http://127.0.0.1:8080", show_default=True, help="Address of the running hub.")
def plant_show(hub_url: str) -> None:
    """Print the applied plant as TOML."""
    from lineside.plant_client import show

    click.echo(show(hub_url), nl=False)


@cli.command()
@click.argument("images", nargs=-1, required=True, type=FILE)
@click.option("--package", "packages", multiple=True, type=FILE, help="A detector package; without it the two shipped ones.")
@click.option("--out", type=DIR, help="Write annotated pictures here.")
@click.option("--json", "as_json", is_flag=True, help="Print the boxes as JSON.")
def inspect(images: tuple[Path, ...], packages: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Run the detectors on image files."""
    from lineside.detect.inspect import describe, inspect_images
    from lineside.detect.shipped import shipped_packages

    result = inspect_images(images, packages or shipped_packages(), out)
    click.echo(_json(result) if as_json else describe(result))


@cli.command()
@click.option("--images", type=DIR, required=True, help="The folder of images.")
@click.option("--annotations", type=FILE, required=True, help="COCO JSON.")
@click.option("--out", type=DIR, required=True, help="Receives exactly one file, detector.lspkg.")
@click.option("--minutes", type=click.FloatRange(min=0.1), required=True, help="Wall-clock budget of the whole command.")
@click.option("--labels", help="Only these classes, separated by commas.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--name", help="The package's name.")
def train(images: Path, annotations: Path, out: Path, minutes: float, labels: str | None, seed: int, name: str | None) -> None:
    """Train a detector on labelled images."""
    # Before torch loads: its threads spin while they wait, and would keep the pictures from being prepared.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from lineside.train.run import train as run

    wanted = [label.strip() for label in labels.split(",")] if labels else None
    path = run(images, annotations, out, minutes, labels=wanted, seed=seed, name=name, progress=_say)
    click.echo(path)


@cli.command()
@click.option("--package", type=FILE, required=True)
@click.option("--images", type=DIR, required=True)
@click.option("--annotations", type=FILE, required=True, help="COCO JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(package: Path, images: Path, annotations: Path, as_json: bool) -> None:
    """Judge a detector package on labelled images: mAP, recall and precision at the working threshold."""
    from lineside.train.evaluate import describe
    from lineside.train.evaluate import evaluate as run

    result = run(package, images, annotations)
    click.echo(_json(result) if as_json else describe(result))


@cli.group()
def sim() -> None:
    """The simulated plant."""


@sim.command("render")
@click.option("--seed", type=int, required=True)
@click.option("--products", type=click.IntRange(min=1), required=True)
@click.option("--out", type=DIR, required=True)
@click.option("--defective", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="Share of products with a defect.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes; the result is the same.")
def sim_render(seed: int, products: int, out: Path, defective: float, workers: int) -> None:
    """Write frames of four cameras and COCO annotations."""
    from lineside.sim.render import render_dataset

    render_dataset(out, seed, products, defective=defective, workers=workers)
    click.echo(out / "coco.json")


@sim.command("field")
@click.option("--config", type=FILE, required=True, help="What the demo wrote for its simulated lines.")
def sim_field(config: Path) -> None:
    """Run the simulated lines: photo-eyes, cameras, machine signals."""
    from lineside.sim.field import load_field, run_field

    _run(run_field(load_field(config)))


@cli.group()
def bench() -> None:
    """Speed and memory, each with its baseline from the same run. Ratios gate (exit 1), absolutes are reported."""


@bench.command("edge")
@click.option("--frames", type=click.IntRange(min=20), default=200, show_default=True)
def bench_edge(frames: int) -> None:
    """One frame → boxes against the bare ONNX Runtime session; a whole verdict of 4 views × 2 detectors."""
    from lineside.edge.bench import bench_edge as run

    _report(run(frames))


@bench.command("viewers")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="The median of so many counts.")
def bench_viewers(rounds: int) -> None:
    """What 200 and 500 live viewers cost the hub while eight lines run, and how soon they see a product."""
    from lineside.hub.bench_viewers import bench_viewers as run

    _report(_run(run(rounds)))


@bench.command("ingest")
@click.option("--records", type=click.IntRange(min=1000), default=50_000, show_default=True)
def bench_ingest(records: int) -> None:
    """Records through the whole intake against COPY + ON CONFLICT alone."""
    from lineside.hub.bench import bench_ingest as run

    _report(_run(run(records)))


@bench.command("gallery")
@click.option("--products", type=click.IntRange(min=10_000), default=1_000_000, show_default=True)
def bench_gallery(products: int) -> None:
    """Pages of the inspections gallery for every kind of filter, against the bare lookup of one record."""
    from lineside.hub.bench_gallery import bench_gallery as run

    _report(_run(run(products)))


@cli.command()
def openapi() -> None:
    """Print the hub's OpenAPI 3.1 document."""
    from lineside.hub.api.openapi import document

    click.echo(_json(document()))


def _report(result: dict[str, Any]) -> None:
    click.echo(_json(result))
    sys.exit(0 if result["passed"] else 1)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end; a task group's first error that a person can act on comes out by itself."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        actionable = group.subgroup(LinesideError)
        if actionable is None:
            raise
        raise _first(actionable) from None


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _say(line: str) -> None:
    click.echo(line, err=True)


def _missing_extra(error: ModuleNotFoundError) -> LinesideError:
    name = error.name or ""
    if name.startswith("lineside"):
        raise error
    return MissingExtraError(
        f"The module {name} is not installed.", "Install the extra that brings it: make train, or pip install 'lineside[edge,hub,train]'."
    )
