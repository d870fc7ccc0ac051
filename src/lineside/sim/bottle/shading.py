"""Light on the bottle as one camera sees it: everything constant is baked, a frame costs a few passes.

L = colour² · [opacity · irradiance + (1 - opacity) · gloss · occlusion · brushed mirror] + Fresnel · varnish mirror
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from lineside.sim.bottle import environment as surroundings
from lineside.sim.bottle.geometry import Geometry
from lineside.sim.bottle.pixels import TURN_TEXELS, Picture, Plane, Reals, plane
from lineside.sim.bottle.profile import CAP_BOTTOM_MM, texel_row

_PER_AZIMUTH = surroundings.WIDTH / (2 * np.pi)
_PER_ELEVATION = -surroundings.HEIGHT / np.pi
_FACETS = np.linspace(0.12, 0.6, 5, dtype=np.float32)[:, None]  # rad, tilts found within one flank of a groove
_KNEE = 0.66  # display level above which highlights are compressed


@dataclass(frozen=True)
class View:
    """Planes of one geometry under one camera's lamps; `cut` gives the same for a rectangle without copying."""

    texel_x: Plane
    texel_y: Plane
    mirror_x: Plane
    mirror_y: Plane
    response: tuple[Plane, ...]
    normal_x: Plane
    normal_y: Plane
    facing: Plane
    irradiance: Plane
    occlusion: Plane
    varnish: Plane
    alpha: Plane
    lamps: surroundings.Environment

    def cut(self, place: tuple[slice, slice]) -> "View":
        return View(
            self.texel_x[place], self.texel_y[place], self.mirror_x[place], self.mirror_y[place],
            tuple(r[place] for r in self.response), self.normal_x[place], self.normal_y[place], self.facing[place],
            self.irradiance[place], self.occlusion[place], self.varnish[place], self.alpha[place], self.lamps,
        )  # fmt: skip


@dataclass
class Surface:
    """What the textures say at each pixel: ink (…, 4) u8, normal tilt (rad), gloss, and grooves where there are any."""

    ink: Picture
    tilt_round: Plane
    tilt_along: Plane
    gloss: Plane

    def cut(self, place: tuple[slice, slice]) -> "Surface":
        return Surface(self.ink[place], self.tilt_round[place], self.tilt_along[place], self.gloss[place])


@dataclass(frozen=True)
class Groove:
    """Planes: 0..1 coverage, signed flank, and the tilt (rad-less unit vector) across the groove."""

    coverage: Plane
    side: Plane
    round: Plane
    along: Plane


def view(geometry: Geometry, lamps: surroundings.Environment, length_mm: float, *, capped: bool) -> View:
    """Bake what no frame changes."""
    y = geometry.height_mm
    occlusion = 1 - 0.55 * np.exp(-np.clip(y, 0, None) / 5.0)
    if capped:
        skirt = CAP_BOTTOM_MM
        occlusion = occlusion * (1 - 0.6 * np.exp(-np.clip(skirt - y, 0, 99) / 1.6) * (y < skirt))
    normal_x = plane((geometry.normal_azimuth + np.pi) * _PER_AZIMUTH - 0.5)
    normal_y = plane((geometry.normal_elevation - np.pi / 2) * _PER_ELEVATION - 0.5)
    fresnel = 0.04 + 0.96 * (1 - geometry.facing) ** 5
    scale = (_PER_AZIMUTH, _PER_AZIMUTH, _PER_ELEVATION, _PER_ELEVATION)
    return View(
        texel_x=plane((geometry.azimuth + np.pi) / (2 * np.pi) * TURN_TEXELS - 0.5),
        texel_y=plane(texel_row(geometry.arc_mm.astype(np.float64), length_mm) - 0.5),
        mirror_x=plane((geometry.mirror_azimuth + np.pi) * _PER_AZIMUTH - 0.5),
        mirror_y=plane((geometry.mirror_elevation - np.pi / 2) * _PER_ELEVATION - 0.5),
        response=tuple(plane(r * k) for r, k in zip(geometry.tilt_response, scale, strict=True)),
        normal_x=normal_x,
        normal_y=normal_y,
        facing=geometry.facing,
        irradiance=plane(_gathered(lamps, normal_x, normal_y) * occlusion[..., None]),
        occlusion=plane(occlusion),
        varnish=plane(0.85 * fresnel * occlusion),
        alpha=geometry.alpha,
        lamps=lamps,
    )


def relit(seen: View, lamps: surroundings.Environment) -> View:
    """The same geometry under another camera's lamps; shares every plane that does not depend on them."""
    irradiance = _gathered(lamps, seen.normal_x, seen.normal_y) * seen.occlusion[..., None]
    return replace(seen, irradiance=plane(irradiance), lamps=lamps)


def bent(seen: View, tilt_round: Plane, tilt_along: Plane, shade: Plane) -> View:
    """The view of a place whose surface was bent: print answers the new normals, hollows lose light."""
    x = seen.normal_x + tilt_round * np.float32(_PER_AZIMUTH)
    y = seen.normal_y + tilt_along * np.float32(_PER_ELEVATION)
    occlusion = plane(seen.occlusion * (1 - shade))
    irradiance = plane(_gathered(seen.lamps, x, y) * occlusion[..., None])
    return replace(seen, irradiance=irradiance, occlusion=occlusion, varnish=plane(seen.varnish * (1 - shade)))


def shade(seen: View, surface: Surface, exposure: float, groove: Groove | None = None) -> Picture:
    """Display values (rows, columns, 3) of the bottle, not yet masked by its outline."""
    x, y = _mirrored(seen, surface.tilt_round, surface.tilt_along)
    mirror = cv2.remap(seen.lamps.lobes, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    light = cv2.merge(cv2.split(mirror)[:3])
    if groove is not None:
        _light_grooves(light, seen, x, y, groove)
    blue, green, red, coat = cv2.split(surface.ink)
    colour = cv2.merge([blue, green, red]).astype(np.float32)
    cv2.multiply(colour, colour, dst=colour, scale=1 / 65025.0)
    opacity = coat.astype(np.float32)
    opacity *= 1 / 255.0
    metal = surface.gloss * seen.occlusion
    light *= cv2.merge([metal * (1 - opacity)] * 3)
    light += seen.irradiance * cv2.merge([opacity] * 3)
    light *= colour
    light += cv2.merge([mirror[..., 3] * seen.varnish] * 3)
    return _display(light, exposure)


def _gathered(lamps: surroundings.Environment, x: Plane, y: Plane) -> Plane:
    return plane(cv2.remap(lamps.irradiance, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _mirrored(seen: View, tilt_round: Plane, tilt_along: Plane) -> tuple[Plane, Plane]:
    a, b, c, d = seen.response
    x = a * tilt_round
    x += b * tilt_along
    x += seen.mirror_x
    y = c * tilt_round
    y += d * tilt_along
    y += seen.mirror_y
    np.clip(y, 0, surroundings.HEIGHT - 1, out=y)  # the zenith does not border on the belt
    return x, y


def _light_grooves(light: Plane, seen: View, x: Plane, y: Plane, groove: Groove) -> None:
    """Average the surroundings over the facets of each flank; the far flank lies in the other's shade."""
    rows, columns = np.nonzero(groove.coverage > 0.03)
    if not len(rows):
        return
    at = (rows, columns)
    a, b, c, d = (r[at] for r in seen.response)
    tilt_round, tilt_along = groove.round[at], groove.along[at]
    bright, dark = (
        cv2.remap(
            seen.lamps.lobes,
            plane(x[at] + sign * _FACETS * (a * tilt_round + b * tilt_along)),
            plane(np.clip(y[at] + sign * _FACETS * (c * tilt_round + d * tilt_along), 0, surroundings.HEIGHT - 1)),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )[..., :3]
        for sign in (1, -1)
    )
    lit = 0.4 * np.maximum(bright.max(0), dark.max(0)) + 0.35 * bright.mean(0) + 0.6
    shaded = 0.2 * np.minimum(bright.min(0), dark.min(0)) + 0.01
    share = np.clip(groove.side[at] * 1.5 + 0.75, 0, 1)[:, None]
    coverage = groove.coverage[at][:, None]
    light[at] += coverage * (lit * share + shaded * (1 - share) - light[at])


def _display(light: Plane, exposure: float) -> Picture:
    np.clip(light, 0, 2.25, out=light)
    cv2.sqrt(light, dst=light)
    return np.asarray(cv2.LUT(cv2.convertScaleAbs(light, alpha=170.0), _tone_curve(exposure)), np.uint8)


def _tone_curve(exposure: float) -> Picture:
    level: Reals = np.arange(256) / 170.0 * exposure
    over = np.maximum(level, _KNEE) - _KNEE
    curve = np.where(level < _KNEE, level, _KNEE + (1 - _KNEE) * (1 - np.exp(-over / (1 - _KNEE))))
    return np.asarray(np.round(255 * curve), np.uint8)
