"""The post-hoc steps of stage 3 as one module, for signals outside the experiment and for exported graphs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.stage3_steps._shared import Outputs, Step, TrainingSet
from ltsei.components.stage3_steps.ncm import NearestClassMean
from ltsei.core import registry
from ltsei.core.context import Context, build_component
from ltsei.core.errors import InputError


class Affine(nn.Module):
    """z · factor + shift for each class: steps that change the logits alone."""

    factor: Tensor
    shift: Tensor

    def __init__(self, factor: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("factor", factor)
        self.register_buffer("shift", shift)

    def forward(self, features: Tensor, logits: Tensor) -> Tensor:
        """Return the changed logits [B, C]."""
        return logits * self.factor + self.shift


class LinearScores(nn.Module):
    """f · weightᵀ + shift: steps that replace a linear head by another one."""

    weight: Tensor
    shift: Tensor

    def __init__(self, weight: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("shift", shift)

    def forward(self, features: Tensor, logits: Tensor) -> Tensor:
        """Return the logits of the new head [B, C]."""
        return functional.linear(features, self.weight, self.shift)


class MeanScores(nn.Module):
    """The scores of the step `ncm`, plus shift.

    Attributes:
        columns: of the features that count, int64.
        unit: bool, whether features are scaled to length 1.
        cosine: bool, whether scores are cosines instead of minus squared distances.
    """

    columns: Tensor
    origin: Tensor
    means: Tensor
    shift: Tensor

    def __init__(
        self, columns: Tensor, origin: Tensor, means: Tensor, shift: Tensor, unit: Tensor, cosine: Tensor
    ) -> None:
        super().__init__()
        tensors = {"columns": columns, "origin": origin, "means": means, "shift": shift, "unit": unit, "cosine": cosine}
        for name, tensor in tensors.items():
            self.register_buffer(name, tensor)
        self._unit, self._cosine = bool(unit), bool(cosine)

    def forward(self, features: Tensor, logits: Tensor) -> Tensor:
        """Return the scores [B, C]."""
        centred = features[:, self.columns] - self.origin
        if self._unit or self._cosine:
            centred = functional.normalize(centred, dim=1)
        if self._cosine:
            return functional.linear(centred, functional.normalize(self.means, dim=1), self.shift)
        squares = centred.square().sum(1, keepdim=True) + self.means.square().sum(1)
        return 2 * functional.linear(centred, self.means) - squares + self.shift


LAYERS: Mapping[str, type[nn.Module]] = {"affine": Affine, "linear": LinearScores, "means": MeanScores}
"""The kinds of layers, as a checkpoint names them."""


class PostHoc(nn.Module):
    """Post-hoc steps in order."""

    def __init__(self, layers: Iterable[nn.Module] = ()) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, features: Tensor, logits: Tensor) -> Tensor:
        """Return the logits after all steps [B, C], of features [B, D] and logits [B, C]."""
        for layer in self.layers:
            logits = layer(features, logits)
        return logits

    def stored(self) -> list[dict[str, Any]]:
        """Return what a checkpoint holds of the steps."""
        kinds = {layer: kind for kind, layer in LAYERS.items()}
        return [{"kind": kinds[type(layer)], "state": dict(layer.state_dict())} for layer in self.layers]


def restored_post_hoc(stored: Sequence[Mapping[str, Any]]) -> PostHoc:
    """Return the steps of a checkpoint."""
    return PostHoc(LAYERS[layer["kind"]](**layer["state"]) for layer in stored)


def post_hoc(
    steps: Sequence[Mapping[str, Any]], context: Context, head: Mapping[str, Any], training: TrainingSet | None
) -> PostHoc:
    """Return the steps that `stage3.adjust` returned, as layers.

    A step that changes logits alone is affine in them, so what it makes of 0 and of 1 is all there is to know.

    Args:
        steps: with all their parameters.
        context: of the head.
        head: what `stage3.linear_head` returns of it.
        training: features and labels of the training signals, where a step uses them.
    """
    probes = np.repeat([[0.0], [1.0]], context.num_classes, axis=1)
    width = context.in_features or 0
    outputs = Outputs(probes, np.zeros((2, width)), **head)
    layers = []
    for spec in steps:
        step: Step = build_component("stage3_steps", spec, context)
        step.fit(outputs, np.zeros(0, dtype=np.int64), training)
        outputs = step.apply(replace(outputs, logits=probes))
        layers.append(_layer(spec, step, outputs, width))
    return PostHoc(layers)


def _layer(spec: Mapping[str, Any], step: Step, outputs: Outputs, width: int) -> nn.Module:
    """Return a step as a layer; `outputs` are those that it returned for logits of 0 and of 1."""
    if "features" not in registry.declared("stage3_steps", spec["name"], "USES", []):
        zero, one = outputs.logits
        return Affine(_tensor(one - zero), _tensor(zero))
    shift = sum(
        (each for each in (outputs.bias, outputs.offset) if each is not None), np.zeros(outputs.logits.shape[1])
    )
    if outputs.weight is not None:
        return LinearScores(_tensor(outputs.weight), _tensor(shift))
    if not isinstance(step, NearestClassMean) or step.origin is None:
        raise InputError(f"stage3.{spec['name']}: replaces the head in a way that no layer computes; use another cell")
    columns = np.delete(np.arange(width), outputs.bias_columns)
    flags = {"unit": torch.tensor(step.unit), "cosine": torch.tensor(step.cosine)}
    return MeanScores(torch.from_numpy(columns), _tensor(step.origin), _tensor(step.means), _tensor(shift), **flags)


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.asarray(values, dtype=np.float32))
