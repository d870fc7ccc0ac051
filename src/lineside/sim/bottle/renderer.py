"""One bottle, one camera, one frame: textures, defects, light, belt, noise; and the boxes of what can be seen."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from msgspec import Struct

from lineside.sim.bottle import artwork
from lineside.sim.bottle.backdrop import BELT_PHASES, backdrops
from lineside.sim.bottle.defects import Bottle, Defect, patch_of
from lineside.sim.bottle.environment import environment
from lineside.sim.bottle.geometry import project, solve
from lineside.sim.bottle.pixels import (
    BOTTLE_HEIGHT,
    CANVAS_HEIGHT,
    CANVAS_WIDTH,
    FRAME_HEIGHT,
    FRAME_WIDTH,
    SIDE_PAD,
    TEXELS_PER_MM,
    TURN_TEXELS,
    WINDOW_X,
    WINDOW_Y,
    Picture,
    Plane,
    plane,
)  # fmt: skip
from lineside.sim.bottle.profile import CAP_BOTTOM_MM, NECK_CUT_MM, NECK_RADIUS_MM, capped, uncapped
from lineside.sim.bottle.shading import Groove, Surface, View, bent, relit, shade, view
from lineside.sim.bottle.standing import Standing

CAMERAS = (1, 2, 3, 4)
_CHANGED_LEVELS = 14  # grey levels by which a pixel of a box must differ from the unharmed bottle
_PLAIN_LEVELS = {"scratch": 36, "paint_scratch": 34, "dent": 30}  # what nobody overlooks
_PLAIN_PIXELS = {"scratch": 36, "paint_scratch": 80, "dent": 330}  # and over how large an area
_EDGE_FACING = 0.22  # cosine below which the surface is too foreshortened to judge
_RELIEF_SCALE = np.array([1 / 300, 1 / 500, 1 / 110], np.float32)
_RELIEF_ZERO = np.array([128, 128, 18], np.float32)
_NECK_TEXTURE_SHIFT = int(60 * TEXELS_PER_MM)  # bare neck borrows the body's brushed texture
_MARGIN = 14  # px around the canvas that tilt and shift may use
_NOISE_ROOM = 64


class VisibleBox(Struct, frozen=True):
    """A rectangle in pixels of the full 1280x720 frame, x1 < x2 and y1 < y2, around what a defect changes."""

    label: str
    x1: float
    y1: float
    x2: float
    y2: float


class Frame(Struct):
    """image (720, 1280, 3) uint8 BGR, and a box for each defect that visibly changes this picture."""

    image: Picture
    boxes: tuple[VisibleBox, ...]


@dataclass(frozen=True)
class _Pose:
    """How one bottle stands before one camera, and what its print and its lamp do."""

    texel: int  # texture column at the window's left edge
    grain: int  # the same for the relief, which is not tied to the print
    registration: float  # texels the print sits too high
    gloss: float
    exposure: float
    shift: tuple[float, float]  # px
    tilt_deg: float
    scale: float
    phase: int
    noise: tuple[int, int]


class BottleRenderer:
    """Draws any bottle from cameras 1..4, 90 degrees apart. The same bottle and camera give the same bytes."""

    def __init__(self, cache: Path | None = None) -> None:  # noqa: ARG002 - see below
        """`cache` is accepted for callers that set a folder aside; start-up is quick enough to need none."""
        self._profile = capped()
        length = self._profile.length_mm
        geometry = solve(self._profile, BOTTLE_HEIGHT)
        self._cut = int(project(np.array([0.0, NECK_CUT_MM, NECK_RADIUS_MM]))[1])
        lamps = {camera: environment(camera) for camera in CAMERAS}
        necks = {c: solve(uncapped(), self._cut, (c - 1) * np.pi / 2) for c in CAMERAS}
        whole = view(geometry, lamps[1], length, capped=True)
        self._views = {c: relit(whole, lamps[c]) for c in CAMERAS}
        self._necks = {c: view(necks[c], lamps[c], length, capped=False) for c in CAMERAS}
        self._ink = _twice(artwork.label(self._profile))
        self._relief = _twice(_packed(artwork.relief(self._profile)))
        arc = geometry.arc_mm
        self._printed = plane(np.clip((self._profile.arc_at(158) - arc) / 3, 0, 1))
        self._standing = Standing(geometry.alpha)
        self._scenes = backdrops()
        self._noise = _noise()

    def render(self, bottle: Bottle, camera: int) -> Frame:
        """The frame of camera 1..4 and the boxes of the defects that show in it."""
        pose = _pose(bottle.seed, camera)
        seen = self._views[camera]
        surface = self._surface(seen, pose)
        picture = shade(seen, surface, pose.exposure)
        marks: list[tuple[str, Picture, int, int]] = []
        for defect in bottle.defects:
            if defect.kind != "missing_cap":
                marks += self._damage(defect, seen, surface, picture, pose)
        alpha = seen.alpha
        if any(d.kind == "missing_cap" for d in bottle.defects):
            alpha, mark = self._uncap(camera, picture, pose)
            marks.append(mark)
        return self._stand(camera, picture, alpha, pose, marks)

    def _surface(self, seen: View, pose: _Pose) -> Surface:
        ink = self._ink[:, pose.texel : pose.texel + TURN_TEXELS]
        rows = seen.texel_y + self._printed * np.float32(pose.registration)
        colour = cv2.remap(ink, seen.texel_x, rows, cv2.INTER_LINEAR)
        return Surface(np.asarray(colour, np.uint8), *self._worked(seen.texel_x, seen.texel_y, pose))

    def _worked(self, texel_x: Plane, texel_y: Plane, pose: _Pose) -> tuple[Plane, Plane, Plane]:
        relief = self._relief[:, pose.grain : pose.grain + TURN_TEXELS]
        planes = cv2.split(cv2.remap(relief, texel_x, texel_y, cv2.INTER_LINEAR))
        gain = _RELIEF_SCALE * np.array([1, 1, pose.gloss], np.float32)
        out = [p.astype(np.float32) for p in planes[:3]]
        for p, scale, zero in zip(out, gain, _RELIEF_ZERO, strict=True):
            p -= zero
            p *= scale
        return out[0], out[1], out[2]

    def _damage(self, defect: Defect, seen: View, surface: Surface, picture: Picture, pose: _Pose) -> list[tuple[str, Picture, int, int]]:
        """Change surface and picture in the defect's own rectangle; tell which of its pixels changed visibly."""
        patch = patch_of(defect, self._profile)
        height, width = patch.bare.shape
        left = (patch.left - pose.texel) % TURN_TEXELS
        left -= TURN_TEXELS if left + width / 2 > TURN_TEXELS else 0
        place = _covered(seen, left, patch.top, width, height)
        if place is None:
            return []
        x, y = seen.texel_x[place] - np.float32(left), seen.texel_y[place] - np.float32(patch.top)
        here, part = seen.cut(place), surface.cut(place)
        planes = (*patch.tilt, patch.bare, patch.groove, patch.side, patch.shade)
        tilt_round, tilt_along, bare, coverage, side, dark = (_sampled(p, x, y) for p in planes)
        part.ink[:] = _bared(part.ink, bare)
        groove = None
        if defect.kind == "scratch":
            groove = Groove(coverage, side, tilt_round, tilt_along)
        else:
            part.tilt_round[:] += tilt_round
            part.tilt_along[:] += tilt_along
            here = bent(here, tilt_round, tilt_along, dark)
        before = picture[place].copy()
        after = shade(here, part, pose.exposure, groove)
        if groove is not None:  # a later defect may redraw these pixels: keep what lies outside the groove
            after = np.where((coverage > 0.03)[..., None], after, before)
        picture[place] = after
        changed = _changed(before, after, here, defect.kind)
        return [] if changed is None else [(defect.kind, changed, place[1].start, place[0].start)]

    def _uncap(self, camera: int, picture: Picture, pose: _Pose) -> tuple[Plane, tuple[str, Picture, int, int]]:
        neck = self._necks[camera]
        rows = plane(neck.texel_y + _NECK_TEXTURE_SHIFT)
        ink = np.empty((*neck.alpha.shape, 4), np.uint8)
        ink[:] = artwork.BARE
        bare = Surface(ink, *self._worked(neck.texel_x, rows, pose))
        picture[: self._cut] = shade(neck, bare, pose.exposure)
        alpha = self._views[camera].alpha.copy()
        alpha[: self._cut] = neck.alpha
        edge = int(project(np.array([0.0, CAP_BOTTOM_MM - 2.0, NECK_RADIUS_MM]))[1])
        return alpha, ("missing_cap", (neck.alpha[:edge] > 0.5).astype(np.uint8), 0, 0)

    def _stand(self, camera: int, picture: Picture, alpha: Plane, pose: _Pose, marks: list[tuple[str, Picture, int, int]]) -> Frame:
        canvas = self._standing.canvas(picture, alpha)
        matrix = cv2.getRotationMatrix2D((CANVAS_WIDTH / 2, BOTTLE_HEIGHT - 12.0), pose.tilt_deg, pose.scale)
        left, top = WINDOW_X - SIDE_PAD - _MARGIN, max(WINDOW_Y - _MARGIN, 0)
        matrix[:, 2] += (_MARGIN + pose.shift[0], WINDOW_Y - top + pose.shift[1])
        size = (CANVAS_WIDTH + 2 * _MARGIN, min(CANVAS_HEIGHT + 2 * _MARGIN, FRAME_HEIGHT - top))
        placed = cv2.warpAffine(canvas, matrix, size, flags=cv2.INTER_LINEAR)
        image = self._scenes[camera - 1].picture(pose.phase, pose.exposure)
        window = image[top : top + size[1], left : left + size[0]]
        blue, green, red, cover = cv2.split(placed)
        behind = cv2.multiply(window, cv2.merge([cv2.bitwise_not(cover)] * 3), scale=1 / 255.0)
        cv2.add(behind, cv2.merge([blue, green, red]), dst=window)
        y, x = pose.noise
        for noise, apply in zip(self._noise, (cv2.add, cv2.subtract), strict=True):
            apply(image, noise[y : y + FRAME_HEIGHT, x : x + FRAME_WIDTH], dst=image)
        matrix[:, 2] += (left, top)
        return Frame(image, tuple(_box(kind, mask, x0, y0, matrix) for kind, mask, x0, y0 in marks))


def _pose(seed: int, camera: int) -> _Pose:
    rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, 12])
    turn, grain = rng.integers(0, TURN_TEXELS, 2)
    registration, gloss = rng.normal(0, 2.2), rng.uniform(0.92, 1.08)
    own = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, 12, camera])
    quarter = (camera - 1) * TURN_TEXELS // 4
    return _Pose(
        texel=int(turn + quarter) % TURN_TEXELS,
        grain=int(grain + quarter) % TURN_TEXELS,
        registration=float(np.clip(registration, -6, 6)),
        gloss=float(gloss),
        exposure=float(own.uniform(0.95, 1.05)),
        shift=(float(own.uniform(-10, 10)), float(own.uniform(-2.5, 2.5))),
        tilt_deg=float(own.uniform(-1, 1)),
        scale=float(own.uniform(0.99, 1.01)),
        phase=int(own.integers(BELT_PHASES)),
        noise=(int(own.integers(_NOISE_ROOM)), int(own.integers(_NOISE_ROOM))),
    )


def _covered(seen: View, left: float, top: float, width: int, height: int) -> tuple[slice, slice] | None:
    """The window's rectangle whose texels lie in the patch and whose surface faces the camera."""
    x, y = seen.texel_x[::4, ::4], seen.texel_y[::4, ::4]
    inside = (x > left) & (x < left + width) & (y > top) & (y < top + height) & (seen.alpha[::4, ::4] > 0)
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        return None
    return (
        slice(max(4 * int(rows[0]) - 4, 0), 4 * int(rows[-1]) + 5),
        slice(max(4 * int(columns[0]) - 4, 0), 4 * int(columns[-1]) + 5),
    )


def _sampled(values: Plane, x: Plane, y: Plane) -> Plane:
    return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.float32)


def _bared(ink: Picture, bare: Plane) -> Picture:
    metal = np.array(artwork.BARE, np.float32)
    return np.asarray(ink + bare[..., None] * (metal - ink)).astype(np.uint8)


def _changed(before: Picture, after: Picture, here: View, kind: str) -> Picture | None:
    """1 where the picture changed, without lone specks; None when a person could overlook the whole."""
    difference = cv2.absdiff(before, after).max(-1)
    if kind == "dent":
        difference = cv2.blur(difference, (5, 5))
    seen = (here.alpha > 0.5) & (here.facing > _EDGE_FACING)
    if int(((difference > _PLAIN_LEVELS[kind]) & seen).sum()) < _PLAIN_PIXELS[kind]:
        return None
    mask = ((difference > _CHANGED_LEVELS) & seen).astype(np.uint8)
    if kind == "dent":
        return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), np.uint8)
    crowd = cv2.blur(mask * np.uint8(255), (5, 5))
    return np.asarray(mask * (crowd > 40), np.uint8)


def _box(kind: str, mask: Picture, left: int, top: int, matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> VisibleBox:
    y, x = np.nonzero(mask)
    points = matrix @ np.stack([x + left + SIDE_PAD, y + top, np.ones(len(x))])
    (x1, y1), (x2, y2) = points.min(1), points.max(1)
    return VisibleBox(
        kind,
        float(np.clip(np.floor(x1), 0, FRAME_WIDTH - 1)),
        float(np.clip(np.floor(y1), 0, FRAME_HEIGHT - 1)),
        float(np.clip(np.ceil(x2) + 1, 1, FRAME_WIDTH)),
        float(np.clip(np.ceil(y2) + 1, 1, FRAME_HEIGHT)),
    )


def _twice(texture: Picture) -> Picture:
    """Two turns side by side: any rotation is then a slice."""
    return np.ascontiguousarray(np.concatenate([texture, texture], 1))


def _packed(relief: Plane) -> Picture:
    quantised = np.clip(np.round(relief / _RELIEF_SCALE + _RELIEF_ZERO), 0, 255).astype(np.uint8)
    return np.dstack([quantised, np.zeros(relief.shape[:2], np.uint8)])


def _noise() -> tuple[Picture, Picture]:
    """Sensor noise to add and to subtract, larger than a frame so that its offset can vary."""
    rng = np.random.default_rng(0)
    shape = (FRAME_HEIGHT + _NOISE_ROOM, FRAME_WIDTH + _NOISE_ROOM)
    grain = rng.standard_normal((*shape, 1), np.float32) * 1.25
    colour = cv2.GaussianBlur(rng.standard_normal((*shape, 3), np.float32), (0, 0), 0.8) * 1.44
    noise = np.round(grain + colour).astype(np.int16)
    return np.clip(noise, 0, 255).astype(np.uint8), np.clip(-noise, 0, 255).astype(np.uint8)
