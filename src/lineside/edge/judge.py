"""The verdict: pure, from what the detectors saw or from why they could not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from lineside.types.inspection import Box, Explanation, Outcome, Verdict

# When several things went wrong with one product, the first of these is its reason: the cause before its effects.
TELLING: tuple[Explanation, ...] = (
    "station_down",
    "overlap",
    "no_product",
    "camera_lost",
    "frame_corrupt",
    "detector_failed",
    "frame_late",
    "deadline",
)


class Judgement(Struct, frozen=True):
    """`judged` with a verdict and the labels that led to it, or `explained` with exactly one reason."""

    outcome: Outcome
    verdict: Verdict | None
    reasons: tuple[str, ...]

    def signal(self, fail_safe: Verdict) -> Verdict:
        """What the output must do with this product."""
        return self.verdict or fail_safe


def judge(views: Iterable[Sequence[Box]]) -> Judgement:
    """All views were seen: any box in any of them rejects the product. Boxes are already above their working thresholds."""
    labels = {box.label for boxes in views for box in boxes}
    return Judgement("judged", "reject" if labels else "pass", tuple(sorted(labels)))


def explain(reasons: Iterable[Explanation]) -> Judgement:
    """The product could not be judged; needs at least one reason."""
    return Judgement("explained", None, (min(reasons, key=TELLING.index),))
