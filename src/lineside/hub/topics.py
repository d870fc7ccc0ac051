"""Topic names of the live socket → the view behind them."""

from __future__ import annotations

from msgspec import Struct

from lineside.hub.parts import now_us
from lineside.hub.views import Sources, enterprise_view, line_view, site_summary


def view_of(sources: Sources, topic: str) -> Struct | None:
    """None: there is no such topic."""
    match topic.split("/"):
        case ["enterprise"]:
            return enterprise_view(sources, now_us())
        case ["alarms"]:
            return sources.alarms.board(sources.plant, now_us())
        case ["site", site_id]:
            site = sources.plant.find_site(site_id)
            return site and site_summary(sources, site, now_us())
        case ["line", site_id, line_id]:
            place = sources.plant.find_line(site_id, line_id)
            return place and line_view(sources, *place, now_us())
        case _:
            return None
