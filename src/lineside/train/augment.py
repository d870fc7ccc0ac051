"""A training picture made a little different each time: as another camera, lamp or belt position would show it."""

from __future__ import annotations

import cv2
import numpy as np

from lineside.detect.image import Image
from lineside.train.matching import Floats

BRIGHTNESS, CONTRAST = 0.25, 0.25
COLOUR = 0.05
SHIFT, SCALE = 0.06, 0.15
JPEG_QUALITY = (40, 95)
NOISE_SD = 4.0
# A box that a shift leaves with less than this share of its area is no longer this object.
MIN_VISIBLE = 0.35


def augment(image: Image, boxes: Floats, random: np.random.Generator) -> tuple[Image, Floats, np.ndarray]:
    """`image` uint8 (h, w, 3), `boxes` (n, 4) in its pixels → changed image, boxes, and which boxes are still there (n,)."""
    keep = np.ones(len(boxes), bool)
    if random.random() < 0.5:
        image, boxes = _mirror(image, boxes)
    # Some pictures stay on the pixel grid: the station's frames are not smoothed by a warp either.
    if random.random() < 0.7:
        image, boxes, keep = _move(image, boxes, random)
    image = _light(image, random)
    if random.random() < 0.3:
        image = _noise(image, random)
    if random.random() < 0.15:
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), random.uniform(0.3, 0.8)), np.uint8)
    if random.random() < 0.4:
        image = _jpeg(image, random)
    return image, boxes, keep


def _mirror(image: Image, boxes: Floats) -> tuple[Image, Floats]:
    width = image.shape[1]
    mirrored = boxes.copy()
    mirrored[:, [0, 2]] = width - boxes[:, [2, 0]]
    return np.ascontiguousarray(image[:, ::-1]), mirrored


def _move(image: Image, boxes: Floats, random: np.random.Generator) -> tuple[Image, Floats, np.ndarray]:
    height, width = image.shape[:2]
    size = np.array([width, height])
    scale = random.uniform(1 - SCALE, 1 + SCALE)
    shift = random.uniform(-SHIFT, SHIFT, 2) * size + size / 2 * (1 - scale)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    moved_image = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    moved = boxes * scale + np.tile(shift, 2)
    clipped = np.clip(moved, 0, np.tile(size, 2))
    area = (moved[:, 2:] - moved[:, :2]).prod(axis=1)
    keep = (clipped[:, 2:] - clipped[:, :2]).prod(axis=1) >= MIN_VISIBLE * area
    return np.asarray(moved_image, np.uint8), clipped, keep


def _light(image: Image, random: np.random.Generator) -> Image:
    """Gain and offset per channel, by one table look-up."""
    gain = random.uniform(1 - CONTRAST, 1 + CONTRAST) * random.uniform(1 - COLOUR, 1 + COLOUR, 3)
    bright = random.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS)
    levels = np.arange(256)[:, None]
    table = np.clip(((levels - 128) * gain + 128) * bright, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table.reshape(1, 256, 3)), np.uint8)


def _noise(image: Image, random: np.random.Generator) -> Image:
    noise = np.empty(image.shape, np.int16)
    cv2.setRNGSeed(int(random.integers(2**31)))
    cv2.randn(noise, 0, random.uniform(0.5, NOISE_SD))
    return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)


def _jpeg(image: Image, random: np.random.Generator) -> Image:
    quality = int(random.integers(*JPEG_QUALITY))
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
