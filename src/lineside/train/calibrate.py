"""The working threshold of each label, from pictures that the network did not learn from. Pure.

The threshold with the best F1 (boxes, IoU ≥ 0.5), raised where needed so that clean pictures stay clean: a good product is seen
in several views by several detectors and is rejected if any one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineside.train.coco import Truth
from lineside.train.matching import Floats, Scored, score_label
from lineside.types.inspection import Box

# With four views and two detectors this leaves about 2 % of the good products rejected at worst.
FALSE_IMAGES = 0.0015
# Fewer clean pictures cannot tell a rate this small.
MIN_CLEAN = 50
LOWEST, HIGHEST, UNKNOWN = 0.05, 0.95, 0.5


def working_thresholds(labels: Sequence[str], found: Sequence[Sequence[Box]], truths: Sequence[Sequence[Truth]]) -> dict[str, float]:
    clean = [boxes for boxes, known in zip(found, truths, strict=True) if not known]
    return {label: _threshold(score_label(label, found, truths), _strongest(label, clean)) for label in labels}


def _strongest(label: str, clean: Sequence[Sequence[Box]]) -> Floats:
    """The label's strongest score on each clean picture, falling."""
    scores = [max((box.score for box in boxes if box.label == label), default=0.0) for boxes in clean]
    return np.sort(np.array(scores, float))[::-1]


def _threshold(scored: Scored, clean: Floats) -> float:
    threshold = _best_f1(scored)
    if len(clean) >= MIN_CLEAN:
        allowed = max(1, int(FALSE_IMAGES * len(clean)))
        threshold = max(threshold, float(clean[allowed]) + 0.01)
    return round(min(HIGHEST, max(LOWEST, threshold)), 3)


def _best_f1(scored: Scored) -> float:
    """Halfway between the last score that is worth keeping and the next: room on both sides."""
    if not scored.hits.any():
        return UNKNOWN
    order = np.argsort(-scored.scores, kind="stable")
    scores, hits = scored.scores[order], np.cumsum(scored.hits[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + scored.truths)
    last = int(f1.argmax())
    following = scores[last + 1] if last + 1 < len(scores) else 0.0
    return float(scores[last] + following) / 2
