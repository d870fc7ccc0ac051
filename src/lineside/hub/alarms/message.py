"""What a message says: the title in the inbox, and the sentences below it. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from lineside.types.cause import FailedStep
from lineside.types.identity import instant
from lineside.types.plant import Line, Site, Tag


def raised_title(severity: str, rule_name: str, tag: Tag | None, site: Site, line: Line) -> str:
    """`[Major] Quality low – Luxembourg, Line 1`"""
    return f"[{severity.capitalize()}] {_subject(rule_name, tag)} – {site.name}, {line.name}"


def cleared_title(rule_name: str, tag: Tag | None, site: Site, line: Line) -> str:
    return f"[Cleared] {_subject(rule_name, tag)} – {site.name}, {line.name}"


def raised_body(text: str, raised_us: int, site: Site, cause: FailedStep | None) -> str:
    lines = [f"{text}.", f"Since {clock(raised_us, site)}."]
    if cause is not None:
        lines.append(f"Failed step: {cause.step_name}{f' ({cause.tag_name})' if cause.tag_name else ''}.")
    return "\n".join(lines)


def cleared_body(text: str, raised_us: int, cleared_us: int, site: Site, why: str) -> str:
    """`text`: what was wrong; `why`: how it ended."""
    return f"{why}\nIt was: {text}.\nFrom {clock(raised_us, site)} to {clock(cleared_us, site)}."


def clock(at_us: int, site: Site) -> str:
    """The time as the people of the site read it."""
    at = instant(at_us).astimezone(ZoneInfo(site.timezone))
    return f"{at.day} {at:%b %Y %H:%M:%S} ({site.timezone})"


def _subject(rule_name: str, tag: Tag | None) -> str:
    return rule_name if tag is None else f"{tag.name}: {rule_name}"
