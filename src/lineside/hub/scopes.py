"""The factory page of a site, a country or a region: its lines side by side, and what they sum up to. Pure, as `views`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lineside.hub.figures import factors, oee_now, trend
from lineside.hub.views import Sources, line_summary
from lineside.types.identity import instant
from lineside.types.plant import Line, Process, Site
from lineside.types.scope import PlaceName, ScopeLine, ScopeView
from lineside.types.view import CameraView, DefectView

KINDS = ("site", "country", "region")


def scope_view(sources: Sources, kind: str, place: str, now_us: int) -> ScopeView | None:
    """None: the plant has no such place."""
    found = sources.plant.find_place(kind, place)
    if found is None:
        return None
    name, sites = found
    lines = [(site, line) for site in sites for line in site.line]
    figures = [sources.figures.line((site.id, line.id)) for site, line in lines]
    processes = _processes(sources, lines)
    return ScopeView(
        scope=f"{kind}:{place}",
        name=name,
        kind=kind,
        timezone=_only(site.timezone for site in sites),
        at=instant(now_us),
        oee=oee_now(figures, now_us),
        trend=factors(figures, now_us),
        sites=[PlaceName(site.id, site.name) for site in sites],
        lines=[_scope_line(sources, site, line, now_us) for site, line in lines],
        defects=_defects(processes),
        cameras=_cameras(processes),
        alarms=sources.alarms.count((site.id, line.id) for site, line in lines),
    )


def _scope_line(sources: Sources, site: Site, line: Line, now_us: int) -> ScopeLine:
    return ScopeLine(
        summary=line_summary(sources, site, line, now_us),
        site_name=site.name,
        product_name=sources.plant.find_process(line).product_name,
        trend=trend([sources.figures.line((site.id, line.id))], now_us),
    )


def _processes(sources: Sources, lines: Sequence[tuple[Site, Line]]) -> list[Process]:
    used = {line.process for _, line in lines}
    return [process for process in sources.plant.process if process.id in used]


def _defects(processes: Sequence[Process]) -> list[DefectView]:
    """Two processes may name one label differently: the first of the plant names it."""
    names: dict[str, str] = {}
    for process in processes:
        for defect in process.defect:
            names.setdefault(defect.label, defect.name)
    return [DefectView(label, name) for label, name in names.items()]


def _cameras(processes: Sequence[Process]) -> list[CameraView]:
    names: dict[str, str] = {}
    for process in processes:
        for camera in process.camera:
            names.setdefault(camera.id, camera.name)
    return [CameraView(camera, name) for camera, name in names.items()]


def _only(zones: Iterable[str]) -> str | None:
    known = set(zones)
    return known.pop() if len(known) == 1 else None
