"""What a stage-2 mode prepares, and how it takes over the stage-1 head."""

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn

from ltsei.components import Context, Spec
from ltsei.errors import InputError


class Prepared(NamedTuple):
    """A head ready for stage 2.

    Attributes:
        head: the module to train, [B, D] -> HeadOutput.
        parameters: those which may change; all others of `head` stay as they are.
        fold: trained `head` -> (specification, plain module) of a head that any later stage can load.
    """

    head: nn.Module
    parameters: list[nn.Parameter]
    fold: Callable[[nn.Module], tuple[dict[str, Any], nn.Module]]


def like_stage1(context: Context, stage1_head: nn.Module, spec: Spec) -> nn.Module:
    """Return a head built from `spec` with the stage-1 head's weights; InputError where they do not fit."""
    head: nn.Module = context.build("heads", spec)
    try:
        if type(head) is not type(stage1_head):
            raise RuntimeError(f"{type(stage1_head).__name__} is not {type(head).__name__}")
        head.load_state_dict(stage1_head.state_dict())
    except RuntimeError as error:
        raise InputError(f"head: stage 2 goes on from stage 1 and needs the same head there, got {error}") from error
    return head
