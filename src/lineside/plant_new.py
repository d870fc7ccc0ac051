"""`lineside plant new`: asks a person about a plant and writes the file, whole or not at all.

Nothing is on the disk before the last question is answered: Ctrl-C at any of them leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, TextIO

import tomli_w

from lineside import plant_questions as ask
from lineside.plant_answers import to_id
from lineside.talk import AnswerError, Person, Script, Talk
from lineside.types.plant import Line, Plant, Process, Site
from lineside.types.plant_file import parse_plant

INTRO = """\
This writes a plant file: where a line stands, what it makes, and what is watched there.
Enter takes what stands in [brackets], ? explains a question, Ctrl-C ends and writes nothing.
"""
HEADER = "# Written by `lineside plant new`. docs/howto/plant.md explains every part; `lineside plant apply` checks it again.\n\n"


def new_plant(answers: TextIO | None, out: Path | None) -> Path | None:
    """The file that was written; None when the person did not want it in the end. `answers`: a file that answers instead of a person.

    Raises click.Abort at Ctrl-C, ConfigError when a file of answers is wrong.
    """
    talk = Talk(Script(answers) if answers else Person())
    talk.say(INTRO)
    data = interview(talk)
    plant = parse_plant(data, str(out or "the answers"))
    talk.say(f"\n{summary(plant)}\n")
    if not talk.confirm("Write it?", "Until now nothing was written.", default=True):
        talk.say("Nothing was written.")
        return None
    path = _save(talk, HEADER + tomli_w.dumps(data), out or _ask_path(talk, plant))
    talk.say(f"\n{next_commands(path, plant)}")
    return path


def interview(talk: Talk) -> dict[str, Any]:
    """Plain data of a plant with one line."""
    enterprise = ask.ask_enterprise(talk)
    region = ask.ask_region(talk)
    country = ask.ask_country(talk, region["id"])
    site = ask.ask_site(talk, country["id"])
    line = ask.ask_line(talk)
    process = ask.ask_process(talk)
    rules = ask.ask_rules(talk, process)
    whole = {**site, "default_line": line["id"], "line": [{**line, "process": process["id"], "station": "station-1"}]}
    data = {"enterprise": enterprise, "region": [region], "country": [country], "process": [process], "site": [whole]}
    return {**data, **({"rule": rules} if rules else {})}


def summary(plant: Plant) -> str:
    """What was understood, for a person to read over."""
    site, line = next(plant.lines())
    process = plant.find_process(line)
    return "\n".join([*_place(plant, site, line), *_work(process), *_watch(plant, line)])


def next_commands(path: Path, plant: Plant) -> str:
    site, line = next(plant.lines())
    return "\n".join(
        [
            f"Written: {path}. Next:",
            f"  lineside hub --plant {path}       start a hub with it",
            f"  lineside plant apply {path}       or give it to a hub that runs already (--dry-run only shows the difference)",
            f"The hub then writes the credentials of {site.id}-{line.id}-{line.station}; docs/howto/station.md goes on from there.",
        ]
    )


def _place(plant: Plant, site: Site, line: Line) -> list[str]:
    country = next(c for c in plant.country if c.id == site.country)
    region = next(r for r in plant.region if r.id == country.region)
    shifts = ", ".join(f"{s.name} {s.start}–{s.end} {' '.join(s.days)}" for s in site.shift)
    return [
        f"Place    {plant.enterprise.name} › {region.name} › {country.name} › {site.name} › {line.name}",
        f"Address  {site.id}/{line.id}, {site.lat:g}, {site.lon:g}, {site.timezone}",
        f"Shifts   {shifts}",
    ]


def _work(process: Process) -> list[str]:
    lags = {edge.from_step: f" ─{edge.lag_s:g} s→ " for edge in process.edge}
    way = "".join(f"{step.name}{lags.get(step.id, '')}" for step in process.step)
    return [
        f"Product  {process.product_name}, one every {process.ideal_cycle_s:g} s, belt {process.belt_speed_mps:g} m/s",
        f"Steps    {way} (inspection: {process.inspection_step})",
        f"Values   {', '.join(f'{key} {tag.unit}'.strip() for key, _, tag in process.tags()) or 'none'}",
        f"Cameras  {', '.join(f'{camera.name} ({camera.id})' for camera in process.camera)}",
        f"Defects  {', '.join(f'{defect.name} ({defect.label})' for defect in process.defect) or 'none named'}",
    ]


def _watch(plant: Plant, line: Line) -> list[str]:
    said = [f"{rule.name}{_threshold(rule.threshold)} for {rule.for_s / 60:g} min" for rule in plant.rules_of(line)]
    return [f"Alarms   {', '.join(said) or 'none'}"]


def _threshold(threshold: float | None) -> str:
    return "" if threshold is None else f" (below {threshold * 100:g} %)"


def _ask_path(talk: Talk, plant: Plant) -> Path:
    suggested = f"{to_id(plant.enterprise.name) or 'plant'}.toml"
    return talk.ask("Write it to", _path, "The name of the file. An existing one is not overwritten without a question.", suggested)


def _path(text: str) -> Path:
    path = Path(text).expanduser()
    if not text or path.is_dir():
        raise AnswerError("must name a file", "Write it as plant.toml.")
    return path


def _save(talk: Talk, text: str, path: Path) -> Path:
    """Asks for another name for as long as this one may not or cannot be used: what was answered so far must not be lost."""
    while True:
        if not path.exists() or talk.confirm(f"{path} exists. Overwrite it?", "Its content would be lost.", default=False):
            try:
                write_whole(path, text)
                return path
            except OSError as error:
                talk.say(f"  {path} cannot be written ({error.strerror}).")
        path = talk.ask("Write it to", _path, "The name of another file.")


def write_whole(path: Path, text: str) -> None:
    """The whole file or none: beside its place first, then moved there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
