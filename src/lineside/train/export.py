"""Network → ONNX: backbone, head and decoding in the graph, suppression beside it. What is exported is compared before it counts."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lineside.detect.image import Image
from lineside.detect.package import Package
from lineside.detect.runtime import INPUT, OUTPUTS, Detector
from lineside.train.network import Network
from lineside.types.errors import LinesideError

OPSET = 18
# Two correct float32 runtimes differ in the last digits only.
MAX_SCORE_ERROR, MAX_PIXEL_ERROR = 1e-3, 0.1


class _Graph(nn.Module):
    """One uint8 frame (h, w, 3) → boxes (n, 4), scores (n, labels)."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, frame: Tensor) -> tuple[Tensor, Tensor]:
        logits, boxes = self.network(frame.unsqueeze(0))
        return boxes[0], logits[0].sigmoid()


def to_onnx(network: Network, size: tuple[int, int]) -> bytes:
    frame = torch.zeros(size[1], size[0], 3, dtype=torch.uint8)
    program = torch.onnx.export(
        _Graph(network).eval(),
        (frame,),
        input_names=[INPUT],
        output_names=list(OUTPUTS),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise LinesideError("torch gave no ONNX model.", "Report this with the version of torch.")
    return bytes(program.model_proto.SerializeToString())


def check_parity(network: Network, package: Package, frames: list[Image]) -> None:
    """Raise LinesideError when the package answers otherwise than the network on any of the frames."""
    detector, graph = Detector(package), _Graph(network).eval()
    for frame in frames:
        boxes, scores = detector.run(frame)
        with torch.no_grad():
            true_boxes, true_scores = (output.numpy() for output in graph(torch.from_numpy(frame)))
        score_error = float(np.abs(scores - true_scores).max())
        # Places matter where something is seen; elsewhere an exponential may blow up a difference in the last digit.
        seen = true_scores.max(axis=1) > 0.05
        pixel_error = float(np.abs(boxes - true_boxes)[seen].max(initial=0.0))
        if score_error > MAX_SCORE_ERROR or pixel_error > MAX_PIXEL_ERROR:
            raise LinesideError(
                f"The exported model differs from the trained one (scores {score_error:.1e}, boxes {pixel_error:.2g} px).",
                "Report this with the versions of torch and onnxruntime; do not use the package.",
            )
