"""Classifier re-training."""

from collections.abc import Callable
from typing import Any, Literal

from torch import nn

from ltsei.components.stage2_modes._shared import Prepared, like_stage1
from ltsei.core.context import Context


def build(
    context: Context, *, init: Literal["random", "stage1"] = "random"
) -> Callable[[nn.Module, dict[str, Any]], Prepared]:
    """Return the mode cRT: a whole head is trained on frozen features (Kang et al., ICLR 2020, section 4).

    Deviation: the authors' code keeps updating the backbone's batch-normalisation statistics; here, unless the recipe
    says otherwise (`bn`), the backbone is in evaluation mode, so that stage 2 can work on cached features.

    Args:
        context: builds the head.
        init: how the head starts: ``random``, as in the paper, or with the weights of the stage-1 head, which must be
            of the same kind.
    """

    def prepare(stage1_head: nn.Module, head_spec: dict[str, Any]) -> Prepared:
        from_stage1 = init == "stage1"
        head = like_stage1(context, stage1_head, head_spec) if from_stage1 else context.build("heads", head_spec)
        return Prepared(head, list(head.parameters()), lambda trained: (head_spec, trained))

    return prepare
