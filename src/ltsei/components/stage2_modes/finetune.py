"""Fine-tuning of the whole classifier."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from annotated_types import Gt
from torch import nn

from ltsei.components.stage2_modes._shared import Prepared, like_stage1
from ltsei.core.context import Context
from ltsei.core.search import Search

MOVES_BACKBONE = True


def build(
    context: Context,
    *,
    init: Literal["stage1", "random"] = "stage1",
    head_lr_factor: Annotated[float, Gt(0), Search(1, 20, "log")] = 1.0,
) -> Callable[[nn.Module, dict[str, Any]], Prepared]:
    """Return the mode fine-tuning: training continues for backbone and head, the backbone at the recipe's `lr`.

    The recipe's `bn` says what batch normalisation does.

    Args:
        context: builds the head.
        init: how the head starts: with the weights of the stage-1 head, which must be of the same kind, or ``random``.
        head_lr_factor: learning rate of the head as a multiple of the recipe's.
    """

    def prepare(stage1_head: nn.Module, head_spec: dict[str, Any]) -> Prepared:
        from_stage1 = init == "stage1"
        head = like_stage1(context, stage1_head, head_spec) if from_stage1 else context.build("heads", head_spec)
        return Prepared(head, list(head.parameters()), lambda trained: (head_spec, trained), head_lr_factor, True)

    return prepare
