"""Class activation maps: which samples of a signal speak for its class."""

from contextlib import nullcontext
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional

from ltsei.components.backbones._shared import TIME, Top, as_image
from ltsei.training.model import Classifier


def class_activation(model: Classifier, signals: Tensor, labels: Tensor) -> Tensor:
    """Return w_y · maps at each sample, float32 [B, L], without gradient (Zhou et al., CVPR 2016, eq. 2).

    The maps are those before pooling, [B, D, T], in evaluation mode, weighted by channel attention where the backbone
    has it, and the result is interpolated from T to L. For a backbone that takes the mean over time, the mean of
    w_y · maps over T is the logit of the class without bias; for one that takes the maximum, no such sum holds.

    Args:
        model: with a linear head and a backbone that has `split`.
        signals: as they are stored, [B, L, channels].
        labels: int64 [B].
    """
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            maps, attention = _maps(model, signals)
    finally:
        model.train(training)
    weights = cast(Tensor, model.head.weight).detach()[labels] * attention
    activation = torch.einsum("bd,bdt->bt", weights, maps)
    return functional.interpolate(activation[:, None], signals.shape[1], mode="linear", align_corners=False)[:, 0]


def _maps(model: Classifier, signals: Tensor) -> tuple[Tensor, Tensor]:
    """Return the maps before pooling, [B, D, T], and the weights of their channels, [B, D] or []."""
    before, top = cast("tuple[torch.nn.Module, Top]", model.backbone.split())  # type: ignore[operator]
    low_precision = torch.autocast(signals.device.type, torch.bfloat16) if model.precision == "bf16" else nullcontext()
    with low_precision:
        maps: Tensor = top.blocks(before(as_image(signals.movedim(-1, 1))))
        attention = torch.ones(()) if top.attention is None else top.attention(maps.mean(TIME), maps.amax(TIME))
    return maps.squeeze(2).float(), attention.to(maps.device).float()
