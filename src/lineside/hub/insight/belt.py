"""Where a product was before: back along the way that the belt has moved, not along the clock. Pure.

A lag is a way: what the belt covers in `lag_s` seconds at design speed. A slow belt needs longer for it, a standing one adds nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


class Belt:
    """How fast the belt moved: `samples` are (UTC µs, m/s), ascending, each held until the next.

    Before the first sample `fallback_mps` is believed (what the product's own record says), and the design speed where that is unknown
    or nought: a product that was seen has been moved there somehow.
    """

    def __init__(self, samples: Sequence[tuple[int, float]], design_mps: float, fallback_mps: float | None = None) -> None:
        self._before = fallback_mps / design_mps if fallback_mps else 1.0
        self._starts_us = [at_us for at_us, _ in samples]
        # Way per time, 1 at design speed. A belt that runs backwards brings no product nearer.
        self._speeds = [max(speed_mps, 0.0) / design_mps for _, speed_mps in samples]
        self._ways_us = [0.0] * len(samples)
        """From the first sample to each, in µs at design speed."""
        for n in range(1, len(samples)):
            self._ways_us[n] = self._ways_us[n - 1] + self._speeds[n - 1] * (self._starts_us[n] - self._starts_us[n - 1])

    def back_us(self, inspected_us: int, lag_s: float) -> int:
        """When a product that was inspected at `inspected_us` was `lag_s` design-seconds before the inspection, UTC µs.

        The latest such moment: of a product that stood there during a stop, the moment when it moved on.
        """
        known = bisect_right(self._starts_us, inspected_us)
        if not known:
            return inspected_us - round(lag_s * 1e6 / self._before)
        way_us = self._ways_us[known - 1] + self._speeds[known - 1] * (inspected_us - self._starts_us[known - 1]) - lag_s * 1e6
        n = bisect_right(self._ways_us, way_us, 0, known) - 1
        if n < 0:
            return self._starts_us[0] + round(way_us / self._before)
        if not self._speeds[n]:
            return inspected_us  # only the newest speed can be nought here: on the other side of a stop the way goes on
        return min(self._starts_us[n] + round((way_us - self._ways_us[n]) / self._speeds[n]), inspected_us)

    def covers(self, inspected_us: int, lag_s: float) -> bool:
        """Whether the samples reach back over the whole way, so that nothing had to be believed."""
        return bool(self._starts_us) and self.back_us(inspected_us, lag_s) >= self._starts_us[0]
