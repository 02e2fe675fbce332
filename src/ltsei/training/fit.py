"""The training loop of every stage: stage 1 on signals, stage 2 on features, each one tensor on the device."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltsei.config.stages import Pretraining, Stage1, Stage2
from ltsei.config.training import Training
from ltsei.core.context import Context
from ltsei.core.errors import InputError, Interrupted
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import RESUMES, Attempt
from ltsei.training.device import reproducible
from ltsei.training.inputs import CellData
from ltsei.training.loop import TrainingLoop
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective, build_objective
from ltsei.training.signal_memory import Signals, kept_in
from ltsei.training.streams import Stream

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FitResult:
    """The history, a row per epoch, and the epoch (the first is 1) whose weights the model was left with."""

    history: list[dict[str, Any]]
    epoch: int


def fit(
    model: Classifier,
    inputs: Signals,
    labels: Tensor,
    objective: Objective,
    *,
    recipe: Training,
    seed: int,
    purpose: str,
    validation: tuple[Tensor, Tensor] | None = None,
    teacher: np.ndarray | None = None,
    unlabelled: Signals | None = None,
    identity: str = "",
    attempt: Attempt | None = None,
) -> FitResult:
    """Train the parameters of `model` that require a gradient, and leave it with the selected weights.

    Args:
        model: on the device of the inputs.
        inputs: [N, *shape, channels] or [N, D], float32; a tensor on the device, or signals kept elsewhere.
        labels: int64 [N], on the device.
        objective: loss, class weights and draws.
        recipe: all other settings.
        seed: of the experiment.
        purpose: names the random streams of this training.
        validation: inputs and labels on which each epoch is evaluated.
        teacher: logits of the recipe's teacher for the inputs, float32 [N, C].
        unlabelled: signals without labels, as `inputs`.
        identity: names the data; a saved state that belongs to other data, or another teacher, is ignored.
        attempt: where to resume from, and when to stop.

    Raises:
        DivergedError: at the end of an epoch in which a loss or a weight is not finite.
        Interrupted: the attempt was asked to stop.
        InputError: the recipe decides something on validation data, and there are none.
    """
    if (key := recipe.needs_validation()) and validation is None:
        raise InputError(f"{key}: got {getattr(recipe, key)!r}, which needs validation signals, but there are none")
    if teacher is not None and len(teacher) != len(labels):
        raise InputError(f"teacher: got logits of {len(teacher)} signals for {len(labels)} training signals")
    attempt = attempt or Attempt()
    identity = f"{purpose} on {inputs.device.type}, torch {torch.__version__}, {identity}"
    if teacher is not None:
        identity += f", teacher {checkpoint.digest(teacher)}"
    taught = None if teacher is None else torch.from_numpy(teacher).to(inputs.device)
    with reproducible(recipe.threads, inputs.device, seeds.integer(seed, purpose)):
        samplers = {"batches": objective.sampler, "partners": objective.partner_sampler}
        streams = [
            Stream(sampler, inputs, labels, seeds.generator(seed, f"{purpose} {name}"), taught)
            for name, sampler in samplers.items()
            if sampler is not None
        ]
        if unlabelled is not None:
            rng = seeds.generator(seed, f"{purpose} unlabelled")
            streams.append(Stream.of_unlabelled(unlabelled, objective.unlabelled_ratio, rng))
        loop = TrainingLoop(model, objective, streams, recipe, validation)
        _resume(attempt, loop, identity)
        while not loop.finished:
            loop.train_epoch(lambda: _pause(attempt, loop, identity))
            loop.close_epoch()
            attempt.progress(loop.history[-1])
    return FitResult(loop.history, loop.select())


def _resume(attempt: Attempt, loop: TrainingLoop, identity: str) -> None:
    """Bring a new loop to where an earlier attempt was interrupted, if there was one."""
    state = attempt.resume.load(identity) if attempt.resume else None
    if state is not None:
        loop.load_state_dict(state)
        log.info("training resumes in epoch %d after step %d", loop.epoch + 1, loop.step)


def _pause(attempt: Attempt, loop: TrainingLoop, identity: str) -> None:
    """Save the state if that is due, log the position in a long epoch; Interrupted if the job was asked to stop."""
    attempt.heartbeat(loop.epoch + 1, loop.recipe.epochs, loop.step)
    stopping = attempt.stop()
    if attempt.resume and (stopping or attempt.resume.due()):
        attempt.resume.save(identity, loop.state_dict())
    if stopping:
        raise Interrupted(f"stopped in epoch {loop.epoch + 1} after step {loop.step}; {RESUMES}")


def fit_signals(
    model: Classifier,
    recipe: Pretraining | Stage1 | Stage2,
    data: CellData,
    context: Context,
    *,
    seed: int,
    purpose: str,
    start: str = "",
    validate: bool = True,
    teacher: np.ndarray | None = None,
    attempt: Attempt | None = None,
) -> FitResult:
    """Train on the signals of a cell, kept where the attempt says.

    Args:
        model: on the device of the data.
        recipe: with its augmentations.
        data: of the cell.
        context: of the recipe's components.
        seed: of the experiment.
        purpose: as in `fit`.
        start: names the initial weights where the seed does not determine them.
        validate: whether each epoch is evaluated on the validation signals, if there are any.
        teacher: as in `fit`.
        attempt: as in `fit`.
    """
    memory = (attempt or Attempt()).signal_memory
    inputs, labels = data.training(memory)
    validation = data.validation() if validate and len(data.split.val) else None
    unlabelled = data.without_labels(memory) if getattr(recipe, "unlabelled_ratio", None) else None
    kinds = {"training": inputs, "validation": validation[0] if validation else None, "unlabelled": unlabelled}
    _log_places({kind: signals for kind, signals in kinds.items() if signals is not None}, data, purpose)
    draws = seeds.integer(seed, f"{purpose} draws")
    return fit(
        model,
        inputs,
        labels,
        build_objective(recipe, context, seed=draws, device=data.device, augmentations=recipe.augmentations),
        recipe=recipe,
        seed=seed,
        purpose=purpose,
        validation=validation,
        teacher=teacher,
        unlabelled=unlabelled,
        identity=checkpoint.digest(data.identity, start),
        attempt=attempt,
    )


def _log_places(kinds: Mapping[str, Signals], data: CellData, purpose: str) -> None:
    """Log how many signals of each kind there are, their size, and where they are kept."""
    for kind, signals in kinds.items():
        size = len(signals), kind, data.nbytes(len(signals)) / 1e6
        log.info("%s: %d %s signals, %.0f MB, %s", purpose, *size, kept_in(signals))
