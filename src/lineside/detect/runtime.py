"""One detector in ONNX Runtime: a frame in, boxes in pixels of the full frame out.

Invariants: a Detector that exists has run once and its outputs had the shapes of its manifest; `detect` is safe from several
threads at once (it keeps no state between frames).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import cv2
import numpy as np
import onnxruntime as ort
from msgspec import Struct
from numpy.typing import NDArray

from lineside.detect.image import Image
from lineside.detect.nms import select
from lineside.detect.package import Package
from lineside.types.errors import PackageError
from lineside.types.inspection import Box

CPU = ("CPUExecutionProvider",)
INPUT, OUTPUTS = "frame", ("boxes", "scores")
REMEDY = "Use another package, or export this one again with `lineside train`."


class Detection(Struct, frozen=True):
    """What one detector saw in one frame, strongest first, and the microseconds it took."""

    boxes: tuple[Box, ...]
    prepare_us: int
    infer_us: int
    total_us: int


class Detector:
    """A package, loaded. `threads` is the number of cores one frame may use; two of one thread beat one of two."""

    def __init__(self, package: Package, *, threads: int = 1, providers: Sequence[str] = CPU) -> None:
        """Load and try the model. Raises PackageError when it does not load or does not keep its manifest's promises."""
        manifest = package.manifest
        self.title = manifest.title
        self.labels = manifest.labels
        self.digest = package.digest
        self.manifest = manifest
        self.session = _session(package, threads, providers)
        self._thresholds = np.array([manifest.thresholds[label] for label in manifest.labels], np.float32)
        self._try_once(package)

    def detect(self, image: Image, *, floor: float | None = None) -> Detection:
        """`image` uint8 (height, width, 3), BGR. Boxes at or above their label's working threshold; with `floor`, above that instead."""
        began = time.perf_counter_ns()
        tensor, view = self.prepare(image)
        prepared = time.perf_counter_ns()
        boxes, scores = self.run(tensor)
        inferred = time.perf_counter_ns()
        thresholds = self._thresholds if floor is None else np.full_like(self._thresholds, floor)
        kept, labels, strengths = select(boxes, scores, thresholds, self.manifest.nms_iou)
        found = self._boxes(_to_frame(kept, self.manifest.input_size, view, image.shape), labels, strengths)
        ended = time.perf_counter_ns()
        return Detection(found, (prepared - began) // 1000, (inferred - prepared) // 1000, (ended - began) // 1000)

    def prepare(self, image: Image) -> tuple[Image, tuple[int, int, int, int]]:
        """The graph's input for this frame, and the region of the frame (x1, y1, x2, y2 in pixels) that it shows."""
        view = region(self.manifest.roi, image.shape[1], image.shape[0])
        x1, y1, x2, y2 = view
        # Linear without antialiasing: 0.3 ms where area averaging takes 8; training resizes the same way.
        return cv2.resize(image[y1:y2, x1:x2], self.manifest.input_size, interpolation=cv2.INTER_LINEAR), view

    def run(self, tensor: Image) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Raw boxes (n, 4) in pixels of the input and scores (n, labels)."""
        boxes, scores = self.session.run(OUTPUTS, {INPUT: tensor})
        return boxes, scores

    def _boxes(self, boxes: NDArray[np.float32], labels: NDArray[np.intp], scores: NDArray[np.float32]) -> tuple[Box, ...]:
        rows = zip(boxes.tolist(), labels.tolist(), scores.tolist(), strict=True)
        return tuple(
            Box(self.labels[label], min(1.0, score), *corners)
            for corners, label, score in rows
            # A box wholly outside the frame collapses when clipped.
            if corners[0] < corners[2] and corners[1] < corners[3]
        )

    def _try_once(self, package: Package) -> None:
        width, height = self.manifest.input_size
        try:
            boxes, scores = self.run(np.zeros((height, width, 3), np.uint8))
        except (ort.capi.onnxruntime_pybind11_state.RuntimeException, *_REFUSALS) as error:
            raise PackageError(f"{package.path}: the model fails on an empty frame ({_short(error)}).", REMEDY) from error
        count = len(boxes)
        if boxes.shape != (count, 4) or scores.shape != (count, len(self.labels)) or count == 0:
            raise PackageError(
                f"{package.path}: outputs are {boxes.shape} and {scores.shape}, not (n, 4) and (n, {len(self.labels)}).",
                REMEDY,
            )
        if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
            raise PackageError(f"{package.path}: the model answers with numbers that are not finite.", REMEDY)


def region(roi: tuple[float, float, float, float], width: int, height: int) -> tuple[int, int, int, int]:
    """A region of interest (fractions) in whole pixels of a frame of this size, at least one pixel each way."""
    x1, y1, x2, y2 = roi
    left, top = min(round(x1 * width), width - 1), min(round(y1 * height), height - 1)
    return left, top, max(left + 1, round(x2 * width)), max(top + 1, round(y2 * height))


def _to_frame(
    boxes: NDArray[np.float32], size: tuple[int, int], view: tuple[int, int, int, int], shape: tuple[int, ...]
) -> NDArray[np.float32]:
    x1, y1, x2, y2 = view
    scale = np.array([(x2 - x1) / size[0], (y2 - y1) / size[1]] * 2, np.float32)
    limits = np.array([shape[1], shape[0]] * 2, np.float32)
    moved = boxes * scale + np.array([x1, y1, x1, y1], np.float32)
    return np.asarray(np.clip(moved, 0, limits), np.float32)


_REFUSALS = (
    ort.capi.onnxruntime_pybind11_state.Fail,
    ort.capi.onnxruntime_pybind11_state.InvalidArgument,
    ort.capi.onnxruntime_pybind11_state.InvalidGraph,
    ort.capi.onnxruntime_pybind11_state.InvalidProtobuf,
    ort.capi.onnxruntime_pybind11_state.NotImplemented,
    ort.capi.onnxruntime_pybind11_state.NoSuchFile,
    ValueError,
)


def _session(package: Package, threads: int, providers: Sequence[str]) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A station shares its cores with cameras and records: a thread that waits by spinning takes them away.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(package.model, options, providers=list(providers))
    except _REFUSALS as error:
        raise PackageError(f"{package.path}: the model does not load ({_short(error)}).", REMEDY) from error
    names = {item.name for item in session.get_inputs()}, {item.name for item in session.get_outputs()}
    if names != ({INPUT}, set(OUTPUTS)):
        raise PackageError(f"{package.path}: the model's inputs and outputs are {names}, not frame → boxes, scores.", REMEDY)
    return session


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
