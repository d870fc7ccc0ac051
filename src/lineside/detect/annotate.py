"""Boxes drawn on a picture, for people."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from lineside.detect.image import Image
from lineside.types.inspection import Box

# BGR, readable on metal and on ink; a label keeps its colour because the index comes from its name.
COLOURS = ((60, 200, 255), (80, 220, 100), (255, 150, 60), (200, 100, 255), (60, 110, 255), (230, 220, 70))
FONT = cv2.FONT_HERSHEY_SIMPLEX


def annotate(image: Image, boxes: Sequence[Box]) -> Image:
    """A copy of the BGR picture with each box, its label and its score."""
    drawn = np.ascontiguousarray(image.copy())
    scale = max(0.35, min(image.shape[:2]) / 1200)
    for box in boxes:
        _draw(drawn, box, scale)
    return drawn


def _draw(image: Image, box: Box, scale: float) -> None:
    colour = COLOURS[sum(box.label.encode()) % len(COLOURS)]
    thickness = max(1, round(2 * scale))
    x1, y1, x2, y2 = (round(value) for value in (box.x1, box.y1, box.x2, box.y2))
    cv2.rectangle(image, (x1, y1), (x2, y2), colour, thickness)
    text = f"{box.label} {box.score:.2f}"
    (width, height), _ = cv2.getTextSize(text, FONT, scale, thickness)
    left = max(0, min(x1, image.shape[1] - width))
    # Above the box where there is room, else below its upper edge.
    bottom = y1 - 4 if y1 > height + 8 else y1 + height + 4
    cv2.rectangle(image, (left, bottom - height - 3), (left + width, bottom + 3), colour, cv2.FILLED)
    cv2.putText(image, text, (left, bottom), FONT, scale, (20, 20, 20), thickness, cv2.LINE_AA)
