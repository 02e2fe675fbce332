"""Linear head."""

from typing import Annotated, Literal

from annotated_types import Ge
from torch import nn

from ltsei.components.heads._shared import Linear, in_features, initialised
from ltsei.core.context import Context


def build(
    context: Context,
    *,
    bias: bool = True,
    init: Literal["default", "balanced_xavier", "kaiming"] = "default",
    bias_init: Literal["default", "zero", "log_prior", "one_vs_rest"] = "default",
    tau: Annotated[float, Ge(0)] = 1.0,
) -> Linear:
    """Return a linear head; by default with PyTorch's usual initialisation, U(-1/√D, 1/√D).

    Args:
        context: gives D and C, and the class counts for the prior.
        bias: whether each class has a bias.
        init: how the weights start; ``balanced_xavier``: uniform as in Glorot & Bengio (AISTATS 2010), then every class
            is scaled to their root-mean-square length √(2D/(C + D)), so that none starts ahead; ``kaiming``: normal
            with variance 2/D (He et al., ICCV 2015), as in the official code of LDAM-DRW.
        bias_init: how the biases start; ``log_prior``: tau log(n_c/N), with which the softmax starts at the prior for
            tau = 1; ``one_vs_rest``: -log(C - 1), with which every sigmoid starts at 1/C (Cui et al., CVPR 2019).
        tau: strength of ``log_prior`` (Menon et al., ICLR 2021, section 5.1).
    """
    head = initialised(Linear(in_features(context), context.num_classes, bias), context, init, bias_init, tau)
    if init == "kaiming":
        nn.init.kaiming_normal_(head.weight)
    return head
