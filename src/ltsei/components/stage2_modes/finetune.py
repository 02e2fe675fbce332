"""Fine-tuning of the whole classifier."""

from collections.abc import Callable
from typing import Any, Literal

from torch import nn

from ltsei.components.stage2_modes._shared import Prepared, like_stage1
from ltsei.core.context import Context
from ltsei.core.errors import InputError

MOVES_BACKBONE = True


def build(
    context: Context, *, init: Literal["stage1", "random"] = "stage1", head_lr_factor: float = 1.0
) -> Callable[[nn.Module, dict[str, Any]], Prepared]:
    """Return the mode fine-tuning: backbone and head are trained on, the backbone at the recipe's learning rate.

    What batch normalisation does is the recipe's `bn`.

    Args:
        context: builds the head.
        init: the weights of the stage-1 head, which must be of the same kind, or a new head.
        head_lr_factor: learning rate of the head in units of the recipe's, > 0.
    """
    if head_lr_factor <= 0:
        raise InputError(f"head_lr_factor: got {head_lr_factor}, expected a number above 0")

    def prepare(stage1_head: nn.Module, head_spec: dict[str, Any]) -> Prepared:
        from_stage1 = init == "stage1"
        head = like_stage1(context, stage1_head, head_spec) if from_stage1 else context.build("heads", head_spec)
        return Prepared(head, list(head.parameters()), lambda trained: (head_spec, trained), head_lr_factor, True)

    return prepare
