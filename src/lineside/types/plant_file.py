"""A plant from a file: read, and checked against the rules between its parts. Every broken rule is reported at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from lineside.types.errors import ConfigError, Problem
from lineside.types.plant import Edge, Plant, Process, Site, Tag
from lineside.types.strict import convert, read_toml, show


def load_plant(path: Path) -> Plant:
    """Read and check a plant file; raises ConfigError with every problem."""
    return parse_plant(read_toml(path), str(path))


def parse_plant(data: dict[str, Any], source: str) -> Plant:
    plant = convert(data, Plant, source)
    problems = check_plant(plant)
    if problems:
        raise ConfigError(source, problems)
    return plant


def check_plant(plant: Plant) -> list[Problem]:
    """Rules between the parts: references exist, ids are unique, graphs have no loops, ranges are ranges."""
    found = _duplicates("process", [p.id for p in plant.process]) + _duplicates("site", [s.id for s in plant.site])
    found += _duplicates("region", [r.id for r in plant.region]) + _duplicates("country", [c.id for c in plant.country])
    regions, countries = {r.id for r in plant.region}, {c.id for c in plant.country}
    for n, country in enumerate(plant.country):
        found += _reference(f"country[{n}].region", country.region, regions, "region")
    for n, process in enumerate(plant.process):
        found += _check_process(process, f"process[{n}]")
    for n, site in enumerate(plant.site):
        found += _reference(f"site[{n}].country", site.country, countries, "country")
        found += _check_site(site, f"site[{n}]", {p.id for p in plant.process})
    # Credentials and pid files carry these names; ids may contain dashes, so a-b + c and a + b-c would share them.
    return found + _duplicates("site and line and station", [f"{s.id}-{line.id}-{line.station}" for s, line in plant.lines()])


def _check_site(site: Site, path: str, processes: set[str]) -> list[Problem]:
    found = _duplicates(f"{path}.line", [line.id for line in site.line])
    if site.timezone not in available_timezones():
        found.append(Problem(f"{path}.timezone", show(site.timezone), "must be an IANA time zone", "Write it as Europe/Luxembourg."))
    found += _reference(f"{path}.default_line", site.default_line, {line.id for line in site.line}, "line of this site")
    for n, line in enumerate(site.line):
        found += _reference(f"{path}.line[{n}].process", line.process, processes, "process")
    return found


def _check_process(process: Process, path: str) -> list[Problem]:
    steps = {step.id for step in process.step}
    found = _duplicates(f"{path}.step", [step.id for step in process.step])
    found += _duplicates(f"{path}.camera", [camera.id for camera in process.camera])
    found += _duplicates(f"{path}.defect", [defect.label for defect in process.defect])
    found += _reference(f"{path}.inspection_step", process.inspection_step, steps, "step")
    for n, edge in enumerate(process.edge):
        found += _reference(f"{path}.edge[{n}].from", edge.from_step, steps, "step")
        found += _reference(f"{path}.edge[{n}].to", edge.to_step, steps, "step")
    if _has_loop(process.edge):
        found.append(Problem(f"{path}.edge", "(loop)", "the steps must not form a loop", "Remove the edge that leads back."))
    for n, step in enumerate(process.step):
        found += _duplicates(f"{path}.step[{n}] tag", [tag.id for tag in step.tags()])
        found += [p for tag in step.tags() for p in _check_tag(tag, f"{path}.step[{n}] tag {tag.id}")]
    return found


def _check_tag(tag: Tag, path: str) -> list[Problem]:
    limits = [limit for limit in (tag.normal_low, tag.normal_high, tag.design_max) if limit is not None]
    if limits != sorted(limits):
        return [Problem(path, show(limits), "must be normal_low ≤ normal_high ≤ design_max", "Put the limits in order.")]
    return []


def _reference(path: str, value: str, known: set[str], what: str) -> list[Problem]:
    if value in known:
        return []
    return [Problem(path, show(value), f"must name a {what}", f"Use one of: {', '.join(sorted(known)) or '(none yet)'}.")]


def _duplicates(path: str, ids: list[str]) -> list[Problem]:
    twice = sorted({i for i in ids if ids.count(i) > 1})
    return [Problem(path, show(i), "must be unique", "Rename one of them.") for i in twice]


def _has_loop(edges: tuple[Edge, ...]) -> bool:
    remaining = list(edges)
    while remaining:
        entered = {edge.to_step for edge in remaining}
        kept = [edge for edge in remaining if edge.from_step in entered]
        if len(kept) == len(remaining):
            return True
        remaining = kept
    return False
