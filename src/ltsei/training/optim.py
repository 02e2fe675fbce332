"""Optimizer, learning-rate schedule and weight decay of a recipe."""

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from ltsei.config.optimization import Cosine, CosineRestarts, Milestones, Plateau, Sgd
from ltsei.config.training import Training
from ltsei.core.annotations import Criterion
from ltsei.numerics.validation_scores import cost

NORMS = (nn.modules.batchnorm._NormBase, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm)
WRAPPED = ("add_param_group", "step", "zero_grad", "state_dict", "load_state_dict")


def build_optimizer(recipe: Training, *modules: tuple[nn.Module, float]) -> torch.optim.Optimizer:
    """Return a fused optimizer of the parameters that require a gradient.

    With `decay_norm_and_bias` off, biases and normalisation parameters form groups without weight decay.

    Args:
        recipe: of the training.
        modules: each with a factor for its learning rate; a part with an attribute `lr_factor` multiplies it.
    """
    members: dict[tuple[float, float], list[nn.Parameter]] = {}
    for parameter, norm_or_bias, factor in _trained(*modules):
        decay = 0.0 if norm_or_bias and not recipe.decay_norm_and_bias else recipe.weight_decay
        members.setdefault((decay, factor), []).append(parameter)
    groups = [
        {"params": parameters, "weight_decay": decay, "lr_factor": factor}
        for (decay, factor), parameters in members.items()
    ]
    chosen = recipe.optimizer
    if isinstance(chosen, Sgd):
        sgd = _without_compiler(torch.optim.SGD)
        return sgd(groups, recipe.lr, momentum=chosen.momentum, nesterov=chosen.nesterov, fused=True)
    adam = _without_compiler(torch.optim.Adam if chosen.name == "adam" else torch.optim.AdamW)
    return adam(groups, recipe.lr, betas=(chosen.beta1, chosen.beta2), fused=True)


@functools.cache
def _without_compiler(kind: type[torch.optim.Optimizer]) -> Callable[..., torch.optim.Optimizer]:
    """Return the same optimizer without the wrappers that exclude its methods from torch's compiler.

    Their first call imports that compiler, which takes as long as importing torch: half of the fixed cost of a job.
    """
    plain = {name: inspect.unwrap(getattr(kind, name)) for name in WRAPPED}
    return type(kind.__name__, (kind,), {**plain, "step": torch.no_grad()(plain["step"])})


def _trained(*modules: tuple[nn.Module, float]) -> Iterator[tuple[nn.Parameter, bool, float]]:
    """Yield each trainable parameter once, whether it is a bias or normalisation parameter, and its factor."""
    seen: set[nn.Parameter] = set()
    for module, factor in modules:
        for owner in module.modules():
            for name, parameter in owner.named_parameters(recurse=False):
                if parameter.requires_grad and parameter not in seen:
                    seen.add(parameter)
                    own: float = getattr(owner, "lr_factor", 1.0)
                    yield parameter, name.endswith("bias") or isinstance(owner, NORMS), factor * own


def lr_at(recipe: Training, position: float, history: Sequence[Mapping[str, Any]] = ()) -> float:
    """Return the learning rate at `position` epochs, in [0, epochs]: a linear warm-up, then the schedule.

    A step is taken at its middle, (step + 1/2) / steps per epoch, so that none has a rate of zero.

    Args:
        recipe: of the training.
        position: epochs, in [0, epochs].
        history: a row per finished epoch, for the schedule ``plateau``.
    """
    if position < recipe.warmup_epochs:
        return recipe.lr * position / recipe.warmup_epochs
    done, length = position - recipe.warmup_epochs, recipe.epochs - recipe.warmup_epochs
    match recipe.schedule:
        case Cosine(floor=floor):
            return recipe.lr * _half_cosine(done / length, floor)
        case Milestones(milestones=milestones, gamma=gamma):
            return recipe.lr * gamma ** sum(position >= milestone for milestone in milestones)
        case CosineRestarts(period=period, growth=growth, floor=floor):
            return recipe.lr * _half_cosine(_since_restart(done, period, growth), floor)
        case Plateau(factor=factor, patience=patience, monitor=monitor):
            return recipe.lr * factor ** _plateaus(history, patience, monitor)
    return recipe.lr


def epochs_since_best(history: Sequence[Mapping[str, Any]], monitor: Criterion) -> int:
    """Return the number of epochs since the best value of a column was first reached."""
    values = [cost(row[monitor], monitor) for row in history]
    return len(values) - 1 - values.index(min(values)) if values else 0


def _half_cosine(done: float, floor: float) -> float:
    """Return the factor, which falls from 1 at `done` = 0 to `floor` at 1."""
    return floor + (1 - floor) * (1 + math.cos(math.pi * done)) / 2


def _since_restart(done: float, period: float, growth: float) -> float:
    """Return the fraction of the present period that is done."""
    while done >= period:
        done, period = done - period, period * growth
    return done / period


def _plateaus(history: Sequence[Mapping[str, Any]], patience: int, monitor: Criterion) -> int:
    """Return how often more than `patience` consecutive epochs brought no improvement."""
    plateaus, waited, best = 0, 0, math.inf
    for value in (cost(row[monitor], monitor) for row in history):
        waited = 0 if value < best else waited + 1
        best = min(best, value)
        if waited > patience:
            plateaus, waited = plateaus + 1, 0
    return plateaus


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Set the learning rate of each group times its factor; it is a host value, so no GPU is waited for."""
    for group in optimizer.param_groups:
        group["lr"] = lr * group["lr_factor"]
