"""Alignment of the scores of a frozen classifier."""

from collections.abc import Callable
from typing import Any

from torch import nn

from ltsei.components.stage2_modes._shared import Prepared
from ltsei.core.context import Context
from ltsei.core.errors import InputError

REQUIRES = {"head": ["disalign"]}
CLASSIFIER = ("weight", "bias")
LINEAR = ("Linear", "DisAlign")


def build(context: Context) -> Callable[[nn.Module, dict[str, Any]], Prepared]:
    """Return the mode DisAlign: α, β and the confidence of the head `disalign` are trained (Zhang et al., CVPR 2021).

    Backbone and classifier stay those of stage 1, which needs a linear head. The paper's loss is cross-entropy with
    class weights n_c^(-1.2) and the instance-balanced sampler.

    Args:
        context: builds the head.
    """

    def prepare(stage1_head: nn.Module, head_spec: dict[str, Any]) -> Prepared:
        head: nn.Module = context.build("heads", head_spec)
        classifier = {name: value for name, value in stage1_head.state_dict().items() if name in CLASSIFIER}
        names = {name for name in head.state_dict() if name in CLASSIFIER}
        if type(stage1_head).__name__ not in LINEAR or set(classifier) != names:
            kind = type(stage1_head).__name__
            raise InputError(f"head: DisAlign continues a linear head, got {kind} with {sorted(classifier)}")
        head.load_state_dict(classifier, strict=False)
        aligned = [parameter for name, parameter in head.named_parameters() if name not in CLASSIFIER]
        return Prepared(head, aligned, lambda trained: (head_spec, trained))

    return prepare
