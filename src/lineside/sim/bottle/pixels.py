"""Array types and the pixel grid the whole renderer shares."""

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""float32 values, one or more per pixel."""
Picture = npt.NDArray[np.uint8]
"""8-bit values, one or more per pixel; three channels are blue, green, red."""
Reals = npt.NDArray[np.float64]

FRAME_WIDTH, FRAME_HEIGHT = 1280, 720
PX_PER_MM = 3.25  # at the bottle's axis
BOTTLE_WIDTH, BOTTLE_HEIGHT = 200, 648  # px, the window that holds the bottle
SIDE_PAD, FOOT_PAD = 36, 40  # px around that window for shadow and mirror image on the belt
CANVAS_WIDTH, CANVAS_HEIGHT = BOTTLE_WIDTH + 2 * SIDE_PAD, BOTTLE_HEIGHT + FOOT_PAD
WINDOW_X, WINDOW_Y = (FRAME_WIDTH - BOTTLE_WIDTH) // 2, (FRAME_HEIGHT - BOTTLE_HEIGHT) // 2  # px in the frame

TURN_TEXELS = 1024  # texture columns once round the bottle
TEXELS_PER_MM = 5.5  # texture rows along the arc


def plane(values: npt.ArrayLike) -> Plane:
    """A contiguous float32 copy or view, the layout OpenCV reads fastest."""
    return np.ascontiguousarray(values, dtype=np.float32)


def step_between(x: npt.ArrayLike, low: float, high: float, edge: float) -> Reals:
    """1 between low and high, 0 outside, with soft edges of width `edge` in the units of x."""
    values = np.asarray(x, dtype=np.float64)
    rise = 1 / (1 + np.exp(-np.clip((values - low) / edge, -40, 40)))
    fall = 1 / (1 + np.exp(-np.clip((high - values) / edge, -40, 40)))
    return rise * fall
