"""The scores of a network on the validation data at the end of an epoch."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch
from ltsei.numerics.validation_scores import SCORES
from ltsei.training.model import Classifier, extract


def validate(
    model: Classifier, loss: nn.Module, data: tuple[Tensor, Tensor] | None, batch_size: int, progress: float
) -> dict[str, float | None]:
    """Return the columns of the history for the validation data, named as in `SCORES`.

    ``val_loss`` is the unweighted mean of the training's own loss. All are None where there are no data, and a loss
    where it is not finite.

    Args:
        model: on the device of the data.
        loss: of the training.
        data: inputs and labels.
        batch_size: inputs that go through the network at a time.
        progress: of the training, for losses that change with it.
    """
    if data is None:
        return dict.fromkeys(SCORES)
    inputs, labels = data
    features, output = extract(model, torch.split(inputs, batch_size))
    loss.eval()
    with torch.no_grad():
        value: Any = loss(Batch(output.logits, labels, features, output.extras, progress))
    logits, truth = output.logits.cpu().numpy(), labels.cpu().numpy()
    mean = float(value.per_sample.mean())
    scores = {name: mean if name == "val_loss" else score(logits, truth) for name, score in SCORES.items()}
    return {name: score if math.isfinite(score) else None for name, score in scores.items()}
