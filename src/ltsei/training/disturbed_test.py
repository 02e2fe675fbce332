"""The logits of a trained method for disturbed test signals: evaluation alone, nothing is trained or chosen."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltsei.components.stage3_steps._shared import TrainingSet
from ltsei.config.condition_levels import NEUTRAL
from ltsei.config.recipe import ConditionTests
from ltsei.core.errors import InputError
from ltsei.data import preprocess
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.evaluation import metrics
from ltsei.evaluation.predictions import Predictions
from ltsei.numerics import seeds
from ltsei.training.device import reproducible
from ltsei.training.disturbances import Disturb, disturbance
from ltsei.training.inputs import CellData
from ltsei.training.model import classifier_of, extract, restored_context
from ltsei.training.trained_method import TrainedMethod

SCORES = ("balanced_accuracy", "overall_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy")
COLUMNS = ("condition", "level", *SCORES)
DIFFERENT = 0.01
"""Where more than this share of the undisturbed signals gets another class than in training, something is wrong."""
Row = dict[str, Any]


class DisturbedTest:
    """A trained method and the test signals of its cell."""

    def __init__(
        self,
        recipe: ConditionTests,
        method: TrainedMethod,
        undisturbed: np.ndarray,
        store: Store,
        split: Split,
        device: torch.device,
    ) -> None:
        """Take a method and its logits for the test signals as they are, float32 [N, C].

        Raises:
            InputError: conditions and signals do not fit, each mistake on a line.
        """
        meta = store.meta
        if mistakes := list(recipe.conditions.misfits(meta.signal_shape, meta.sample_rate_hz)):
            raise InputError("\n".join(mistakes))
        self.recipe, self.method, self.undisturbed, self.split, self.device = recipe, method, undisturbed, split, device
        self.data = CellData(store, split, device=device, **method.backbone["input"])
        self.context = restored_context(method.backbone)
        self.model = classifier_of(method.backbone, method.classifier, recipe.precision).to(device)

    def rows(self, labels: np.ndarray, class_groups: np.ndarray) -> Iterator[Row]:
        """Yield the scores under each condition at each level, undisturbed signals included.

        Args:
            labels: of the test signals, int64 [N].
            class_groups: many, medium or few, for each class, [C].

        Raises:
            InputError: the network does not reproduce the logits of its training for undisturbed signals.
        """
        with reproducible(self.recipe.threads, self.device, seed=0):
            self._check_reproduction()
            for name, levels in self.recipe.conditions.levels().items():
                for level in levels:
                    scores = metrics.evaluate(Predictions(self.logits(name, level), labels), class_groups)
                    yield {"condition": name, "level": level, **{score: scores[score] for score in SCORES}}

    def logits(self, name: str, level: float) -> np.ndarray:
        """Return the logits under a condition, float32 [N, C]; at the neutral level, the stored ones."""
        if level == NEUTRAL[name]:
            return self.undisturbed
        return self._outputs(self._disturbed(name, level))

    def _check_reproduction(self) -> None:
        stored = self.undisturbed
        computed = self._outputs(self.data.batches("test", self.recipe.batch_size))
        other = int((stored.argmax(axis=1) != computed.argmax(axis=1)).sum())
        if other > max(1, DIFFERENT * len(stored)):
            raise InputError(
                f"test_conditions: {other} of {len(stored)} undisturbed test signals get another class than in "
                "training; `ltsei verify` says whether results or code have changed"
            )

    def _disturbed(self, name: str, level: float) -> Iterator[Tensor]:
        """Yield batches of test signals that were disturbed as a receiver would see them, before preprocessing.

        Every signal is disturbed alone, with a seed of its own, so that neither batch nor device changes its bits.
        """
        disturb = disturbance(name, level, self.recipe.conditions, self.context)
        root = seeds.sequence(self.recipe.conditions.seed, f"test condition {name} {level!r}")
        signals, size, data = self.data.store.test_signals, self.recipe.batch_size, self.data
        for start in range(0, len(signals), size):
            indices = np.arange(start, min(start + size, len(signals)))
            raw = preprocess.prepare(signals, indices, None, "none", "cpu")
            changed = [_alone(disturb, raw[at : at + 1], root, index) for at, index in enumerate(indices.tolist())]
            batch = preprocess.crop_or_pad(torch.cat(changed).to(self.device), data.length)
            yield preprocess.normalize(batch, data.normalize)

    def _outputs(self, batches: Iterator[Tensor]) -> np.ndarray:
        """Return the logits after all stages, float32 [N, C]."""
        features, output = extract(self.model, batches)
        arrays = features.cpu().numpy(), output.logits.cpu().numpy()
        return self.method.adjusted(*arrays, self.split.class_counts, self._training())

    def _training(self) -> TrainingSet | None:
        """Return features and labels of the training signals, None where no step uses them."""
        if not self.method.uses_training_signals:
            return None
        features, _ = extract(self.model, self.data.batches("train", self.recipe.batch_size))
        return TrainingSet(features.cpu().numpy().astype(np.float64), self.data.store.train_labels[self.split.train])


def _alone(disturb: Disturb, signal: Tensor, root: np.random.SeedSequence, index: int) -> Tensor:
    """Return one signal [1, L, channels] disturbed with the seed of its place in the test part."""
    seed = np.random.SeedSequence(root.entropy, spawn_key=(index,)).generate_state(1, np.uint64)[0]
    return disturb(signal, torch.Generator().manual_seed(int(seed >> np.uint64(1))))
