"""The model card: what a person must know before trusting the package."""

from __future__ import annotations

from lineside.detect.package import Manifest, Training
from lineside.train.evaluate import Evaluation

RECIPE = """\
SSD-style one-stage detector: EfficientNet-Lite0 backbone (ImageNet, batch norms folded, first stages frozen), feature pyramid
of 96 channels, one head per stride on anchors clustered from the labels. SSD loss (hard negatives 3:1, GIoU for places), AdamW,
cosine to the end of the time, averaged weights. Pictures varied in place, size, light, contrast, colour, noise, blur, JPEG
quality, mirrored left to right. Working thresholds from the held-out pictures: best F2, raised until clean pictures stay clean
(best F1 without such)."""


def write_card(manifest: Manifest, training: Training, held_out: Evaluation | None) -> str:
    x1, y1, x2, y2 = manifest.roi
    lines = [
        f"# {manifest.name} {manifest.version}",
        "",
        f"Labels: {', '.join(manifest.labels)}.",
        f"Looks at x {x1:.3f}…{x2:.3f}, y {y1:.3f}…{y2:.3f} of the frame, resized to "
        f"{manifest.input_size[0]}×{manifest.input_size[1]} pixels. It sees nothing outside of that.",
        "",
        "## Data",
        "",
        f"{training.images} pictures learnt from, {training.held_out} held out (whole products).",
        "",
        "## Recipe",
        "",
        RECIPE,
        f"Seed {training.seed}, {training.steps} steps in {training.seconds:.0f} s.",
        "",
        "## Measured on the held-out pictures",
        "",
        *_table(manifest, held_out),
    ]
    return "\n".join(lines) + "\n"


def _table(manifest: Manifest, held_out: Evaluation | None) -> list[str]:
    if held_out is None or held_out.map50 is None:
        return ["Too few labelled pictures to hold any out: nothing was measured. Run `lineside evaluate` on others."]
    rows = [
        f"| {label} | {manifest.thresholds[label]:.3f} | {_number(result.ap50)} | {_number(result.recall)} | {_number(result.precision)} |"
        for label, result in held_out.per_class.items()
    ]
    return [
        f"mAP@0.5 {_number(held_out.map50)}, mAP@0.5:0.95 {_number(held_out.map)}.",
        "",
        "| label | working threshold | AP@0.5 | recall at it | precision at it |",
        "|---|---|---|---|---|",
        *rows,
    ]


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"
