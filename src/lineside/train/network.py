"""The detector: EfficientNet-Lite0 up to stride 32, a small feature pyramid, and an SSD head on anchors from the data.

The backbone comes with its batch norms folded into its convolutions: small batches cannot spoil its statistics, and a step
takes less time. All pictures are BGR, channels last, uint8; the graph itself normalises.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lineside.train.geometry import Size
from lineside.train.matching import Floats

MEAN, STD = 127.0, 128.0
WIDTH = 96
# Of each stage: blocks, kernel, stride of the first, expansion, channels out. The last stage (320 channels) is left out.
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192))
# The stage whose output has this stride, and its channels.
TAPS = {8: (2, 40), 16: (4, 112), 32: (5, 192)}
# The stem and the two stages up to stride 4 stay as ImageNet taught them: they see edges, and cost most of a backward pass.
FROZEN_STAGES = 2
# Offsets are learnt in these units of the anchor's size (the SSD paper's variances).
CENTRE_UNIT, SIZE_UNIT = 0.1, 0.2
MAX_SIZE_OFFSET = 4.0
PRIOR = 0.01


class Block(nn.Module):
    """Inverted residual without squeeze-and-excite, batch norms folded."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = channels * expansion
        self.expand = nn.Conv2d(channels, wide, 1) if expansion > 1 else None
        self.depthwise = nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide)
        self.project = nn.Conv2d(wide, out, 1)
        self.act = nn.ReLU6(inplace=True)
        self.residual = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        y = self.act(self.expand(x)) if self.expand is not None else x
        y = self.project(self.act(self.depthwise(y)))
        return x + y if self.residual else y


class Lite0(nn.Module):
    """The backbone down to `deepest` stride; gives the feature map of each stride in `strides`."""

    def __init__(self, strides: tuple[int, ...]) -> None:
        super().__init__()
        self.strides = strides
        self.stem = nn.Conv2d(3, 32, 3, 2, 1)
        self.act = nn.ReLU6(inplace=True)
        self.stages = nn.ModuleList()
        channels = 32
        for blocks, kernel, stride, expansion, out in STAGES[: TAPS[max(strides)][0] + 1]:
            stage = [Block(channels, out, kernel, stride, expansion)]
            stage += [Block(out, out, kernel, 1, expansion) for _ in range(blocks - 1)]
            self.stages.append(nn.Sequential(*stage))
            channels = out

    def forward(self, x: Tensor) -> list[Tensor]:
        with torch.no_grad():
            x = self.act(self.stem(x))
            for stage in self.stages[:FROZEN_STAGES]:
                x = stage(x)
        maps = {}
        for number, stage in enumerate(self.stages[FROZEN_STAGES:], start=FROZEN_STAGES):
            x = stage(x)
            maps[number] = x
        return [maps[TAPS[stride][0]] for stride in self.strides]


def load_imagenet(backbone: Lite0, weights: Mapping[str, Tensor]) -> None:
    """Fold the published weights into the backbone. Its first layer is turned from RGB to BGR."""
    convolution, bias = _folded(weights, "_conv_stem", "_bn0")
    _set(backbone.stem, convolution.flip(1), bias)
    blocks = [block for stage in backbone.stages for block in stage]
    for number, block in enumerate(blocks):
        prefix = f"_blocks.{number}."
        if block.expand is not None:
            _set(block.expand, *_folded(weights, f"{prefix}_expand_conv", f"{prefix}_bn0"))
        _set(block.depthwise, *_folded(weights, f"{prefix}_depthwise_conv", f"{prefix}_bn1"))
        _set(block.project, *_folded(weights, f"{prefix}_project_conv", f"{prefix}_bn2"))


class Separable(nn.Sequential):
    """Depthwise 3×3, pointwise, each with batch norm and ReLU6."""

    def __init__(self, channels: int, kernel: int = 3) -> None:
        super().__init__(
            nn.Conv2d(channels, channels, kernel, padding=kernel // 2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU6(inplace=True),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU6(inplace=True),
        )


class Pyramid(nn.Module):
    """Coarse maps added onto finer ones, all WIDTH channels."""

    def __init__(self, channels: list[int]) -> None:
        super().__init__()
        self.lateral = nn.ModuleList([nn.Conv2d(c, WIDTH, 1) for c in channels])
        self.smooth = nn.ModuleList([Separable(WIDTH) for _ in channels])

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        merged = [lateral(x) for lateral, x in zip(self.lateral, maps, strict=True)]
        for number in range(len(merged) - 1, 0, -1):
            size = merged[number - 1].shape[-2:]
            merged[number - 1] = merged[number - 1] + nn.functional.interpolate(merged[number], size=size)
        return [smooth(x) for smooth, x in zip(self.smooth, merged, strict=True)]


class Head(nn.Module):
    """SSD head of one feature map: scores (logits) and offsets of every anchor at every cell."""

    def __init__(self, anchors: int, labels: int) -> None:
        super().__init__()
        self.labels = labels
        score = nn.Conv2d(WIDTH, anchors * labels, 1)
        self.see = nn.Sequential(Separable(WIDTH), Separable(WIDTH), score)
        self.place = nn.Sequential(Separable(WIDTH), Separable(WIDTH), nn.Conv2d(WIDTH, anchors * 4, 1))
        # Begin by expecting nothing: almost every anchor is background.
        nn.init.normal_(score.weight, std=0.01)
        nn.init.constant_(score.bias, -math.log((1 - PRIOR) / PRIOR))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(b, cells × anchors, labels) and (b, cells × anchors, 4)."""
        count = x.shape[0]
        scores = self.see(x).permute(0, 2, 3, 1).reshape(count, -1, self.labels)
        return scores, self.place(x).permute(0, 2, 3, 1).reshape(count, -1, 4)


class Network(nn.Module):
    """uint8 pictures (b, h, w, 3) → logits (b, n, labels), boxes (b, n, 4) x1 y1 x2 y2 in pixels of the input."""

    anchors: Tensor

    def __init__(self, size: Size, anchors: Mapping[int, Floats], labels: int) -> None:
        super().__init__()
        strides = tuple(sorted(anchors))
        self.backbone = Lite0(strides)
        self.pyramid = Pyramid([TAPS[stride][1] for stride in strides])
        self.heads = nn.ModuleList([Head(len(anchors[stride]), labels) for stride in strides])
        self.register_buffer("anchors", torch.cat([grid(size, stride, anchors[stride]) for stride in strides]))
        self.backbone.stem.requires_grad_(False)
        self.backbone.stages[:FROZEN_STAGES].requires_grad_(False)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        # Channels last in memory is what uint8 camera frames already are; the permuted view keeps it.
        x = (images.permute(0, 3, 1, 2).float() - MEAN) / STD
        maps = self.pyramid(self.backbone(x))
        found = [head(x) for head, x in zip(self.heads, maps, strict=True)]
        logits = torch.cat([scores for scores, _ in found], dim=1)
        return logits, decode(torch.cat([offsets for _, offsets in found], dim=1), self.anchors)


def grid(size: Size, stride: int, shapes: Floats) -> Tensor:
    """Anchors as centre x, centre y, width, height: (rows × columns × shapes, 4), in the order of a head's output."""
    rows, columns = -(-size[1] // stride), -(-size[0] // stride)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    centres = (torch.stack([x, y], -1).float().reshape(-1, 1, 2) + 0.5) * stride
    sides = torch.as_tensor(shapes, dtype=torch.float32).reshape(1, -1, 2)
    return torch.cat([centres.expand(-1, sides.shape[1], -1), sides.expand(len(centres), -1, -1)], -1).reshape(-1, 4)


def decode(offsets: Tensor, anchors: Tensor) -> Tensor:
    centres = anchors[:, :2] + offsets[..., :2] * CENTRE_UNIT * anchors[:, 2:]
    sides = anchors[:, 2:] * torch.exp((offsets[..., 2:] * SIZE_UNIT).clamp(max=MAX_SIZE_OFFSET))
    return torch.cat([centres - sides / 2, centres + sides / 2], -1)


def _folded(weights: Mapping[str, Tensor], convolution: str, norm: str) -> tuple[Tensor, Tensor]:
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + 1e-3)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return weights[f"{convolution}.weight"] * scale.reshape(-1, 1, 1, 1), bias


def _set(layer: nn.Conv2d, weight: Tensor, bias: Tensor) -> None:
    layer.weight.data.copy_(weight)
    layer.bias.data.copy_(bias)
