"""The way of a batch through the network: augmented, mixed where the recipe mixes, and what the loss asks for."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ltsei.components.heads._shared import HeadOutput
from ltsei.components.losses._shared import Batch, UnlabelledViews
from ltsei.components.mixers._shared import Mixer, Pair
from ltsei.training.class_activation import class_activation
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective
from ltsei.training.streams import Drawn


class Presented(NamedTuple):
    """What the network returned for a batch.

    Attributes:
        features: [B, D], mixed where the recipe mixes.
        output: of the head.
        labels: one or two labels of each signal, int64 [B] each.
        teachers: logits of the teacher for the signal that each label comes from, [B, C] each, or None.
        shares: of these labels, [B] each; empty where there is one label.
    """

    features: Tensor
    output: HeadOutput
    labels: tuple[Tensor, ...]
    teachers: tuple[Tensor | None, ...]
    shares: tuple[Tensor, ...] = ()


def presented(model: Classifier, objective: Objective, drawn: Sequence[Drawn], progress: float) -> Presented:
    """Run the network on a batch, mixed as the objective says."""
    activation = partial(class_activation, model)
    first, mixer = objective.augmented(drawn[0], activation), objective.mixer
    if mixer is None:
        features, output = model(first)
        return Presented(features, output, (drawn[0].labels,), (drawn[0].teacher,))
    order = None
    if len(drawn) == 1:
        order = torch.randperm(len(first), generator=objective.generator, device=first.device)
    partner = drawn[-1]
    labels = drawn[0].labels, partner.labels if order is None else partner.labels[order]
    teachers = drawn[0].teacher, partner.teacher if order is None or partner.teacher is None else partner.teacher[order]
    second = objective.augmented(partner, activation) if order is None else first
    features, share = _mixed(model, mixer, (first, second), order, (labels, progress, objective.generator))
    return Presented(features, model.head(features), labels, teachers, (share, 1 - share))


def _mixed(
    model: Classifier,
    mixer: Mixer,
    inputs: tuple[Tensor, Tensor],
    order: Tensor | None,
    known: tuple[tuple[Tensor, Tensor], float, torch.Generator],
) -> tuple[Tensor, Tensor]:
    """Return the features of mixed signals, or mixed features, and the share of the first label.

    Args:
        model: in training mode.
        mixer: of the recipe.
        inputs: the two batches; the same one twice where `order` is given.
        order: of the second batch.
        known: labels, progress and generator, the other fields of `Pair`.
    """
    first, second = inputs
    if mixer.level == "signals":
        mixed = mixer.mix(Pair(first, second if order is None else first[order], *known))
        return model.features(mixed.values), mixed.share
    features = model.features(first, stream=0)
    others = model.features(second, stream=1) if order is None else features[order]
    mixed = mixer.mix(Pair(features, others, *known))
    return mixed.values, mixed.share


def asked_for(
    model: Classifier, objective: Objective, drawn: Sequence[Drawn], first: Presented, progress: float
) -> dict[str, Any]:
    """Return what the loss asks for beside the batch: further views, the partner batch, unlabelled signals.

    Args:
        model: in training mode.
        objective: with the loss.
        drawn: the batches of the step.
        first: what the network returned for the batch, its first view.
        progress: of the training, in [0, 1].
    """
    known: dict[str, Any] = {}
    activation = partial(class_activation, model)
    if objective.views > 1:
        again = (objective.augmented(drawn[0], activation) for _ in range(objective.views - 1))
        views = [(first.features, first.output), *map(model, again)]
        known["views"] = torch.stack([features for features, _ in views])
        known["view_logits"] = torch.stack([output.logits for _, output in views])
    if objective.sees_partner:
        partner = drawn[1]
        others, output = model(objective.augmented(partner, activation))
        known["partner"] = Batch(
            output.logits, partner.labels, others, output.extras, progress, teacher=partner.teacher
        )
    if drawn[0].unlabelled is not None:
        known["unlabelled"] = _unlabelled_views(model, objective, drawn[0].unlabelled)
    return known


def _unlabelled_views(model: Classifier, objective: Objective, drawn: Drawn) -> UnlabelledViews:
    """Return the logits of a weak view, without gradient, and of a strong one; both count for batch statistics."""
    activation = partial(class_activation, model)
    weak = objective.augmented(drawn, activation)
    strong = objective.strengthened(objective.augmented(drawn, activation))
    with torch.no_grad():
        _, seen = model(weak)
    _, output = model(strong)
    return UnlabelledViews(seen.logits, output.logits)
