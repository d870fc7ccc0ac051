"""One product's whole story: what the cameras saw, what was decided, and what each step measured when it was there."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from lineside.hub.insight.belt import Belt
from lineside.hub.insight.lookback import read_belt, read_causes
from lineside.hub.store.products import StoredProduct, find_product, picture_states
from lineside.hub.store.readings import Measured, samples_at
from lineside.hub.tags import tag_state
from lineside.types.cause import Cause
from lineside.types.dossier import LedgerState, ModelRunView, ProductView, ShotView, StepReading
from lineside.types.identity import instant
from lineside.types.inspection import Shot, product_id
from lineside.types.plant import Line, Plant, Process, Site, Step, Tag

Visit = tuple[str, Step, Tag, int]
"""(tag key, step, tag, UTC µs when the product was at the step)."""


async def read_dossier(
    pool: asyncpg.Pool, plant: Plant, site: Site, line: Line, trigger_count: int, model_names: Mapping[str, str]
) -> ProductView | None:
    """None when the hub holds no such product. `model_names`: digest of a package → its name."""
    product = await find_product(pool, site.id, line.id, trigger_count)
    if product is None:
        return None
    process = plant.find_process(line)
    belt = await read_belt(pool, site.id, line.id, process, product.effective_us, product.record.belt_speed_mps)
    visited = visits(process, product.effective_us, belt)
    measured = await samples_at(pool, site.id, line.id, [(key, at_us) for key, _, _, at_us in visited])
    pictures = await picture_states(pool, [shot.picture.ref for shot in product.record.shots if shot.picture])
    shots = [_shot(shot, process, pictures, model_names) for shot in product.record.shots]
    readings = [_reading(visit, measured.get((visit[0], visit[3]))) for visit in visited]
    causes = []
    if product.record.verdict == "reject":
        # Asked anew, not of `attribution`: so it is there at once, and right after late readings and events of any age.
        causes = await read_causes(pool, site.id, line.id, process, product.effective_us, belt)
    return _assemble(site, line, product, shots, readings, causes)


def visits(process: Process, effective_us: int, belt: Belt) -> list[Visit]:
    """Every tag the product passed on its way to the inspection, in the order of the process; later steps are still to come."""
    lags_s = {step.id: process.lag_to_inspection_s(step.id) for step in process.step}
    there_us = {step: belt.back_us(effective_us, lag_s) for step, lag_s in lags_s.items() if lag_s is not None}
    return [(key, step, tag, there_us[step.id]) for key, step, tag in process.tags() if step.id in there_us]


def _assemble(
    site: Site, line: Line, product: StoredProduct, shots: list[ShotView], readings: list[StepReading], causes: list[Cause]
) -> ProductView:
    record = product.record
    return ProductView(
        site=site.id,
        site_name=site.name,
        timezone=site.timezone,
        line=line.id,
        line_name=line.name,
        station=product.station,
        product=record.product,
        trigger_count=record.trigger_count,
        at=instant(record.at),
        effective_at=instant(product.effective_us),
        received_at=product.received_at,
        judged_at=None if record.judged_at is None else instant(record.judged_at),
        outcome=record.outcome,
        verdict=record.verdict,
        reasons=list(record.reasons),
        shots=shots,
        belt_speed_mps=record.belt_speed_mps,
        line_state=record.line_state,
        output=record.output,
        readings=readings,
        ledger=LedgerState(
            station=product.station,
            epoch=product.epoch,
            seq=record.seq,
            state="committed",
            digest=product.digest.hex(),
            received_at=product.received_at,
            flags=product.flags,
        ),
        previous=None if product.before is None else product_id(line.id, product.before),
        next=None if product.after is None else product_id(line.id, product.after),
        causes=causes,
    )


def _shot(shot: Shot, process: Process, pictures: Mapping[str, str], model_names: Mapping[str, str]) -> ShotView:
    names = {camera.id: camera.name for camera in process.camera}
    return ShotView(
        camera=shot.camera,
        camera_name=names.get(shot.camera, shot.camera),
        picture=shot.picture.ref if shot.picture else None,
        picture_state=pictures.get(shot.picture.ref, "pending") if shot.picture else "none",
        boxes=None if shot.boxes is None else list(shot.boxes),
        models=[ModelRunView(run.model, model_names.get(run.model), run.prepare_us, run.infer_us) for run in shot.models],
        timings=shot.timings,
        width=shot.width,
        height=shot.height,
    )


def _reading(visit: Visit, measured: Measured | None) -> StepReading:
    key, step, tag, at_us = visit
    age_s = (at_us - measured.at_us) / 1e6 if measured else None
    value, quality = (measured.value, measured.quality) if measured else (None, None)
    return StepReading(
        step=step.id,
        step_name=step.name,
        key=key,
        name=tag.name,
        unit=tag.unit,
        at=instant(at_us),
        value=value,
        quality=quality,
        measured_at=instant(measured.at_us) if measured else None,
        normal_low=tag.normal_low,
        normal_high=tag.normal_high,
        design_max=tag.design_max,
        state=tag_state(tag, value, quality, age_s),
    )
