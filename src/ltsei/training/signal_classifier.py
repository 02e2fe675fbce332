"""A trained cell as one module, from stored signals to logits: what is exported and labels new signals."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.core.context import Context
from ltsei.data.preprocess import Normalization, normalize
from ltsei.training.model import (
    Classifier,
    classifier_of,
    restored_context,
    stored_component,
    stored_context,
)
from ltsei.training.post_hoc import PostHoc, restored_post_hoc


class SignalClassifier(nn.Module):
    """Length and normalisation of a cell, its backbone and head, and its post-hoc steps.

    Attributes:
        classifier: backbone and head.
        post_hoc: the steps of stage 3, none for a method without.
        context: of the head.
        specs: component -> its specification, of backbone and head.
        how: normalisation of each signal.
    """

    def __init__(
        self,
        classifier: Classifier,
        post_hoc: PostHoc,
        context: Context,
        specs: Mapping[str, Any],
        how: Normalization,
    ) -> None:
        super().__init__()
        self.classifier, self.post_hoc = classifier, post_hoc
        self.context, self.specs, self.how = context, specs, how

    @property
    def length(self) -> int:
        """Samples per signal: longer signals are cut at the end, shorter ones padded with zeros."""
        return self.context.signal_shape[0]

    def forward(self, signals: Tensor) -> tuple[Tensor, Tensor]:
        """Return features [B, D] and logits [B, C] of signals as they were recorded, [B, any length, channels]."""
        features, output = self.classifier(normalize(self._fitted(signals), self.how))
        return features, self.post_hoc(features, output.logits)

    def adjusted(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return the logits after the post-hoc steps [N, C], of features [N, D] and logits [N, C] on the host."""
        with torch.inference_mode():
            changed = self.post_hoc.to("cpu")(torch.from_numpy(features), torch.from_numpy(logits))
        return np.asarray(changed.numpy())

    def stored(self) -> dict[str, Any]:
        """Return the content of a checkpoint."""
        parts = {"backbone": self.classifier.backbone, "head": self.classifier.head}
        return {
            **{name: stored_component(self.specs[name], module) for name, module in parts.items()},
            "context": stored_context(self.context),
            "input": {"normalize": self.how},
            "precision": self.classifier.precision,
            "post_hoc": self.post_hoc.stored(),
        }

    def _fitted(self, signals: Tensor) -> Tensor:
        """Return `preprocess.crop_or_pad` in a form that a graph can hold for signals of any length."""
        zeros = signals.new_zeros((signals.shape[0], self.length, *signals.shape[2:]))
        return torch.cat([signals, zeros], 1)[:, : self.length]


def trained_classifier(
    of_backbone: Mapping[str, Any], of_head: Mapping[str, Any], precision: Any
) -> tuple[Classifier, dict[str, Any]]:
    """Return the classifier whose parts two checkpoints hold, and the specifications of these parts."""
    stored = {"backbone": of_backbone, "head": of_head}
    specs = {name: checkpoint[name]["spec"] for name, checkpoint in stored.items()}
    return classifier_of(of_backbone, of_head, precision).eval(), specs


def restored_classifier(checkpoint: Mapping[str, Any]) -> SignalClassifier:
    """Return the module whose content `SignalClassifier.stored` returned, in evaluation mode."""
    classifier, specs = trained_classifier(checkpoint, checkpoint, checkpoint["precision"])
    post_hoc, context = restored_post_hoc(checkpoint["post_hoc"]), restored_context(checkpoint)
    return SignalClassifier(classifier, post_hoc, context, specs, checkpoint["input"]["normalize"]).eval()


def run(
    model: SignalClassifier, chunks: Iterable[np.ndarray], *, device: torch.device, batch_size: int = 256
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield features [n, D] and logits [n, C], float32, of chunks of signals [n, L, channels], in their order."""
    model = model.to(device)
    with torch.inference_mode():
        for chunk in chunks:
            for start in range(0, len(chunk), batch_size):
                signals = torch.from_numpy(np.ascontiguousarray(chunk[start : start + batch_size])).to(device)
                features, logits = model(signals)
                yield features.cpu().numpy(), logits.cpu().numpy()
