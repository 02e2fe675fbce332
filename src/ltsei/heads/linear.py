"""Linear head."""

from torch import Tensor, nn
from torch.nn import functional

from ltsei.components import Context
from ltsei.heads._shared import HeadOutput, in_features


class Linear(nn.Module):
    """z = Wf + b.

    Attributes:
        weight: [C, D].
        bias: [C], or None.
    """

    def __init__(self, in_features: int, num_classes: int, bias: bool) -> None:
        super().__init__()
        layer = nn.Linear(in_features, num_classes, bias=bias)
        self.weight, self.bias = layer.weight, layer.bias if bias else None

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits."""
        return HeadOutput(functional.linear(features, self.weight, self.bias))


def build(context: Context, *, bias: bool = True) -> Linear:
    """Return a linear head with PyTorch's usual initialisation, U(-1/√D, 1/√D).

    Args:
        context: gives D and C.
        bias: whether each class has an offset.
    """
    return Linear(in_features(context), context.num_classes, bias)
