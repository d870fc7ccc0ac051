"""A stored alarm with the plant's names, as people see it. Pure."""

from __future__ import annotations

from lineside.hub.store.alarms import AlarmRow
from lineside.types.alarm import AlarmView
from lineside.types.identity import instant
from lineside.types.plant import Line, Plant, Tag


def alarm_view(plant: Plant, row: AlarmRow) -> AlarmView:
    """What the plant no longer has is shown by its id."""
    place = plant.find_line(row.site, row.line)
    site, line = place or (None, None)
    tag = find_tag(plant, line, row.tag)
    return AlarmView(
        id=row.alarm_key,
        rule=row.rule,
        rule_name=row.rule_name,
        source=row.source,
        site=row.site,
        site_name=site.name if site else row.site,
        timezone=site.timezone if site else "UTC",
        line=row.line,
        line_name=line.name if line else row.line,
        step=row.tag.partition(".")[0] if row.tag else None,
        tag=row.tag,
        tag_name=tag.name if tag else row.tag,
        severity=row.severity,
        text=row.text,
        raised_at=instant(row.raised_us),
        cleared_at=None if row.cleared_us is None else instant(row.cleared_us),
        cleared_by=row.cleared_by,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        assignee=row.assignee,
        stale=row.stale,
        comments=row.comments,
        cause=row.cause,
    )


def find_tag(plant: Plant, line: Line | None, key: str | None) -> Tag | None:
    """`key` is `<step>.<tag>`."""
    if line is None or key is None:
        return None
    return next((tag for its_key, _, tag in plant.find_process(line).tags() if its_key == key), None)
