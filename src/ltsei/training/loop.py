"""The state of a training: its epochs, steps, history and best weights."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.config.training import Training
from ltsei.numerics.validation_scores import cost
from ltsei.runtime.checkpoint import snapshot
from ltsei.training.device import random_state, set_random_state
from ltsei.training.divergence import check_finite
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective
from ltsei.training.optim import build_optimizer, epochs_since_best, lr_at, set_lr
from ltsei.training.repeatable_step import RepeatableStep
from ltsei.training.sampling import batch_slices
from ltsei.training.streams import Stream, step_batches
from ltsei.training.training_step import add_gradient, step_shares
from ltsei.training.validation import validate

Row = dict[str, Any]
Records = dict[str, Tensor]
PLAIN_STATE = ("epoch", "step", "history", "best")


class TrainingLoop:
    """A training between two steps; `fit.fit` documents the arguments.

    Attributes:
        epoch: epochs done.
        step: steps done in the present epoch.
        streams: what the recipe's sampler draws, and its partner sampler where it has one.
        records: loss, terms and accuracy of the epoch's steps, on the device.
        history: a row per epoch done.
        best: cost, epoch and weights of the best epoch, where the recipe selects by it.
    """

    def __init__(
        self,
        model: Classifier,
        objective: Objective,
        streams: Sequence[Stream],
        recipe: Training,
        validation: tuple[Tensor, Tensor] | None,
    ) -> None:
        self.model, self.objective, self.streams = model, objective, streams
        self.recipe, self.validation, self.device = recipe, validation, streams[0].labels.device
        self.optimizer = build_optimizer(
            recipe, (model.backbone, 1.0), (model.head, model.head_lr_factor), (objective.loss, 1.0)
        )
        self.parameters = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        if objective.update:
            objective.update.start(model)
        self.epoch, self.step = 0, 0
        self.records: dict[str, list[Tensor]] = {}
        self.history: list[Row] = []
        self.best: dict[str, Any] | None = None

    @property
    def progress(self) -> float:
        """epoch/(epochs - 1), 1 where there is one epoch."""
        return self.epoch / (self.recipe.epochs - 1) if self.recipe.epochs > 1 else 1.0

    def train_epoch(self, after_step: Callable[[], None]) -> None:
        """Do the remaining steps of this epoch, without waiting for a GPU."""
        if self.streams[0].order is None:
            self._open_epoch()
        class_weights = torch.as_tensor(self.objective.class_weights(self.progress), dtype=torch.float32)
        class_weights = class_weights.to(self.device)
        weights = class_weights[self.streams[0].epoch_labels]
        batches, size = self._batches(len(weights)), self.recipe.accumulate
        steps = [batches[start : start + size] for start in range(0, len(batches), size)]
        self.model.train()
        self.objective.loss.train()
        for step in range(self.step, len(steps)):
            set_lr(self.optimizer, self._lr(step, len(steps)))
            self.optimizer.zero_grad()
            self._record(self._take_gradient(partial(self._add_gradients, steps[step], class_weights, weights)))
            if self.recipe.gradient_clip is not None:
                nn.utils.clip_grad_norm_(self.parameters, self.recipe.gradient_clip)
            self.optimizer.step()
            if self.objective.update:
                self.objective.update.constrain()
            self.step = step + 1
            after_step()

    def _open_epoch(self) -> None:
        """Draw the epoch; the partner stream is as long as the other."""
        main, *partners = self.streams
        length = main.open_epoch(self.progress)
        for partner in partners:
            partner.open_epoch(self.progress, length)
        self.objective.begin_epoch(self.progress)

    def _batches(self, length: int) -> list[slice]:
        return batch_slices(length, self.recipe.batch_size, self.recipe.merge_last_below)

    def _take_gradient(self, add_gradients: Callable[[Tensor | None], list[Records]]) -> list[Records]:
        """Compute the gradient with which the optimizer steps, and return the records of its batches."""
        if self.objective.update is None:
            return add_gradients(None)
        modules = self.model, self.objective.loss
        step = RepeatableStep(add_gradients, self.parameters, modules, self.objective.generator)
        self.objective.update.take_gradient(step)
        return step.records or []

    def _add_gradients(
        self, step: Sequence[slice], class_weights: Tensor, weights: Tensor, factors: Tensor | None
    ) -> list[Records]:
        """Add the gradient of each batch of a step at the present weights, and return the batches' records."""
        records, reduction = [], self.recipe.reduction
        for rows in step:
            shares = step_shares(rows, step, weights, reduction)
            drawn = step_batches(self.streams, rows)
            how = self.progress, reduction, shares, factors
            records.append(add_gradient(self.model, self.objective, drawn, class_weights, *how))
        return records

    def _record(self, batches: list[Records]) -> None:
        for records in batches:
            for name, record in records.items():
                self.records.setdefault(name, []).append(record)

    def close_epoch(self) -> None:
        """Add the epoch's row to the history and save the best weights; DivergedError where it diverged."""
        row: Row = {"epoch": self.epoch + 1, "progress": self.progress, "learning_rate": self._lr(0, 1)}
        row |= self._train_means()
        row |= validate(self.model, self.objective.loss, self.validation, self.recipe.batch_size, self.progress)
        self.history.append(row)
        value = cost(row[self.recipe.select_by], self.recipe.select_by)
        if self.recipe.select == "best" and (self.best is None or value < self.best["cost"]):
            self.best = {"cost": value, "epoch": self.epoch + 1, "state": snapshot(self.model)}
        self.epoch, self.step, self.records = self.epoch + 1, 0, {}
        for stream in self.streams:
            stream.close_epoch()

    def _train_means(self) -> Row:
        """Return the mean of each record over the epoch's draws, in one transfer from the device."""
        length = len(self.streams[0].epoch_labels)
        sizes = np.array([rows.stop - rows.start for rows in self._batches(length)])
        norm = nn.utils.get_total_norm([parameter.detach() for parameter in self.parameters])
        values = torch.stack([torch.stack(column) for column in self.records.values()]).cpu().double().numpy()
        where = f"epoch {self.epoch + 1} of {self.recipe.epochs}"
        check_finite(values[0], float(norm), where, lambda batch: self._lr(batch, len(values[0])))
        return dict(zip(self.records, ((values * sizes).sum(1) / sizes.sum()).tolist(), strict=True))

    def _lr(self, step: int, steps: int) -> float:
        return lr_at(self.recipe, self.epoch + (step + 0.5) / steps, self.history)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or early stopping has run out of patience."""
        stopping = self.recipe.early_stopping
        waited = epochs_since_best(self.history, stopping.monitor) if stopping else 0
        return self.epoch == self.recipe.epochs or (stopping is not None and waited >= stopping.patience)

    def select(self) -> int:
        """Load the selected weights into the model and return their epoch, counted from 1."""
        if self.best is None:
            return self.epoch
        self.model.load_state_dict(self.best["state"])
        return int(self.best["epoch"])

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on."""
        return {
            "model": self.model.state_dict(),
            "loss": self.objective.loss.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "streams": [stream.state_dict() for stream in self.streams],
            "generator": self.objective.generator.get_state(),
            "random": random_state(self.device),
            "records": {name: torch.stack(column) for name, column in self.records.items()},
            "plain": {name: getattr(self, name) for name in PLAIN_STATE},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume where `state_dict` was called, which is after a step."""
        self.model.load_state_dict(state["model"])
        self.objective.loss.load_state_dict(state["loss"])
        self.optimizer.load_state_dict(state["optimizer"])
        for stream, drawn in zip(self.streams, state["streams"], strict=True):
            stream.load_state_dict(drawn)
        self.objective.generator.set_state(state["generator"])
        set_random_state(self.device, state["random"])
        self.records = {name: list(column.to(self.device)) for name, column in state["records"].items()}
        for name, value in state["plain"].items():
            setattr(self, name, value)
