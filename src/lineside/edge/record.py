"""Builds the frozen records. Their number is given by the outbox; until then `seq` is UNNUMBERED."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from msgspec import Struct

from lineside.edge.clock import boot_id, now_us
from lineside.edge.judge import Judgement
from lineside.edge.sight import Sight
from lineside.types.field import Machine as MachineSignal
from lineside.types.inspection import Inspection, Output, Picture, Shot, Timings, product_id
from lineside.types.machine import CameraHealth, Reading, Sample, Status

UNNUMBERED = 1
# The strongest boxes of a view tell enough, and a record must fit its message.
MAX_BOXES = 64


class Passing(Struct, frozen=True):
    """One product at the trigger, journaled. `arrived` and `deadline` in the event loop's time, seconds."""

    count: int
    source_count: int
    at: int
    mono_ns: int
    arrived: float
    deadline: float


def inspection(
    line: str,
    passing: Passing,
    judgement: Judgement,
    sight: Sight,
    pictures: Mapping[str, Picture],
    output: Output,
    machine: MachineSignal,
    speed: float | None,
    judged_at: int,
) -> Inspection:
    return Inspection(
        seq=UNNUMBERED,
        at=passing.at,
        boot_id=boot_id(),
        mono_ns=passing.mono_ns,
        product=product_id(line, passing.count),
        trigger_count=passing.count,
        outcome=judgement.outcome,
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        shots=tuple(_shot(camera, sight, pictures.get(camera), passing.arrived) for camera in sight.cameras),
        belt_speed_mps=speed,
        line_state=machine.state,
        output=output,
        judged_at=judged_at,
    )


def missed(line: str, count: int, at: int, reason: str) -> Inspection:
    """A product that passed while nobody looked."""
    return Inspection(
        seq=UNNUMBERED,
        at=at,
        boot_id=boot_id(),
        mono_ns=time.monotonic_ns(),
        product=product_id(line, count),
        trigger_count=count,
        outcome="explained",
        reasons=(reason,),
    )


def reading(samples: Sequence[Sample]) -> Reading:
    return Reading(seq=UNNUMBERED, at=now_us(), boot_id=boot_id(), mono_ns=time.monotonic_ns(), samples=tuple(samples))


def status(
    at: int,
    machine: MachineSignal,
    cameras: Mapping[str, bool],
    models: Sequence[str],
    health: Mapping[str, int | float | bool | dict[str, str]],
) -> Status:
    return Status(
        seq=UNNUMBERED,
        at=at,
        boot_id=boot_id(),
        mono_ns=time.monotonic_ns(),
        state=machine.state,
        reason=machine.reason or None,
        cameras=tuple(CameraHealth(camera, up) for camera, up in cameras.items()),
        models=tuple(models),
        health=dict(health),
    )


def _shot(camera: str, sight: Sight, picture: Picture | None, arrived: float) -> Shot:
    frame, view = sight.frames.get(camera), sight.views.get(camera)
    if frame is None:
        return Shot(camera, None, None, (), None)
    height, width = frame.image.shape[:2]
    if view is None:
        return Shot(camera, picture, None, (), None, width, height)
    total_us = max(0, round((view.ended - arrived) * 1_000_000))
    timings = Timings(frame.capture_us, view.prepare_us, view.infer_us, total_us)
    return Shot(camera, picture, view.boxes[:MAX_BOXES], view.models, timings, width, height)
