"""What the bottle mirrors: one lamp-lit housing per camera, as latitude-longitude maps blurred for each gloss."""

from dataclasses import dataclass

import cv2
import numpy as np

from lineside.sim.bottle.pixels import Plane, Reals, plane, step_between

WIDTH, HEIGHT = 512, 256  # texels over 360 x 180 degrees; column 256 looks at the camera
_PER_DEGREE = WIDTH / 360
_KEY_SHIFT_DEG = (0.0, 4.0, -5.0, 3.0)  # no two cameras' lamps hang alike


@dataclass(frozen=True)
class Environment:
    """lobes (256, 512, 4): brushed metal in blue, green, red, and the sharp varnish; irradiance (256, 512, 3)."""

    lobes: Plane
    irradiance: Plane


def environment(camera: int) -> Environment:
    """The surroundings as camera 1..4 has them."""
    light = _lamps(_KEY_SHIFT_DEG[camera - 1])
    brushed = 0.82 * _blur(light, 2.6, 15) + 0.18 * _blur(light, 12, 26)
    varnish = _blur(light.mean(-1, keepdims=True).repeat(3, 2), 0.9, 0.9)[..., :1]
    return Environment(plane(np.concatenate([brushed, varnish], -1)), _irradiance(light))


def _lamps(shift: float) -> Plane:
    azimuth, elevation = np.meshgrid((np.arange(WIDTH) + 0.5) / WIDTH * 360 - 180, 90 - (np.arange(HEIGHT) + 0.5) / HEIGHT * 180)

    def panel(left: float, right: float, low: float, high: float, edge: float) -> Reals:
        return step_between(azimuth, left, right, edge) * step_between(elevation, low, high, edge)

    light = (0.055 + 0.075 * np.clip((elevation + 20) / 80, 0, 1))[..., None] * _tint(1.0, 0.98, 0.95)
    key = panel(shift - 98, shift - 50, -35, 58, 1.6) * np.exp(-(((azimuth - shift + 72) / 30) ** 2))
    fill = panel(shift + 62, shift + 96, -35, 52, 1.6) * np.exp(-(((azimuth - shift - 80) / 24) ** 2))
    light += (3.3 * key * (0.75 + 0.25 * np.clip((elevation + 30) / 70, 0, 1)))[..., None] * _tint(1.0, 0.99, 0.97)
    light += (1.7 * fill)[..., None] * _tint(0.98, 0.99, 1.0)
    above = 1.25 * step_between(elevation, 62, 91, 3) * (0.6 + 0.4 * np.cos(np.radians(azimuth)))
    behind = 0.35 * (panel(150, 181, -20, 60, 5) + panel(-181, -152, -20, 60, 5))
    light += (0.24 * panel(-24, 26, 35, 75, 5.5) + above + behind)[..., None]
    posts = step_between(azimuth, 118, 124, 1) + step_between(azimuth, -131, -126, 1)
    light *= ((1 - 0.75 * panel(-9, 9, -4, 12, 1.5)) * (1 - 0.6 * posts))[..., None]
    belt = step_between(elevation, -91, -7, 1.2)[..., None]
    glow = 0.16 + 0.12 * np.clip(-elevation / 60, 0, 1) + 0.25 * panel(-110, -40, -40, -5, 9)
    return plane(light * (1 - belt) + belt * glow[..., None] * _tint(1.0, 0.98, 0.95))


def _tint(blue: float, green: float, red: float) -> Reals:
    return np.array([blue, green, red])


def _blur(light: Plane, azimuth_deg: float, elevation_deg: float) -> Plane:
    half = WIDTH // 2
    ring = np.concatenate([light[:, -half:], light, light[:, :half]], 1)
    blurred = cv2.GaussianBlur(
        ring,
        (0, 0),
        sigmaX=azimuth_deg * _PER_DEGREE,
        sigmaY=elevation_deg * _PER_DEGREE,
        borderType=cv2.BORDER_REPLICATE,
    )
    return plane(blurred[:, half:-half])


def _irradiance(light: Plane) -> Plane:
    """Cosine-weighted light per normal direction, divided by pi: summed on a coarse grid, it is smooth."""
    coarse = cv2.resize(light, (64, 32), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    azimuth, elevation = np.meshgrid((np.arange(64) + 0.5) / 64 * 2 * np.pi - np.pi, np.pi / 2 - (np.arange(32) + 0.5) / 32 * np.pi)
    cos = np.cos(elevation)
    towards = np.stack([cos * np.sin(azimuth), np.sin(elevation), cos * np.cos(azimuth)], -1).reshape(-1, 3)
    solid_angle = (cos * (np.pi / 32) ** 2).reshape(-1)
    kernel = np.clip(towards @ towards.T, 0, None) * solid_angle / np.pi
    return plane(cv2.resize(plane((kernel @ coarse).reshape(32, 64, 3)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
