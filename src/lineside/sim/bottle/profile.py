"""The outline of the bottle: radius over height, once with its cap and once with the bare neck."""

from dataclasses import dataclass

import numpy as np

from lineside.sim.bottle.pixels import TEXELS_PER_MM, Reals

BODY_RADIUS_MM = 29.5
NECK_RADIUS_MM = 13.2
CAP_BOTTOM_MM, CAP_TOP_MM = 166.0, 186.3
NECK_CUT_MM = 159.0  # below this height the two outlines agree
THREAD_PITCH_MM, THREAD_HEIGHT_MM = 3.3, 0.95
_STEP_MM = 0.05
RIM_SLOPE = 12.0  # slope of the table beyond base and top, so that a distance to the rim exists there

_SHOULDER = [
    (118 + 42 * u, BODY_RADIUS_MM - (BODY_RADIUS_MM - NECK_RADIUS_MM) * (0.5 - 0.5 * np.cos(np.pi * u))) for u in np.linspace(0.02, 1, 60)
]
_BODY = [(0.0, 25.2), (0.8, 27.2), (2.6, 28.8), (5.5, BODY_RADIUS_MM), (118.0, BODY_RADIUS_MM), *_SHOULDER]
_CAP = [
    (165.9, 13.2), (166.2, 14.3), (170.3, 14.3), (170.7, 13.9), (171.1, 14.3), (184.6, 14.3), (185.8, 13.7), (186.3, 12.6),
]  # fmt: skip
_NECK = [
    (164.2, 13.25), (165.2, 14.2), (166.6, 14.2), (168.0, 12.9), (169.3, 12.2), (181.4, 12.2), (182.3, 12.4),
    (183.0, 13.0), (184.4, 13.1), (185.1, 12.5), (185.4, 11.6),
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Profile:
    """Tables over height: radius (mm), slope dr/dy and arc length from the base (mm)."""

    y: Reals
    r: Reals
    slope: Reals
    s: Reals

    def radius(self, y: Reals) -> Reals:
        """Radius in mm at heights in mm; falls below zero beyond base and top."""
        return np.interp(y, self.y, self.r)

    @property
    def length_mm(self) -> float:
        """Arc length from the base to the top."""
        return float(self.s[-1])

    def height_at(self, s: float) -> float:
        """Height in mm above the belt at arc length s."""
        return float(np.interp(s, self.s, self.y))

    def arc_at(self, y: float) -> float:
        """Arc length in mm at height y."""
        return float(np.interp(y, self.y, self.s))


def capped() -> Profile:
    """The closed bottle."""
    return _profile(_CAP)


def uncapped() -> Profile:
    """The bottle whose cap is missing; the thread's bead is added by the geometry."""
    return _profile(_NECK)


def thread_height(azimuth: Reals, y: Reals) -> Reals:
    """Height in mm of the helical bead over the neck."""
    phase = (y - 171.2) / THREAD_PITCH_MM - azimuth / (2 * np.pi)
    distance = (phase - np.round(phase)) * THREAD_PITCH_MM
    along = (y - 170.6) / THREAD_PITCH_MM
    ends = 1 / (1 + np.exp(-(along - 0.15) * 6)) / (1 + np.exp((along - 2.85) * 6))
    return np.asarray(THREAD_HEIGHT_MM * np.exp(-((distance / 0.75) ** 2)) * ends)


def texel_row(s: Reals | float, length_mm: float) -> Reals:
    """Texture row of an arc length; row 0 is the top of the bottle."""
    return np.asarray((length_mm - np.asarray(s)) * TEXELS_PER_MM)


def _profile(top: list[tuple[float, float]]) -> Profile:
    knots = np.array(_BODY + top)
    y = np.arange(0, knots[-1, 0] + _STEP_MM / 2, _STEP_MM)
    body = _smooth(np.interp(y, knots[:, 0], knots[:, 1]), 1.4)
    fine = _smooth(np.interp(y, knots[:, 0], knots[:, 1]), 0.25)
    blend = np.clip((y - 160) / 3, 0, 1)
    r = body * (1 - blend) + fine * blend
    slope = np.gradient(r, y)
    s = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(r), np.diff(y)))])
    return _with_skirts(Profile(y, r, slope, s))


def _smooth(r: Reals, sigma_mm: float) -> Reals:
    reach = int(4 * sigma_mm / _STEP_MM)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _STEP_MM / sigma_mm) ** 2)
    padded = np.pad(r, reach, mode="reflect", reflect_type="odd")
    return np.convolve(padded, kernel / kernel.sum(), "valid")


def _with_skirts(p: Profile) -> Profile:
    reach = 12.0
    return Profile(
        y=np.concatenate([[p.y[0] - reach], p.y, [p.y[-1] + reach]]),
        r=np.concatenate([[p.r[0] - RIM_SLOPE * reach], p.r, [p.r[-1] - RIM_SLOPE * reach]]),
        slope=np.concatenate([[p.slope[0]], p.slope, [p.slope[-1]]]),
        s=np.concatenate([[p.s[0]], p.s, [p.s[-1]]]),
    )
