"""Packages, ONNX runtime, boxes and NMS: one copy, used by edge, train and the registry."""
