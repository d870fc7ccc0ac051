"""The working threshold of each label, from pictures that the network did not learn from. Pure.

Where there are enough clean pictures, they guard the good products: one is seen in several views by several detectors and is
rejected if any one of them is wrong, so the threshold is raised until clean pictures stay clean. Below that guard a missed defect
costs more than a doubtful box, so recall counts twice (F2). Without clean pictures it is plain F1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineside.train.coco import Truth
from lineside.train.matching import Floats, Scored, score_label
from lineside.types.inspection import Box

# Per label; with four views and four labels this leaves about 2 % of the good products rejected at worst.
FALSE_IMAGES = 0.0015
# A box that shows a person the defect is right for a verdict, even where a thin scratch is not outlined to the pixel.
OVERLAP = 0.3
# Fewer clean pictures cannot tell a rate this small.
MIN_CLEAN = 100
# The strongest false box does not count: one clean picture whose defect nobody labelled must not blind the detector.
OUTLIERS = 1
GUARD_MARGIN = 0.02
LOWEST, HIGHEST, UNKNOWN = 0.05, 0.95, 0.5


def working_thresholds(labels: Sequence[str], found: Sequence[Sequence[Box]], truths: Sequence[Sequence[Truth]]) -> dict[str, float]:
    clean = [boxes for boxes, known in zip(found, truths, strict=True) if not known]
    return {label: _threshold(score_label(label, found, truths, OVERLAP), _strongest(label, clean)) for label in labels}


def _strongest(label: str, clean: Sequence[Sequence[Box]]) -> Floats:
    """The label's strongest score on each clean picture, falling."""
    scores = [max((box.score for box in boxes if box.label == label), default=0.0) for boxes in clean]
    return np.sort(np.array(scores, float))[::-1]


def _threshold(scored: Scored, clean: Floats) -> float:
    if len(clean) < MIN_CLEAN:
        threshold = _best_f(scored, 1.0)
    else:
        guard = float(clean[OUTLIERS + int(FALSE_IMAGES * len(clean))]) + GUARD_MARGIN
        threshold = max(_best_f(scored, 2.0), guard)
    return round(min(HIGHEST, max(LOWEST, threshold)), 3)


def _best_f(scored: Scored, beta: float) -> float:
    """Halfway between the last score that is worth keeping and the next: room on both sides."""
    if not scored.hits.any():
        return UNKNOWN
    order = np.argsort(-scored.scores, kind="stable")
    scores, hits = scored.scores[order], np.cumsum(scored.hits[order])
    weight = beta * beta
    f = (1 + weight) * hits / (np.arange(1, len(hits) + 1) + weight * scored.truths)
    last = int(f.argmax())
    following = scores[last + 1] if last + 1 < len(scores) else 0.0
    return float(scores[last] + following) / 2
