"""Topic names of the live socket → the view behind them."""

from __future__ import annotations

from msgspec import Struct

from lineside.hub.board import LineId
from lineside.hub.live import ENTERPRISE
from lineside.hub.parts import now_us
from lineside.hub.scopes import KINDS, scope_view
from lineside.hub.views import Sources, enterprise_view, line_view
from lineside.types.plant import Plant


def view_of(sources: Sources, topic: str) -> Struct | None:
    """None: there is no such topic."""
    match topic.split("/"):
        case ["enterprise"]:
            return enterprise_view(sources, now_us())
        case ["alarms"]:
            return sources.alarms.board(sources.plant, now_us())
        case [kind, place] if kind in KINDS:
            return scope_view(sources, kind, place, now_us())
        case ["line", site_id, line_id]:
            found = sources.plant.find_line(site_id, line_id)
            return found and line_view(sources, *found, now_us())
        case _:
            return None


def topics_of(plant: Plant, line: LineId) -> list[str]:
    """Where a change of this line is seen."""
    site = plant.find_site(line[0])
    around = [] if site is None else [f"country/{site.country}", f"region/{plant.region_of(site)}"]
    return [f"line/{line[0]}/{line[1]}", f"site/{line[0]}", *around, ENTERPRISE]
