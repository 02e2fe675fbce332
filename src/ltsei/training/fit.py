"""The one training loop: stage 1 on signals, stage 2 on features, each a tensor that lies on the device."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltsei.components.heads._shared import HeadOutput
from ltsei.config.stages import Stage1, Stage2, Training
from ltsei.core import files
from ltsei.core.context import Context
from ltsei.core.errors import InputError, Interrupted
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint
from ltsei.runtime.checkpoint import Resume
from ltsei.training.device import reproducible
from ltsei.training.inputs import CellData
from ltsei.training.loop import TrainingLoop
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective, build_objective

log = logging.getLogger(__name__)
MIXTURE = ("gate", "choices")
"""What the head of a mixture says beside its logits and is worth keeping."""
SAMPLE = 500
"""So many test signals have their features kept with the logits, for a map of the representation."""


@dataclass(frozen=True)
class Attempt:
    """One attempt of a job at a training; another one goes on where it was interrupted, to the same bytes.

    Attributes:
        resume: where the state is kept.
        progress: called with each new row of the history.
        stop: asked after every step whether to save the state and stop.
        heartbeat: called after every step with epoch, epochs and steps done in this epoch.
    """

    resume: Resume | None = None
    progress: Callable[[Mapping[str, Any]], None] = lambda row: None
    stop: Callable[[], bool] = lambda: False
    heartbeat: Callable[[int, int, int], None] = lambda epoch, epochs, step: None

    def restore(self, run: TrainingLoop, identity: str) -> None:
        """Bring a new run to where an earlier attempt was interrupted, if there was one."""
        state = self.resume.load(identity) if self.resume else None
        if state is not None:
            run.load_state_dict(state)
            log.info("training goes on in epoch %d after step %d", run.epoch + 1, run.step)

    def pause(self, run: TrainingLoop, identity: str) -> None:
        """Save the state if it is time to, say where a long epoch is; Interrupted if it is time to stop."""
        self.heartbeat(run.epoch + 1, run.recipe.epochs, run.step)
        stopping = self.stop()
        if self.resume and (stopping or self.resume.due()):
            self.resume.save(identity, run.state_dict())
        if stopping:
            raise Interrupted(f"stopped in epoch {run.epoch + 1} after step {run.step}; run the same command to go on")


@dataclass(frozen=True)
class Trained:
    """What a trained stage leaves behind.

    Attributes:
        checkpoint: components, their weights, and what they know of their context.
        history: a row per epoch.
        logits: float32 [N, C] of the parts ``val`` (N = 0 without validation) and ``test``, and of a mixture of heads
            on ``test`` its shares ``gate`` [N, E] and what each expert chooses, ``choices`` [N, E]; with them
            ``num_parameters`` of backbone and head, and, where a backbone was trained, what `sampled` returns.
    """

    checkpoint: dict[str, Any]
    history: list[dict[str, Any]]
    logits: dict[str, np.ndarray]

    def write(self, *, model: str | Path, history: str | Path, logits: str | Path) -> None:
        """Write the three files; equal trainings give equal bytes."""
        checkpoint.save(model, self.checkpoint)
        files.write_csv(history, list(self.history[0]), self.history)
        files.write_npz(logits, **self.logits)


def outputs(found: Mapping[str, HeadOutput], *trained: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return what `Trained.logits` holds, from what a head makes of the parts ``val`` and ``test``.

    Args:
        found: part -> output.
        trained: backbone and head as a checkpoint holds them.
    """
    logits = {part: output.logits.cpu().numpy() for part, output in found.items()}
    mixture = {name: found["test"].extras[name].cpu().numpy() for name in MIXTURE if name in found["test"].extras}
    return logits | mixture | {"num_parameters": np.array(sum(part["num_parameters"] for part in trained))}


def sampled(features: Tensor) -> dict[str, np.ndarray]:
    """Return the features of at most `SAMPLE` test signals, always the same ones.

    Returns:
        ``sample``: their indices, int64 [M], ascending; ``features``: float16 [M, D].
    """
    chosen = seeds.sample(len(features), SAMPLE)
    return {"sample": chosen, "features": features[torch.from_numpy(chosen)].half().cpu().numpy()}


@dataclass(frozen=True)
class FitResult:
    """The history, a row per epoch, and the epoch (the first is 1) whose weights the model was left with."""

    history: list[dict[str, Any]]
    epoch: int


def fit(
    model: Classifier,
    inputs: Tensor,
    labels: Tensor,
    objective: Objective,
    *,
    recipe: Training,
    seed: int,
    purpose: str,
    validation: tuple[Tensor, Tensor] | None = None,
    identity: str = "",
    attempt: Attempt | None = None,
) -> FitResult:
    """Train those parameters of `model` which require a gradient, and leave it with the chosen weights.

    Args:
        model: on the device of the inputs.
        inputs: [N, *shape, channels] or [N, D], float32.
        labels: int64 [N], on the same device.
        objective: loss, class weights and draws.
        recipe: all other settings.
        seed: of the experiment.
        purpose: names this training's random streams.
        validation: inputs and labels by which each epoch is rated.
        identity: names the data; a state that belongs to other data is not gone on with.
        attempt: what this attempt goes on from, and when it stops.

    Raises:
        DivergedError: at the end of an epoch in which a loss or a weight is not finite.
        Interrupted: the attempt was asked to stop.
        InputError: something is decided on validation data, and there are none.
    """
    if (key := recipe.needs_validation()) and validation is None:
        raise InputError(f"{key}: got {getattr(recipe, key)!r}, which needs validation signals, and there are none")
    attempt = attempt or Attempt()
    identity = f"{purpose} on {inputs.device.type}, torch {torch.__version__}, {identity}"
    with reproducible(recipe.threads, inputs.device, seeds.integer(seed, purpose)):
        run = TrainingLoop(
            model, inputs, labels, objective, recipe, validation, seeds.generator(seed, f"{purpose} batches")
        )
        attempt.restore(run, identity)
        while not run.finished:
            run.train_epoch(lambda: attempt.pause(run, identity))
            run.close_epoch()
            attempt.progress(run.history[-1])
    return FitResult(run.history, run.choose())


def fit_signals(
    model: Classifier,
    recipe: Stage1 | Stage2,
    data: CellData,
    context: Context,
    *,
    seed: int,
    purpose: str,
    start: str = "",
    attempt: Attempt | None = None,
) -> FitResult:
    """Train on the signals of a cell, which lie on the device for as long as this takes.

    Args:
        model: on the device of the data.
        recipe: with its augmentations.
        data: of the cell.
        context: of the recipe's components.
        seed: of the experiment.
        purpose: as in `fit`.
        start: names the weights to start from, where they are not those of the seed.
        attempt: as in `fit`.
    """
    inputs, labels = data.resident("train")
    validation = data.resident("val") if len(data.split.val) else None
    held = inputs.nbytes + (validation[0].nbytes if validation else 0)
    text = "%s: on %s %d training and %d validation signals, %.0f MB; all %.0f MB stay on disk, read as they are needed"
    counts = len(data.split.train), len(data.split.val)
    log.info(text, purpose, data.device, *counts, held / 1e6, data.store.nbytes / 1e6)
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
        identity=checkpoint.digest(data.identity, start),
        attempt=attempt,
    )
