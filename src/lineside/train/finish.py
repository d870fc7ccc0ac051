"""From the trained network to the package: export, parity, working thresholds on held-out pictures, card."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from lineside.detect.image import read_image
from lineside.detect.package import Manifest, Package, Training, read_package, write_package
from lineside.detect.runtime import Detector
from lineside.train.calibrate import UNKNOWN, working_thresholds
from lineside.train.card import write_card
from lineside.train.coco import LabelledSet, Sample
from lineside.train.evaluate import FLOOR, evaluation
from lineside.train.export import check_parity, to_onnx
from lineside.train.fit import BACKBONE, Fitted
from lineside.train.network import MEAN, STD
from lineside.train.plan import Plan
from lineside.types.inspection import Box

NMS_IOU = 0.5
PARITY_FRAMES = 4
# Without held-out pictures the thresholds come from some of those learnt from, which flatters them; the card says so.
MAX_FALLBACK = 100
# Judged whatever the clock says: a package with guessed thresholds is worth less than the seconds that these take.
ENOUGH = 100


def finish(plan: Plan, fitted: Fitted, loaded: int, seed: int, name: str, path: Path, until: float) -> None:
    """Write the package. Judging stops when the monotonic clock reads `until`, but not before there is ENOUGH."""
    model = to_onnx(fitted.network, plan.size)
    draft = Package(path, _draft(plan, name, model), model, "", "")
    judged = plan.held_out or plan.training[:MAX_FALLBACK]
    detector = Detector(draft)
    check_parity(fitted.network, draft, [detector.prepare(read_image(s.path))[0] for s in judged[:PARITY_FRAMES]])
    samples, found, times = _detect_in_time(detector, judged, until)
    thresholds = working_thresholds(plan.labels, found, [sample.truths for sample in samples])
    manifest = replace(draft.manifest, thresholds=thresholds)
    held_out = evaluation(manifest, found, LabelledSet(plan.labels, samples), times) if plan.held_out else None
    training = _training(plan, fitted, loaded, seed, len(samples) if plan.held_out else 0, held_out.map50 if held_out else None)
    manifest = replace(manifest, training=training)
    write_package(path, manifest, model, write_card(manifest, training, held_out))
    Detector(read_package(path))  # what was written is what a station will load


def _draft(plan: Plan, name: str, model: bytes) -> Manifest:
    created = datetime.now(UTC).replace(microsecond=0)
    return Manifest(
        name=name,
        version=created.strftime("%Y%m%d.%H%M%S"),
        created_at=created,
        labels=plan.labels,
        thresholds=dict.fromkeys(plan.labels, UNKNOWN),
        input_size=plan.size,
        roi=plan.roi,
        mean=(MEAN, MEAN, MEAN),
        std=(STD, STD, STD),
        nms_iou=NMS_IOU,
        model_sha256=hashlib.sha256(model).hexdigest(),
    )


def _training(plan: Plan, fitted: Fitted, loaded: int, seed: int, held_out: int, map50: float | None) -> Training:
    return Training(
        seed=seed,
        seconds=round(fitted.seconds, 1),
        steps=fitted.steps,
        images=loaded,
        held_out=held_out,
        backbone=BACKBONE,
        anchors=tuple((round(float(w), 1), round(float(h), 1)) for w, h in plan.anchors),
        map50=map50,
    )


def _detect_in_time(
    detector: Detector, samples: Sequence[Sample], until: float
) -> tuple[tuple[Sample, ...], list[tuple[Box, ...]], list[float]]:
    """The first ENOUGH samples and those that the time was enough for, their boxes down to FLOOR, and milliseconds of each."""

    def detect(place: int, sample: Sample) -> tuple[Sample, tuple[Box, ...], float] | None:
        if time.monotonic() > until and place >= ENOUGH:
            return None
        detection = detector.detect(read_image(sample.path, (sample.width, sample.height)), floor=FLOOR)
        return sample, detection.boxes, detection.total_us / 1000

    with ThreadPoolExecutor(2) as pool:
        done = [result for result in pool.map(detect, range(len(samples)), samples) if result is not None]
    return tuple(row[0] for row in done), [row[1] for row in done], [row[2] for row in done]
