"""What a stage-2 mode prepares, and how it takes over the stage-1 head."""

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn

from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError


class Prepared(NamedTuple):
    """A head ready for stage 2.

    Attributes:
        head: the module to train, [B, D] -> HeadOutput.
        parameters: those that may change; all others of `head` stay as they are.
        fold: trained `head` -> (specification, plain module) of a head that any later stage can load.
        lr_factor: learning rate of `parameters` as a multiple of the recipe's.
        tunes_backbone: whether the backbone is trained too.
    """

    head: nn.Module
    parameters: list[nn.Parameter]
    fold: Callable[[nn.Module], tuple[dict[str, Any], nn.Module]]
    lr_factor: float = 1.0
    tunes_backbone: bool = False


def like_stage1(context: Context, stage1_head: nn.Module, spec: Spec) -> nn.Module:
    """Return a head built from `spec` with the stage-1 head's weights; InputError where they do not fit."""
    head: nn.Module = context.build("heads", spec)
    before, after = _form(stage1_head), _form(head)
    if before != after:
        raise InputError(f"head: stage 2 continues the head of stage 1, got {after} after {before}, expected the same")
    head.load_state_dict(stage1_head.state_dict())
    return head


def _form(head: nn.Module) -> tuple[str, dict[str, tuple[int, ...]]]:
    """Return the class of a head and the shape of each of its tensors."""
    return type(head).__name__, {name: tuple(value.shape) for name, value in head.state_dict().items()}
