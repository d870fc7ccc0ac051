"""Which anchors answer for which object, and how wrong they are: focal loss for the labels, GIoU for the places."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.ops import box_convert, box_iou, generalized_box_iou_loss, sigmoid_focal_loss

POSITIVE_IOU, UNSURE_IOU = 0.5, 0.4
# Thin scratches overlap no anchor by half: each object is answered for by at least this many of its best anchors.
BEST_ANCHORS, LEAST_IOU = 4, 0.15
PLACE_WEIGHT = 2.0


def detection_loss(logits: Tensor, boxes: Tensor, anchors: Tensor, truths: list[Tensor], labels: list[Tensor]) -> Tensor:
    """Of a batch. logits (b, n, labels), boxes (b, n, 4), anchors (n, 4) centre and size, truths per image (k, 4)."""
    corners = box_convert(anchors, "cxcywh", "xyxy")
    target = torch.zeros_like(logits)
    counted = torch.ones(logits.shape[:2], dtype=torch.bool)
    placed, wanted = [], []
    for number, (truth, label) in enumerate(zip(truths, labels, strict=True)):
        owner, unsure = assign(corners, truth)
        positive = owner >= 0
        target[number, positive, label[owner[positive]]] = 1.0
        counted[number, unsure] = False
        placed.append(boxes[number, positive])
        wanted.append(truth[owner[positive]])
    found = torch.cat(placed)
    count = max(1, len(found))
    seen = sigmoid_focal_loss(logits[counted], target[counted], reduction="sum") / count
    place = generalized_box_iou_loss(found, torch.cat(wanted), reduction="sum") / count
    return seen + PLACE_WEIGHT * place


def assign(corners: Tensor, truths: Tensor) -> tuple[Tensor, Tensor]:
    """For each anchor the index of its object or −1 (n,), and whether it is too close to call and left out (n,)."""
    count = len(corners)
    if not len(truths):
        return torch.full((count,), -1), torch.zeros(count, dtype=torch.bool)
    overlap = box_iou(corners, truths)
    best, owner = overlap.max(dim=1)
    owner = torch.where(best >= POSITIVE_IOU, owner, torch.full_like(owner, -1))
    values, rows = overlap.topk(min(BEST_ANCHORS, count), dim=0)
    for truth in range(len(truths)):
        owner[rows[values[:, truth] >= LEAST_IOU, truth]] = truth
    unsure = (owner < 0) & (best >= UNSURE_IOU)
    return owner, unsure
