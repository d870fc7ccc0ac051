"""Defects in the bottle's own surface coordinates, and the small patch of surface each one changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from msgspec import Struct

from lineside.sim.bottle.artwork import PRINT_HIGH_MM, PRINT_LOW_MM
from lineside.sim.bottle.pixels import TEXELS_PER_MM, TURN_TEXELS, Plane, Reals, plane
from lineside.sim.bottle.profile import Profile, texel_row

DEFECT_KINDS = ("scratch", "paint_scratch", "dent", "missing_cap")
_LENGTH_MM = {"scratch": (16.0, 48.0), "paint_scratch": (15.0, 42.0), "dent": (20.0, 34.0), "missing_cap": (0.0, 0.0)}
_ARC_MM = {  # where the middle may lie, from the base
    "scratch": (14.0, 150.0),
    "paint_scratch": (PRINT_LOW_MM + 9, PRINT_HIGH_MM - 9),
    "dent": (16.0, 140.0),
    "missing_cap": (0.0, 0.0),
}
_FORMED_DENTS, _FORMED_ARC_MM = 0.75, (104.0, 150.0)  # most dents come from the necking dies
_TOTAL_ARC_MM = 200.0  # what `Defect.height` 1.0 means; the capped outline is a little shorter


class Defect(Struct, frozen=True):
    """One defect on the surface: azimuth in rad, height 0..1 along the arc, size in mm (its longer extent)."""

    kind: str
    azimuth_rad: float
    height: float
    size: float
    angle_rad: float
    seed: int


class Bottle(Struct, frozen=True):
    """One bottle; rotation, tilt, gloss, registration and exposure all derive from its seed."""

    seed: int
    defects: tuple[Defect, ...]


@dataclass(frozen=True)
class Patch:
    """A rectangle of texture, (rows, columns), that a defect changes.

    left, top: its corner in texels, azimuth 0 at column 0. tilt: added normal tilt (rad) round and along.
    bare: 0..1 share of the surface that is bare metal. groove: 0..1 share that is a groove; side: which flank, -1..1.
    shade: 0..1 light lost to a hollow or to a torn edge.
    """

    left: float
    top: float
    tilt: tuple[Plane, Plane]
    bare: Plane
    groove: Plane
    side: Plane
    shade: Plane


def make_bottle(seed: int, kinds: Sequence[str]) -> Bottle:
    """Draw where each wanted defect lies; the same seed and kinds give the same bottle."""
    rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, 11])
    return Bottle(seed, tuple(_draw(kind, rng) for kind in kinds))


@lru_cache(maxsize=6)
def patch_of(defect: Defect, profile: Profile) -> Patch:
    """The patch of a scratch, paint scratch or dent; kept because four cameras see the same one."""
    s = defect.height * _TOTAL_ARC_MM
    radius = float(profile.radius(np.array(profile.height_at(s))))
    reach = defect.size * (0.95 if defect.kind == "dent" else 0.56) + 3.0  # mm from the middle
    columns = int(reach / radius * TURN_TEXELS / (2 * math.pi)) * 2 + 1
    rows = int(reach * TEXELS_PER_MM) * 2 + 1
    x = (np.arange(columns) - columns // 2) * (2 * math.pi * radius / TURN_TEXELS)
    y = -(np.arange(rows) - rows // 2) / TEXELS_PER_MM
    cos, sin = math.cos(defect.angle_rad), math.sin(defect.angle_rad)
    along, across = x[None] * cos + y[:, None] * sin, y[:, None] * cos - x[None] * sin
    left = defect.azimuth_rad / (2 * math.pi) * TURN_TEXELS - columns // 2
    top = float(texel_row(s, profile.length_mm)) - rows // 2
    make = {"scratch": _scratch, "paint_scratch": _paint_scratch, "dent": _dent}[defect.kind]
    rng = np.random.default_rng(defect.seed)
    tilt_along, tilt_across, bare, groove, side, dark = make(defect, along, across, rng)
    tilt = plane(tilt_along * cos - tilt_across * sin), plane(tilt_along * sin + tilt_across * cos)
    return Patch(left, top, tilt, plane(bare), plane(groove), plane(side), plane(dark))


def _draw(kind: str, rng: np.random.Generator) -> Defect:
    low, high = _ARC_MM[kind]
    azimuth, place, size, angle = rng.uniform(0, 1, 4)
    if kind == "dent" and rng.random() < _FORMED_DENTS:
        low, high = _FORMED_ARC_MM
    small, large = _LENGTH_MM[kind]
    return Defect(
        kind=kind,
        azimuth_rad=float(azimuth * 2 * math.pi),
        height=float((low + (high - low) * place) / _TOTAL_ARC_MM),
        size=float(small + (large - small) * size),
        angle_rad=float((angle - 0.5) * (0.7 if kind == "paint_scratch" else 1.0) * math.pi),
        seed=int(rng.integers(2**31)),
    )


_Relief = tuple[Reals, Reals, Reals, Reals, Reals, Reals]  # tilt along, tilt across, bare, groove, side, shade


def _scratch(defect: Defect, along: Reals, across: Reals, rng: np.random.Generator) -> _Relief:
    """One or two grooves: each has a flank that catches the lamp and one that loses it."""
    width = rng.uniform(0.85, 1.35)
    offset, inside = _stroke(defect, along, across, width, rng)
    if rng.random() < 0.4:
        shift = rng.uniform(2.2, 3.6)
        second, inside_second = _stroke(defect, along * 1.35 + rng.uniform(-3, 3), across - shift, width * 0.75, rng)
        nearer = np.abs(second) < np.abs(offset)
        offset, inside = np.where(nearer, second, offset), np.maximum(inside, inside_second)
    side = np.clip(offset / (width * 0.5), -1, 1)
    flat = np.zeros_like(along)
    return flat, flat + 0.55, inside * 0.7, inside, side, flat


def _paint_scratch(defect: Defect, along: Reals, across: Reals, rng: np.random.Generator) -> _Relief:
    """Ink torn off along a stroke: a ragged wide core, flakes beside it, bare metal below."""
    width = rng.uniform(1.6, 3.0)
    ragged = _ragged(along.shape, 4.0, rng) * 0.55 + _ragged(along.shape, 1.5, rng) * 0.25
    offset, _ = _stroke(defect, along, across, width, rng)
    ends = np.clip((defect.size / 2 - np.abs(along)) / 5.0, -1, 1)
    core = width / 2 * (0.35 + 0.65 * ends) - np.abs(offset) + ragged * width * 0.4
    beside = width * 0.16 - np.abs(offset - width * rng.choice([-0.95, 0.95])) + ragged * width * 0.22 - 0.1
    flakes = np.where(np.abs(along) < defect.size * 0.35, beside, -1.0)
    bare = np.clip(np.maximum(core, flakes) * TEXELS_PER_MM + 0.5, 0, 1) * (ends > -0.4)
    edge = np.gradient(cv2.GaussianBlur(plane(bare), (0, 0), 0.9), axis=(0, 1))
    torn = np.clip(cv2.GaussianBlur(plane(bare), (0, 0), 1.6) * 2.2, 0, 1) * (1 - bare)
    scored = bare * (0.12 + 0.10 * np.sin(offset * 9 + 0.4 * np.sin(along)))
    cos, sin = math.cos(defect.angle_rad), math.sin(defect.angle_rad)
    tilt_x, tilt_y = 0.25 * edge[1], -0.25 * edge[0]
    flat = np.zeros_like(along)
    return tilt_x * cos + tilt_y * sin, tilt_y * cos - tilt_x * sin, bare, flat, flat, 0.6 * torn + scored


def _dent(defect: Defect, along: Reals, across: Reals, rng: np.random.Generator) -> _Relief:
    """A pressed-in hollow with a slight rim and a crease: only the normals change."""
    long, short = defect.size * 0.36, defect.size * rng.uniform(0.22, 0.30)
    depth = short * rng.uniform(0.34, 0.44)
    a, b = along / long, across / short
    squared = a * a + b * b
    hollow = -1.1 * np.exp(-squared) + 0.12 * np.exp(-((np.sqrt(squared) - 1.7) ** 2) / 0.2)
    bent = b + rng.uniform(-0.35, 0.35) * a * a
    crease = rng.uniform(0.2, 0.4) * np.exp(-np.sqrt(bent**2 + 0.03) / 0.25) * np.exp(-((a / 0.9) ** 2))
    height = plane(depth * (hollow - crease))
    by_row, by_column = np.gradient(height)
    cos, sin = math.cos(defect.angle_rad), math.sin(defect.angle_rad)
    slope_x, slope_y = np.asarray(by_column * TEXELS_PER_MM), np.asarray(-by_row * TEXELS_PER_MM)
    flat = np.zeros_like(along)
    return -(slope_x * cos + slope_y * sin), -(slope_y * cos - slope_x * sin), flat, flat, flat, 0.2 * np.exp(-squared)


def _stroke(defect: Defect, along: Reals, across: Reals, width: float, rng: np.random.Generator) -> tuple[Reals, Reals]:
    """Signed distance (mm) to a slightly bent, trembling line, and the 0..1 coverage of its tapering width."""
    half = defect.size / 2
    u = along / half
    bend, wave, phase = rng.uniform(-0.09, 0.09) * half, rng.uniform(0, 0.35), rng.uniform(0, 6)
    offset = across - bend * (u * u - 0.5) - wave * np.sin(4 * u + phase) - 0.08 * np.sin(23 * u + phase)
    taper = np.sqrt(np.clip(1 - u * u, 0, 1)) * (0.85 + 0.15 * np.sin(9 * u + phase))
    reach = width / 2 * (0.4 + 0.6 * taper) - np.abs(offset)
    return offset, np.clip(reach * TEXELS_PER_MM + 0.5, 0, 1) * (np.abs(u) < 1)


def _ragged(shape: tuple[int, ...], sigma: float, rng: np.random.Generator) -> Plane:
    noise = cv2.GaussianBlur(rng.standard_normal(shape, np.float32), (0, 0), sigma)
    return plane(noise / noise.std())
