"""The bottle cut out along its outline and set on the belt, with its shadow and its mirror image."""

import cv2
import numpy as np

from lineside.sim.bottle.backdrop import BELT_HALF_MM
from lineside.sim.bottle.geometry import CAMERA_MM, rays
from lineside.sim.bottle.pixels import (
    BOTTLE_HEIGHT,
    BOTTLE_WIDTH,
    CANVAS_HEIGHT,
    CANVAS_WIDTH,
    SIDE_PAD,
    Picture,
    Plane,
    plane,
)  # fmt: skip

_REFLECTED_ROWS = 60  # px above the window's lower edge where the mirror image begins to be drawn


class Standing:
    """Bakes shadow and mirror image for one outline; they do not depend on the camera."""

    def __init__(self, alpha: Plane) -> None:
        """alpha: coverage (648, 200) of the bottle."""
        whole = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH), np.float32)
        whole[:BOTTLE_HEIGHT, SIDE_PAD : SIDE_PAD + BOTTLE_WIDTH] = alpha
        shadow, on_belt = _shadow()
        self._shadow = _bytes(shadow)
        self._first = BOTTLE_HEIGHT - _REFLECTED_ROWS
        self._mirror_x, self._mirror_y, strength = _mirror(whole, self._first)
        strength = strength * on_belt[self._first :] * (1 - whole[self._first :]) * (1 - 0.6 * shadow[self._first :])
        self._strength = cv2.merge([plane(cv2.GaussianBlur(plane(strength), (0, 0), 0.8))] * 3)

    def canvas(self, picture: Picture, alpha: Plane) -> Picture:
        """(688, 272, 4): blue, green, red multiplied by coverage, and the coverage of bottle and shadow."""
        cover = _bytes(alpha)
        canvas = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH, 3), np.uint8)
        window = canvas[:BOTTLE_HEIGHT, SIDE_PAD : SIDE_PAD + BOTTLE_WIDTH]
        cv2.multiply(picture, cv2.merge([cover] * 3), dst=window, scale=1 / 255.0)
        image = cv2.remap(picture, self._mirror_x, self._mirror_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        mirrored = cv2.multiply(cv2.blur(image, (5, 7)), self._strength, dtype=cv2.CV_8U)
        canvas[self._first :] = cv2.add(canvas[self._first :], mirrored)
        total = self._shadow.copy()
        np.maximum(
            total[:BOTTLE_HEIGHT, SIDE_PAD : SIDE_PAD + BOTTLE_WIDTH],
            cover,
            out=total[:BOTTLE_HEIGHT, SIDE_PAD : SIDE_PAD + BOTTLE_WIDTH],
        )
        return np.asarray(cv2.blur(cv2.merge([*cv2.split(canvas), total]), (2, 1)), np.uint8)  # the belt moves


def _bytes(share: Plane) -> Picture:
    return np.asarray(cv2.convertScaleAbs(share, alpha=255.0), np.uint8)


def _shadow() -> tuple[Plane, Plane]:
    """Darkness 0..1 of the belt around the base, and where the belt lies."""
    rows, columns = np.mgrid[:CANVAS_HEIGHT, :CANVAS_WIDTH].astype(np.float64)
    direction = rays(columns - SIDE_PAD, rows)
    point = CAMERA_MM + direction * (-CAMERA_MM[1] / np.minimum(direction[..., 1], -1e-6))[..., None]
    x, z = point[..., 0], point[..., 2]
    on_belt = (direction[..., 1] < 0) & (np.abs(z) < BELT_HALF_MM)
    contact = 0.8 * np.exp(-np.clip(np.hypot(x, z) - 24.5, 0, 99) / 3.2)
    cast = 0.38 * np.exp(-np.clip(np.hypot(x - 6, z + 6) - 26, 0, 99) / 13)
    dark = cv2.GaussianBlur(plane(np.clip(contact + cast, 0, 0.93) * on_belt), (0, 0), 1.2)
    fade = np.clip(np.minimum(columns, CANVAS_WIDTH - 1 - columns) / 20, 0, 1)
    return plane(dark * fade), plane(on_belt)


def _mirror(whole: Plane, first: int) -> tuple[Plane, Plane, Plane]:
    """Where each pixel below the base finds its mirror image in the window, and how strong it is."""
    solid = whole > 0.5
    columns = np.flatnonzero(solid.any(0))
    foot = CANVAS_HEIGHT - np.argmax(solid[::-1], axis=0)
    foot = np.interp(np.arange(CANVAS_WIDTH), columns, foot[columns])
    rows = np.arange(first, CANVAS_HEIGHT)[:, None]
    below = np.clip(rows - foot[None], 0, None)
    under = np.isin(np.arange(CANVAS_WIDTH), columns)[None]
    x = np.broadcast_to(np.arange(CANVAS_WIDTH)[None] - SIDE_PAD, below.shape)
    return plane(x), plane(2 * foot[None] - rows), plane(0.5 * np.exp(-below / 16) * under)
