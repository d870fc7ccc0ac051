"""Plant + memory + figures → what a page shows. Pure: nothing is read here, the instant is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from lineside.hub.alarms.memory import AlarmMemory
from lineside.hub.board import Board, LineMemory, TagMemory
from lineside.hub.figures import Figures, LineFigures, oee_now, trend
from lineside.hub.insight.memory import CauseMemory
from lineside.hub.tags import TagState, step_state, tag_state
from lineside.types.cause import FailedStep, StepEvent
from lineside.types.identity import instant
from lineside.types.plant import Line, Plant, Site, Step, Tag
from lineside.types.view import (
    CameraView,
    DefectView,
    EdgeView,
    EnterpriseView,
    GroupSummary,
    LineSummary,
    LineView,
    OeeView,
    SiteSummary,
    StepView,
    TagView,
)


class Sources(Struct, frozen=True):
    """What every view is made of."""

    board: Board
    figures: Figures
    causes: CauseMemory
    alarms: AlarmMemory

    @property
    def plant(self) -> Plant:
        return self.board.plant

    def figures_of(self, site: Site) -> list[LineFigures]:
        return [self.figures.line((site.id, line.id)) for line in site.line]


def enterprise_view(sources: Sources, now_us: int) -> EnterpriseView:
    plant = sources.plant
    return EnterpriseView(
        id=plant.enterprise.id,
        name=plant.enterprise.name,
        at=instant(now_us),
        oee=_oee_of(sources, plant.site, now_us),
        regions=[
            GroupSummary(r.id, r.name, None, _oee_of(sources, [s for s in plant.site if plant.region_of(s) == r.id], now_us))
            for r in plant.region
        ],
        countries=[
            GroupSummary(c.id, c.name, c.region, _oee_of(sources, [s for s in plant.site if s.country == c.id], now_us))
            for c in plant.country
        ],
        sites=[site_summary(sources, site, now_us) for site in plant.site],
    )


def site_summary(sources: Sources, site: Site, now_us: int) -> SiteSummary:
    figures = sources.figures_of(site)
    return SiteSummary(
        id=site.id,
        name=site.name,
        country=site.country,
        region=sources.plant.region_of(site),
        lat=site.lat,
        lon=site.lon,
        timezone=site.timezone,
        oee=oee_now(figures, now_us),
        trend=trend(figures, now_us),
        lines=[line_summary(sources, site, line, now_us) for line in site.line],
        alarms=sources.alarms.count((site.id, line.id) for line in site.line),
    )


def line_view(sources: Sources, site: Site, line: Line, now_us: int) -> LineView:
    process, memory = sources.plant.find_process(line), sources.board.line(site.id, line.id)
    figures = [sources.figures.line((site.id, line.id))]
    failed, defects = sources.causes.failed(site.id, line.id, now_us), sources.causes.defects(site.id, line.id, now_us)
    events = sources.causes.events(site.id, line.id)
    state, reason, since_us = memory.current_state(now_us)
    memory.roll_day(instant(now_us))
    return LineView(
        site=site.id,
        site_name=site.name,
        timezone=site.timezone,
        line=line.id,
        name=line.name,
        process=process.id,
        product_name=process.product_name,
        at=instant(now_us),
        state=state,
        state_reason=reason,
        state_since=_instant(since_us),
        last_seen=_instant(memory.last_seen_us),
        belt_speed_mps=memory.belt_speed_mps,
        inspection_step=process.inspection_step,
        oee=oee_now(figures, now_us),
        trend=trend(figures, now_us),
        steps=[_with_causes(_step_view(step, memory, now_us), defects.get(step.id, 0), failed, events) for step in process.step],
        edges=[EdgeView(edge.from_step, edge.to_step, edge.lag_s) for edge in process.edge],
        cameras=[CameraView(camera.id, camera.name) for camera in process.camera],
        defects=[DefectView(defect.label, defect.name) for defect in process.defect],
        products=memory.products[::-1],
        counts=memory.counts,
        failed=failed,
        events=[event for event in events if event.step is None],
        alarms=sources.alarms.count([(site.id, line.id)]),
    )


def _oee_of(sources: Sources, sites: Iterable[Site], now_us: int) -> OeeView:
    return oee_now([figures for site in sites for figures in sources.figures_of(site)], now_us)


def line_summary(sources: Sources, site: Site, line: Line, now_us: int) -> LineSummary:
    memory = sources.board.line(site.id, line.id)
    state, _, since_us = memory.current_state(now_us)
    return LineSummary(
        site=site.id,
        line=line.id,
        name=line.name,
        process=line.process,
        state=state,
        state_since=_instant(since_us),
        last_seen=_instant(memory.last_seen_us),
        oee=oee_now([sources.figures.line((site.id, line.id))], now_us),
        failed=sources.causes.failed(site.id, line.id, now_us),
        alarms=sources.alarms.count([(site.id, line.id)]),
    )


def _step_view(step: Step, memory: LineMemory, now_us: int) -> StepView:
    tags = [
        _tag_view(f"{step.id}.{tag.id}", tag, equipment.name, memory.tags.get(f"{step.id}.{tag.id}"), now_us)
        for equipment in step.equipment
        for tag in equipment.tag
    ]
    state, worst = step_state((tag.key, cast(TagState, tag.state)) for tag in tags)
    return StepView(id=step.id, name=step.name, icon=step.icon, state=state, worst_tag=worst, tags=tags)


def _with_causes(step: StepView, defects: int, failed: FailedStep | None, events: Sequence[StepEvent]) -> StepView:
    return replace(
        step,
        defects=defects,
        failed=failed is not None and failed.step == step.id,
        events=[event for event in events if event.step == step.id],
    )


def _tag_view(key: str, tag: Tag, equipment: str, memory: TagMemory | None, now_us: int) -> TagView:
    latest = memory.latest if memory else None
    age_s = (now_us - latest.at_us) / 1e6 if latest else None
    return TagView(
        key=key,
        name=tag.name,
        unit=tag.unit,
        kind=tag.kind,
        equipment=equipment,
        normal_low=tag.normal_low,
        normal_high=tag.normal_high,
        design_max=tag.design_max,
        value=latest.value if latest else None,
        quality=latest.quality if latest else None,
        at=_instant(latest.at_us) if latest else None,
        state=tag_state(tag, latest.value if latest else None, latest.quality if latest else None, age_s),
        recent=list(memory.recent) if memory else [],
    )


def _instant(us: int | None) -> datetime | None:
    return None if us is None else instant(us)
