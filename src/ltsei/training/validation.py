"""The scores of a network on the validation data at the end of an epoch."""

from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch
from ltsei.config.optimization import Monitor
from ltsei.numerics.confusion import balanced_accuracy, macro_f1
from ltsei.training.model import Classifier, extract


def validate(
    model: Classifier, loss: nn.Module, data: tuple[Tensor, Tensor] | None, batch_size: int, progress: float
) -> dict[str, float | None]:
    """Return the columns of the history for the validation data: unweighted mean loss and three scores in [0, 1].

    All are None where there are no data, and the loss where it is not finite.

    Args:
        model: on the device of the data.
        loss: of the training.
        data: inputs and labels.
        batch_size: inputs that go through the network at a time.
        progress: of the training, for losses that change with it.
    """
    if data is None:
        return dict.fromkeys(get_args(Monitor))
    inputs, labels = data
    features, output = extract(model, torch.split(inputs, batch_size))
    loss.eval()
    with torch.no_grad():
        value: Any = loss(Batch(output.logits, labels, features, output.extras, progress))
    mean = float(value.per_sample.mean())
    predictions, truth = output.logits.argmax(1).cpu().numpy(), labels.cpu().numpy()
    return {
        "val_loss": mean if np.isfinite(mean) else None,
        "val_accuracy": float((predictions == truth).mean()),
        "val_balanced_accuracy": balanced_accuracy(truth, predictions, output.logits.shape[1]),
        "val_macro_f1": macro_f1(truth, predictions, output.logits.shape[1]),
    }
