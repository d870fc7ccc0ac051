"""The machine behind and below the bottle, painted once per camera; the belt in several positions."""

from dataclasses import dataclass

import cv2
import numpy as np

from lineside.sim.bottle.geometry import project
from lineside.sim.bottle.pixels import FRAME_HEIGHT, FRAME_WIDTH, WINDOW_X, WINDOW_Y, Picture, Plane, Reals, plane

BELT_HALF_MM = 41.3
BELT_PHASES = 8
_PITCH_MM = 38.1  # of the belt's hinged plates
_PLATES = 12
_TEXELS_PER_MM = 5
_HALF_VIEW_MM = 225
_ROWS = np.arange(FRAME_HEIGHT)[:, None, None]


@dataclass(frozen=True)
class Backdrop:
    """The empty scene of one camera: the wall above belt_top (px), and the belt below it in each position."""

    wall: Picture
    belts: tuple[Picture, ...]
    belt_top: int

    def picture(self, phase: int, exposure: float) -> Picture:
        """A fresh (720, 1280, 3) frame."""
        frame = np.empty((FRAME_HEIGHT, FRAME_WIDTH, 3), np.uint8)
        cv2.convertScaleAbs(self.wall, dst=frame[: self.belt_top], alpha=exposure)
        cv2.convertScaleAbs(self.belts[phase], dst=frame[self.belt_top :], alpha=exposure)
        return frame


def backdrops() -> tuple[Backdrop, ...]:
    """The empty scenes of cameras 1 to 4; all see the same belt."""
    far, near = _on_frame(-BELT_HALF_MM)[1], _on_frame(BELT_HALF_MM)[1]
    top = int(far) - 2
    walls = [_wall(camera, far) for camera in (1, 2, 3, 4)]
    texture = _belt_texture()
    belts = tuple(_display(_with_belt(walls[0][top:], texture, top, (far, near), p / BELT_PHASES), top) for p in range(BELT_PHASES))
    return tuple(Backdrop(_display(wall[:top], 0), belts, top) for wall in walls)


def _on_frame(z: float, x: float = 0.0) -> tuple[float, float]:
    px, py = project(np.array([x, 0.0, z]))
    return float(px + WINDOW_X), float(py + WINDOW_Y)


def _display(light: Plane, top: int) -> Picture:
    x, y = np.meshgrid(np.linspace(-1, 1, FRAME_WIDTH), np.linspace(-0.5625, 0.5625, FRAME_HEIGHT))
    vignette = (1 - 0.3 * (x**2 + y**2))[top : top + len(light), :, None]
    return np.asarray(np.sqrt(np.clip(light * vignette, 0, 1)) * 255 + 0.5).astype(np.uint8)


def _wall(camera: int, far: float) -> Plane:
    rng = np.random.default_rng(20 + camera)
    y, x = np.linspace(0, 1, FRAME_HEIGHT)[:, None], np.linspace(0, 1, FRAME_WIDTH)[None]
    centre = (0.3, 0.62, 0.45, 0.7)[camera - 1]
    glow = 0.075 + 0.05 * np.exp(-(((x - centre) / 0.35) ** 2)) * np.exp(-(((y - 0.35) / 0.5) ** 2))
    for _ in range(6):  # posts and covers, far out of focus
        left, width, top = rng.uniform(0, 1), rng.uniform(0.015, 0.07), rng.uniform(0, 0.25)
        glow = glow * np.where((x > left) & (x < left + width) & (y < 0.8) & (y > top), rng.uniform(0.5, 1.6), 1)
    quarter = cv2.resize(plane(glow), (FRAME_WIDTH // 4, FRAME_HEIGHT // 4), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(quarter, (0, 0), 3.2), (FRAME_WIDTH, FRAME_HEIGHT))
    light = soft[..., None] * np.array([1.04, 1.0, 0.96])
    for bar in (330, 520):
        light = _steel_bar(light, bar + (0, 5, -4, 3)[camera - 1])
    frame = 0.05 + 0.16 * np.exp(-(((_ROWS - far + 20) / 5.0) ** 2))
    light = np.where((far - 26 < _ROWS) & (far >= _ROWS), frame, light)
    return plane(cv2.GaussianBlur(plane(light), (0, 0), 3.2))


def _steel_bar(light: Reals, row: float) -> Reals:
    t = (_ROWS - row) / 8.0
    shine = 0.09 + 0.33 * np.exp(-(((t + 0.35) / 0.22) ** 2)) + 0.13 * np.exp(-(((t - 0.6) / 0.15) ** 2))
    return np.where(np.abs(t) < 1, shine * np.array([1.0, 1.0, 0.97]), light)


def _belt_texture() -> Plane:
    """Steel plates seen from above, (rows across, columns along, 3), linear light."""
    rng = np.random.default_rng(8)
    rows, columns = int(2 * BELT_HALF_MM * _TEXELS_PER_MM), int(_PITCH_MM * _PLATES * _TEXELS_PER_MM)
    white = rng.standard_normal((2, rows, columns), np.float32)
    rolled = cv2.GaussianBlur(white[0], (0, 0), sigmaX=30, sigmaY=0.7)
    light = 0.21 * (1 + 0.07 * rolled / rolled.std() + 0.05 * white[1])
    for x, y, length, level in zip(
        rng.integers(0, columns, 170), rng.integers(0, rows, 170), rng.integers(40, 500, 170),
        rng.uniform(0.12, 0.27, 170), strict=True,
    ):  # fmt: skip
        cv2.line(light, (int(x), int(y)), (int(x + length), int(y) + 1), float(level), 1, cv2.LINE_AA)
    across = np.arange(rows) / _TEXELS_PER_MM - BELT_HALF_MM
    hinge = np.where(np.abs(across) < 21, np.clip(8 * np.sin(np.abs(across) * 2 * np.pi / 14 + 1.2), -1, 1), -1) * 3.2
    for plate in range(_PLATES + 1):
        gap = np.stack([(plate * _PITCH_MM + hinge) * _TEXELS_PER_MM, np.arange(rows)], 1).astype(np.int32)
        cv2.polylines(light, [gap], False, 0.02, 7, cv2.LINE_AA)
        cv2.polylines(light, [gap + np.array([5, 0], np.int32)], False, 0.3, 2, cv2.LINE_AA)
    sheen = 1 + 0.9 * np.exp(-(((np.arange(rows) / rows - 0.15) / 0.3) ** 2))
    soft = cv2.GaussianBlur(plane(light * sheen[:, None]), (0, 0), 0.7)
    return plane(soft[..., None] * np.array([0.97, 1.0, 1.02]))


def _with_belt(wall: Plane, texture: Plane, top: int, edges: tuple[float, float], phase: float) -> Plane:
    """The rows from `top` (px) down: far rail, belt, near rail."""
    far, near = edges
    reach = [(-_HALF_VIEW_MM, -1), (_HALF_VIEW_MM, -1), (_HALF_VIEW_MM, 1), (-_HALF_VIEW_MM, 1)]
    middle = _PITCH_MM * (_PLATES / 2 - 0.5 + phase)
    source = [((middle + x) * _TEXELS_PER_MM, (side + 1) * BELT_HALF_MM * _TEXELS_PER_MM) for x, side in reach]
    corners = [_on_frame(side * BELT_HALF_MM, x) for x, side in reach]
    target = [(x, y - top) for x, y in corners]
    matrix = cv2.getPerspectiveTransform(np.array(source, np.float32), np.array(target, np.float32))
    size = (FRAME_WIDTH, len(wall))
    belt = cv2.warpPerspective(texture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    x, rows = np.linspace(0, 1, FRAME_WIDTH)[None, :, None], _ROWS[top:]
    on_belt = np.clip(rows - far + 0.5, 0, 1) * np.clip(near - rows + 0.5, 0, 1)
    light = wall * (1 - on_belt) + belt * (1 + 0.35 * np.exp(-(((x - 0.33) / 0.22) ** 2))) * on_belt
    below = np.clip(rows - near + 0.5, 0, 1)
    rail = 0.03 + 0.3 * np.exp(-(((rows - near - 7) / 3.0) ** 2)) + 0.05 * np.exp(-(((rows - near - 22) / 9.0) ** 2))
    return plane(cv2.GaussianBlur(plane(light * (1 - below) + rail * below), (0, 0), 0.7))
