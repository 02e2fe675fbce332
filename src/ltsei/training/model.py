"""The model: a backbone from signals to features, and a head from features to logits."""

from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, Literal, Self, cast

import torch
from torch import Tensor, nn

from ltsei.components.heads._shared import HeadOutput
from ltsei.core.context import Context, Spec, prior_context
from ltsei.core.errors import InputError
from ltsei.numerics import seeds
from ltsei.runtime.checkpoint import snapshot


class Classifier(nn.Module):
    """Backbone and head.

    Attributes:
        backbone: [B, channels, *shape] -> [B, D], under bf16 autocast where the precision says so.
        head: [B, D] -> HeadOutput, always float32.
        head_lr_factor: learning rate of the head in units of the backbone's.
    """

    def __init__(self, backbone: nn.Module, head: nn.Module, precision: Literal["float32", "bf16"] = "float32") -> None:
        super().__init__()
        self.backbone, self.head, self.precision = backbone, head, precision
        self.head_lr_factor = 1.0

    def features(self, inputs: Tensor, stream: int | None = None) -> Tensor:
        """Return the features [B, D], float32, of signals as they are stored, [B, *shape, channels].

        The backbone sees them channels-first without a copy, so that in memory they stay channels-last.

        Args:
            inputs: the signals.
            stream: for a backbone with a branch for each stream (`of_stream`), the one they come from: 0 the sampler,
                1 the partner sampler; None: all branches.
        """
        body = getattr(self.backbone, "of_stream", None) if stream is not None else None
        forward = partial(body, stream=stream) if body else self.backbone
        with torch.autocast(inputs.device.type, torch.bfloat16) if self.precision == "bf16" else nullcontext():
            features: Tensor = forward(inputs.movedim(-1, 1))
        return features.float()

    def forward(self, inputs: Tensor) -> tuple[Tensor, HeadOutput]:
        """Return features and the head's output."""
        features = self.features(inputs)
        return features, self.head(features)


class TunedClassifier(Classifier):
    """A trained backbone under a stage-2 mode, which decides what is in training mode and what has a gradient."""

    def __init__(
        self,
        backbone: nn.Module,
        head: nn.Module,
        precision: Literal["float32", "bf16"],
        *,
        tuned: bool,
        bn: Literal["frozen", "shifted", "train_affine"],
    ) -> None:
        """Train the backbone if `tuned`, and its batch normalisation as `bn` says (`settings.Stage2`)."""
        super().__init__(backbone, head, precision)
        self._tuned, self._moving = tuned, bn != "frozen"
        if self._moving and not any(self._norms()):
            raise InputError(f"bn: got {bn} for a backbone without batch normalisation, expected frozen")
        backbone.requires_grad_(tuned)
        for norm in self._norms():
            norm.requires_grad_(bn == "train_affine")

    def train(self, mode: bool = True) -> Self:
        """Switch to training or evaluation; a backbone that is not tuned stays in evaluation mode, without dropout."""
        super().train(mode)
        if mode:
            self.backbone.train(self._tuned)
            for norm in self._norms():
                norm.train(self._moving)
        return self

    def _norms(self) -> Iterator[nn.Module]:
        return (module for module in self.backbone.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm))


def build_classifier(
    backbone: Spec, head: Spec, context: Context, *, seed: int, precision: Literal["float32", "bf16"] = "float32"
) -> Classifier:
    """Return a classifier on the host whose weights depend on seed and architecture alone.

    The backbone draws first, so that methods of one seed start from the same backbone whatever their heads.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seeds.integer(seed, "weights"))
        body = context.build("backbones", backbone)
        top = context_of_head(context, body).build("heads", head)
    return Classifier(body, top, precision)


def extract(model: Classifier, batches: Iterable[Tensor]) -> tuple[Tensor, HeadOutput]:
    """Return features [N, D] and the head's output for them, in evaluation mode and without gradient.

    The head gets all features at once, so that it gives bit-identical logits when it is applied to stored features.

    Args:
        model: on the device of the batches.
        batches: inputs, at least one batch.
    """
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            features = torch.cat([model.features(batch) for batch in batches])
            output: HeadOutput = model.head(features)
    finally:
        model.train(training)
    return features, output


def context_of_head(context: Context, backbone: nn.Module) -> Context:
    """Return the context of a head on a backbone: what its features are."""
    return replace(
        context,
        in_features=cast(int, backbone.out_features),
        bias_columns=cast(tuple[int, ...], getattr(backbone, "bias_columns", ())),
        branches=len(cast(Sized, getattr(backbone, "branches", (None,)))),
    )


def stored_context(context: Context) -> dict[str, Any]:
    """Return what a checkpoint holds of the context of its head."""
    return {
        "class_counts": torch.from_numpy(context.class_counts),
        "signal_shape": tuple(context.signal_shape),
        "sample_rate_hz": context.sample_rate_hz,
        "in_features": context.in_features,
        "bias_columns": context.bias_columns,
        "branches": context.branches,
    }


def restored_context(checkpoint: Mapping[str, Any]) -> Context:
    """Return the context of a checkpoint's head."""
    stored = dict(checkpoint["context"])
    return prior_context(stored.pop("class_counts").numpy(), **stored)


def stored_component(spec: Spec, module: nn.Module) -> dict[str, Any]:
    """Return a trained component as a checkpoint holds it, with its number of parameters."""
    num_parameters = sum(parameter.numel() for parameter in module.parameters())
    return {"spec": spec, "state": snapshot(module), "num_parameters": num_parameters}


def classifier_of(
    of_backbone: Mapping[str, Any], of_head: Mapping[str, Any], precision: Literal["float32", "bf16"] = "float32"
) -> Classifier:
    """Return the classifier of the checkpoints of a trained backbone and a trained head, on the host."""
    return Classifier(restored_component(of_backbone, "backbone"), restored_component(of_head, "head"), precision)


def restored_component(checkpoint: Mapping[str, Any], part: Literal["backbone", "head"]) -> nn.Module:
    """Return the trained backbone or head of a checkpoint, on the host; no global generator is touched."""
    with torch.random.fork_rng(devices=[]):
        module: nn.Module = restored_context(checkpoint).build(f"{part}s", checkpoint[part]["spec"])
    module.load_state_dict(checkpoint[part]["state"])
    return module
