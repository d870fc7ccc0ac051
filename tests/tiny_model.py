"""A real package with a graph of three nodes: the score is the brightest pixel, so a test decides what a frame shows."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from lineside.detect.package import Manifest, write_package

SIDE = 32
GOOD, DEFECT = 0, 255


def write_tiny_package(path: Path, label: str = "scratch") -> Path:
    """Finds one box of `label` in a frame that has a white pixel."""
    nodes = [
        helper.make_node("Cast", ["frame"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["real"], ["brightest"], keepdims=0),
        helper.make_node("Div", ["brightest", "white"], ["share"]),
        helper.make_node("Reshape", ["share", "one_by_one"], ["scores"]),
        helper.make_node("Identity", ["corners"], ["boxes"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("frame", TensorProto.UINT8, [SIDE, SIDE, 3])],
        [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, 4]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 1]),
        ],
        [
            numpy_helper.from_array(np.array(255, np.float32), "white"),
            numpy_helper.from_array(np.array([1, 1], np.int64), "one_by_one"),
            numpy_helper.from_array(np.array([[8, 8, 16, 16]], np.float32), "corners"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    manifest = Manifest(
        name=f"tiny-{label}",
        version="1",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        labels=(label,),
        thresholds={label: 0.5},
        input_size=(SIDE, SIDE),
        mean=(0, 0, 0),
        std=(1, 1, 1),
        nms_iou=0.5,
        model_sha256=hashlib.sha256(data).hexdigest(),
    )
    write_package(path, manifest, data, "For tests.")
    return path
