"""Label-aware smoothing: the more frequent a class, the softer its labels."""

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, constant, widen
from ltsei.core.context import Context
from ltsei.core.search import Search


class LabelAwareSmoothing(nn.Module):
    """Cross-entropy against a label of which each class spreads its own share.

    Attributes:
        smoothing: share of the label that is spread over the other classes, [C].
    """

    smoothing: Tensor

    def __init__(self, smoothing: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("smoothing", constant(smoothing), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        losses = -widen(batch.logits).log_softmax(1)
        own = losses.gather(1, batch.labels[:, None]).squeeze(1)
        others = (losses.sum(1) - own) / (losses.shape[1] - 1)
        smoothing = self.smoothing[batch.labels]
        return LossValue((1 - smoothing) * own + smoothing * others)


def build(
    context: Context,
    *,
    frequent: Annotated[float, Ge(0), Le(1), Search(0.1, 0.6)] = 0.4,
    rare: Annotated[float, Ge(0), Le(1), Search(0, 0.2)] = 0.1,
    shape: Literal["concave", "linear", "convex"] = "concave",
    spread: Literal["others", "all"] = "others",
) -> LabelAwareSmoothing:
    """Return cross-entropy with the target 1 - ε_y for y and ε_y/(C - 1) for any other class (Zhong et al., CVPR 2021).

    This is the loss of the second stage of MiSLAS. ε_y = rare + (frequent - rare) h(u), where h rises from 0 to 1 and
    u = (n_y - n_min)/(n_max - n_min). Where all classes have the same count, all have ε = `frequent`. The defaults are
    those for CIFAR-100 at ratio 100; the paper lowers both for lower ratios.
    Deviation: the authors' code has the target 1 - ε_y + ε_y/C for y and ε_y/C for any other class (``spread: all``).

    Args:
        context: gives the class counts.
        frequent: ε of the most frequent class.
        rare: ε of the rarest class.
        shape: h(u): ``concave`` sin(πu/2), the paper's choice; ``linear`` u; ``convex`` 1 - cos(πu/2).
        spread: whether ε goes to the ``others`` or to ``all`` classes, y included.
    """
    epsilon = rare + (frequent - rare) * _rise(shape, _frequency(context.class_counts))
    classes = context.num_classes
    return LabelAwareSmoothing(epsilon if spread == "others" else epsilon * (classes - 1) / classes)


def _frequency(class_counts: np.ndarray) -> np.ndarray:
    """Return the position of each count between the smallest (0) and the largest (1), all 1 where these are equal."""
    above = class_counts - class_counts.min()
    return np.asarray(above / above.max()) if above.any() else np.ones(len(above))


def _rise(shape: str, position: np.ndarray) -> np.ndarray:
    """Return h at the positions in [0, 1]."""
    match shape:
        case "concave":
            return np.asarray(np.sin(np.pi / 2 * position))
        case "convex":
            return np.asarray(1 - np.cos(np.pi / 2 * position))
    return position
