"""Where each pixel of the bottle's window meets the surface, solved once at start-up.

A ray's distance to the axis is known in closed form, so the first crossing with the outline is found by a short
march and a bisection on whole planes of pixels; no stored distance field is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lineside.sim.bottle.pixels import BOTTLE_HEIGHT, BOTTLE_WIDTH, PX_PER_MM, Plane, Reals, plane
from lineside.sim.bottle.profile import RIM_SLOPE, Profile, thread_height

CAMERA_MM = np.array([0.0, 150.0, 620.0])  # x right, y up from the belt, z towards the camera
_TARGET_MM = np.array([0.0, 92.0, 0.0])
_FORWARD = (_TARGET_MM - CAMERA_MM) / np.linalg.norm(_TARGET_MM - CAMERA_MM)
_RIGHT = np.array([1.0, 0.0, 0.0])
_UP = np.cross(_RIGHT, _FORWARD)
_FOCAL_PX = PX_PER_MM * float(np.linalg.norm(_TARGET_MM - CAMERA_MM))
_MARCH_MM = np.arange(-31.0, 7.0, 0.7)
_BISECTIONS = 12
_TILT = 0.02  # rad, step of the finite differences


@dataclass(frozen=True)
class Geometry:
    """Planes (rows, 200): surface position, mirror direction and how the mirror direction answers a tilted normal."""

    azimuth: Plane  # rad, 0 faces the camera
    arc_mm: Plane
    height_mm: Plane
    mirror_azimuth: Plane  # rad
    mirror_elevation: Plane  # rad
    tilt_response: tuple[Plane, Plane, Plane, Plane]  # d azimuth / d t, d azimuth / d s, d elevation / d t, / d s
    normal_azimuth: Plane
    normal_elevation: Plane
    facing: Plane  # cosine between normal and view
    alpha: Plane  # coverage 0..1


def project(points_mm: Reals) -> Reals:
    """Window pixels (…, 2) of points (…, 3) in mm."""
    offset = points_mm - CAMERA_MM
    depth = offset @ _FORWARD
    x = _FOCAL_PX * (offset @ _RIGHT) / depth + BOTTLE_WIDTH / 2
    y = -_FOCAL_PX * (offset @ _UP) / depth + BOTTLE_HEIGHT / 2
    return np.stack([x, y], -1)


def rays(x_px: Reals, y_px: Reals) -> Reals:
    """Unit directions (…, 3) through window pixels."""
    d = _FORWARD * _FOCAL_PX + _RIGHT * (x_px - BOTTLE_WIDTH / 2)[..., None] - _UP * (y_px - BOTTLE_HEIGHT / 2)[..., None]
    return np.asarray(d / np.linalg.norm(d, axis=-1, keepdims=True))


def solve(profile: Profile, rows: int, thread_turn: float | None = None) -> Geometry:
    """The planes of the window's upper `rows`; `thread_turn` (rad) adds the neck's thread as seen by one camera."""
    yy, xx = np.mgrid[:rows, :BOTTLE_WIDTH].astype(np.float64)
    direction = rays(xx, yy)

    def gap(t: Reals) -> Reals:
        x, y, z = (CAMERA_MM[i] + direction[..., i] * t for i in range(3))
        surface = profile.radius(y)
        if thread_turn is not None:
            surface = surface + thread_height(np.arctan2(x, z) + thread_turn, y)
        return np.asarray(surface - np.hypot(x, z))

    t, margin = _first_crossing(direction, gap)
    point = CAMERA_MM + direction * t[..., None]
    return _describe(profile, direction, point, margin, thread_turn)


def _first_crossing(direction: Reals, gap: Callable[[Reals], Reals]) -> tuple[Reals, Reals]:
    """Ray parameter (mm) of the first hit, or of the nearest miss, and the greatest depth below the surface (mm)."""
    across = direction[..., 0] ** 2 + direction[..., 2] ** 2
    nearest = -(CAMERA_MM[2] * direction[..., 2]) / across
    best = np.full(nearest.shape, -np.inf)
    best_t, low, high = nearest.copy(), nearest.copy(), nearest.copy()
    hit = np.zeros(nearest.shape, bool)
    for step in _MARCH_MM:
        t = nearest + step
        value = gap(t)
        first = (value > 0) & ~hit
        low[first], high[first] = t[first] - (_MARCH_MM[1] - _MARCH_MM[0]), t[first]
        hit |= first
        better = value > best
        best[better], best_t[better] = value[better], t[better]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        inside = gap(middle) > 0
        low, high = np.where(inside, low, middle), np.where(inside, middle, high)
    return np.where(hit, high, best_t), best


def _describe(profile: Profile, direction: Reals, point: Reals, margin: Reals, thread_turn: float | None) -> Geometry:
    y = point[..., 1]
    azimuth = np.arctan2(point[..., 0], point[..., 2])
    slope = np.interp(y, profile.y, profile.slope)
    scale = 1 / np.hypot(1, slope)
    sin, cos, zero = np.sin(azimuth), np.cos(azimuth), np.zeros_like(y)
    across = np.stack([cos, zero, -sin], -1)
    along = np.stack([slope * sin, np.ones_like(y), slope * cos], -1) * scale[..., None]
    normal = np.stack([sin, -slope, cos], -1) * scale[..., None]
    if thread_turn is not None:
        normal = _with_thread(normal, across, along, azimuth + thread_turn, y)
    base = _mirror(normal, direction)
    tilted = [_mirror(_unit(normal + _TILT * axis), direction) for axis in (across, along)]
    response = [np.clip(_wrap(after[i] - base[i]) / _TILT, -4, 4) for i in (0, 1) for after in tilted]
    across_rim = np.where((y < 0) | (y > profile.y[-2]), 1 / np.hypot(1, RIM_SLOPE), scale)
    alpha = np.clip(margin * across_rim * PX_PER_MM + 0.5, 0, 1)
    return Geometry(
        plane(azimuth),
        plane(np.interp(y, profile.y, profile.s)),
        plane(y),
        plane(base[0]),
        plane(base[1]),
        (plane(response[0]), plane(response[1]), plane(response[2]), plane(response[3])),
        plane(np.arctan2(normal[..., 0], normal[..., 2])),
        plane(np.arcsin(np.clip(normal[..., 1], -1, 1))),
        plane(np.clip(-(normal * direction).sum(-1), 0, 1)),
        plane(alpha),
    )


def _with_thread(normal: Reals, across: Reals, along: Reals, turn: Reals, y: Reals) -> Reals:
    step = 1e-3
    by_azimuth = (thread_height(turn + step, y) - thread_height(turn - step, y)) / (2 * step * 12.2)
    by_height = (thread_height(turn, y + step) - thread_height(turn, y - step)) / (2 * step)
    return _unit(normal - by_azimuth[..., None] * across - by_height[..., None] * along)


def _mirror(normal: Reals, direction: Reals) -> tuple[Reals, Reals]:
    r = direction - 2 * (normal * direction).sum(-1, keepdims=True) * normal
    return np.arctan2(r[..., 0], r[..., 2]), np.arcsin(np.clip(r[..., 1], -1, 1))


def _unit(v: Reals) -> Reals:
    return np.asarray(v / np.linalg.norm(v, axis=-1, keepdims=True))


def _wrap(angle: Reals) -> Reals:
    return (angle + np.pi) % (2 * np.pi) - np.pi
