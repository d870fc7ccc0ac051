"""Everything that is decided before the first step: what is held out, and what the detector looks at. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from msgspec import Struct

from lineside.train.coco import LabelledSet, Sample, product_of
from lineside.train.geometry import Roi, Size, choose_anchors, choose_roi, choose_size, fractions, pixels
from lineside.train.matching import Floats

HELD_OUT_SHARE, MAX_HELD_OUT = 0.12, 1000


class Plan(Struct, frozen=True):
    """`anchors` (k, 2): width and height in pixels of the input."""

    labels: tuple[str, ...]
    training: tuple[Sample, ...]
    held_out: tuple[Sample, ...]
    roi: Roi
    size: Size
    anchors: Floats

    def __str__(self) -> str:
        width, height = self.size
        return (
            f"{len(self.training)} pictures to learn from, {len(self.held_out)} held out; "
            f"input {width}×{height}, region {self.roi}, {len(self.anchors)} anchors"
        )


def make_plan(known: LabelledSet, roi: Roi | None, size: Size | None, seed: int, room: int) -> Plan:
    """Region and input size are chosen from the labels unless given. At most `room` pictures are held out."""
    training, held_out = split(known.samples, seed, room)
    region = roi or choose_roi(known.samples)
    input_size = size or choose_size(training, region)
    anchors = choose_anchors(pixels(fractions(training), region, input_size), seed)
    return Plan(known.labels, training, held_out, region, input_size, anchors)


def split(samples: Sequence[Sample], seed: int, room: int) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    """Learn from, hold out. Whole products, by a hash of their name: the same each time.

    None are held out where no label would be left on either side.
    """

    def draw(sample: Sample) -> float:
        digest = hashlib.sha256(f"{seed}/{product_of(sample.path)}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    ordered = sorted(samples, key=lambda sample: (draw(sample), sample.path.name))
    count = min(int(HELD_OUT_SHARE * len(ordered)), MAX_HELD_OUT, room)
    last = draw(ordered[count - 1]) if count else -1.0
    held_out = tuple(sample for sample in ordered if draw(sample) <= last)
    training = tuple(sample for sample in ordered if draw(sample) > last)
    if not any(s.truths for s in held_out) or not any(s.truths for s in training):
        return tuple(ordered), ()
    return training, held_out
