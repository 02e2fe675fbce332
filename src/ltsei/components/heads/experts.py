"""One classifier for each branch of a backbone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import torch
from torch import Tensor, nn

from ltsei.components.heads._shared import HeadOutput, in_features
from ltsei.core.context import Context, Spec

REQUIRES = {"backbone": ["branched"]}


class Experts(nn.Module):
    """The mean of the logits of E classifiers, each of which sees the features of its own branch.

    Attributes:
        experts: [B, D / E] -> HeadOutput, each.
    """

    def __init__(self, experts: Sequence[nn.Module]) -> None:
        super().__init__()
        self.experts = nn.ModuleList(experts)

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the mean logits and each expert's, ``expert_logits`` [B, E, C].

        In evaluation also their equal ``gate`` and what each predicts alone, ``choices`` [B, E]; of cosine heads also
        ``scale``.
        """
        branches = features.chunk(len(self.experts), 1)
        outputs: list[HeadOutput] = [expert(branch) for expert, branch in zip(self.experts, branches, strict=True)]
        logits = torch.stack([output.logits for output in outputs], 1)
        extras = {"expert_logits": logits}
        if "scale" in outputs[0].extras:
            extras["scale"] = outputs[0].extras["scale"]
        if not self.training:
            extras |= {"gate": torch.full_like(logits[..., 0], 1 / len(outputs)), "choices": logits.argmax(2)}
        return HeadOutput(logits.mean(1), extras)


def build(context: Context, *, head: Annotated[Spec, "heads"] = "linear") -> Experts:
    """Return a head for each branch of a backbone, whose logits are averaged (Wang et al., ICLR 2021, RIDE).

    The losses `ride`, `sade`, `balpoe` and `ncl` train each expert by itself; any other loss trains their mean.

    Args:
        context: gives D and C, and the number E of branches; without branches there is one expert.
        head: that of each expert, such as `linear` or `cosine`.
    """
    each = replace(context, in_features=in_features(context) // context.branches)
    return Experts([each.build("heads", head) for _ in range(context.branches)])
