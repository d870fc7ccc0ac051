"""Finds what a path or a scope names in the applied plant, or answers that it is not there."""

from __future__ import annotations

from lineside.hub.api.problems import RefusedError, not_found
from lineside.types.identity import is_id
from lineside.types.plant import Line, Plant, Site

SCOPE_RULE = "must be enterprise, region:<id>, country:<id>, site:<id> or line:<site>/<line>"


def find_site(plant: Plant, site: str) -> Site:
    """Raises RefusedError (404)."""
    found = plant.find_site(site)
    if found is None:
        raise _missing("site", site, [s.id for s in plant.site])
    return found


def find_line(plant: Plant, site: str, line: str) -> tuple[Site, Line]:
    """Raises RefusedError (404)."""
    place = find_site(plant, site)
    found = next((candidate for candidate in place.line if candidate.id == line), None)
    if found is None:
        raise _missing("line", line, [candidate.id for candidate in place.line])
    return place, found


def is_scope(scope: str) -> bool:
    kind, separator, name = scope.partition(":")
    if kind == "line":
        site, slash, line = name.partition("/")
        return bool(slash) and is_id(site) and is_id(line)
    return scope == "enterprise" or (kind in ("region", "country", "site") and bool(separator) and is_id(name))


def scope_lines(plant: Plant, scope: str) -> list[tuple[Site, Line]]:
    """The lines of a well-formed scope; raises RefusedError (404) when the plant has no such part."""
    kind, _, name = scope.partition(":")
    match kind:
        case "enterprise":
            return list(plant.lines())
        case "site":
            site = find_site(plant, name)
            return [(site, line) for line in site.line]
        case "line":
            return [find_line(plant, *name.split("/", 1))]
        case "region":
            _require("region", name, [region.id for region in plant.region])
            return [(site, line) for site, line in plant.lines() if plant.region_of(site) == name]
        case _:
            _require("country", name, [country.id for country in plant.country])
            return [(site, line) for site, line in plant.lines() if site.country == name]


def _require(what: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise _missing(what, name, known)


def _missing(what: str, name: str, known: list[str]) -> RefusedError:
    return not_found(what, name, f"Use one of: {', '.join(known[:20]) or '(none yet)'}.")
