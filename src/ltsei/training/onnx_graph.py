"""A trained cell as an ONNX graph, from stored signals to probabilities; needs the extra `export`."""

import copy
import importlib.util
import json
import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.training.signal_classifier import SignalClassifier

OUTPUTS = ("logits", "probabilities", "features")
EXAMPLES = 3
"""Signals with which the graph is traced and compared; it takes any number."""
NEEDED = ("onnx", "onnxscript")


class Graph(nn.Module):
    """What the graph computes."""

    def __init__(self, model: SignalClassifier, temperature: float) -> None:
        super().__init__()
        self.model, self.temperature = model, temperature

    def forward(self, signals: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits [B, C], probabilities [B, C] and features [B, D] of signals [B, any length, channels]."""
        features, logits = self.model(signals)
        return logits, (logits / self.temperature).softmax(1), features


def write_onnx(path: str | Path, model: SignalClassifier, temperature: float | None, known: Mapping[str, Any]) -> None:
    """Write the graph, which computes in float32, with length, normalisation, post-hoc steps and temperature inside.

    Args:
        path: of the file.
        model: to write; it stays as it is.
        temperature: of the probabilities; None: 1.
        known: JSON-able metadata of the file, such as the class names.

    Raises:
        InputError: the packages of the extra are not installed.
    """
    require_packages(path)
    plain = copy.deepcopy(model).cpu().eval()
    plain.classifier.precision = "float32"
    program = traced(Graph(plain, temperature or 1.0).eval(), examples(model), OUTPUTS)
    program.model.metadata_props.update({name: json.dumps(value, ensure_ascii=False) for name, value in known.items()})
    with files.atomic(path) as temporary:
        program.save(temporary)


def require_packages(path: str | Path) -> None:
    """Raise InputError where the packages that write the graph at `path` are not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        install = "run pip install '.[export]' in the root of the repository"
        raise InputError(f"{path}: needs {' and '.join(missing)}, not installed here; {install}")


def examples(model: SignalClassifier, number: int = EXAMPLES) -> Tensor:
    """Return random signals in the shape that the model takes, the same ones every time."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn((number, *model.context.signal_shape), generator=generator)


def largest_difference(path: str | Path, model: SignalClassifier) -> float | None:
    """Return how far the logits of the graph are from those of the model in float32; None without onnxruntime.

    Differences are relative to the largest logit.
    """
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    signals, plain = examples(model), copy.deepcopy(model).cpu().eval()
    plain.classifier.precision = "float32"
    with torch.inference_mode():
        expected = plain(signals)[1].numpy()
    logits = session.run(["logits"], {"signals": signals.numpy()})[0]
    return float(np.abs(logits - expected).max() / max(1.0, np.abs(expected).max()))


def traced(graph: nn.Module, signals: Tensor, outputs: Sequence[str]) -> Any:
    """Return the program of torch's exporter, for any number and length of signals.

    Args:
        graph: from signals to a tuple of tensors.
        signals: examples.
        outputs: names of these tensors.
    """
    dimension: Any = torch.export.Dim.DYNAMIC
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)  # it warns of packages that are not needed
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            return torch.onnx.export(
                graph,
                (signals,),
                dynamo=True,
                input_names=["signals"],
                output_names=list(outputs),
                dynamic_shapes=({0: dimension, 1: dimension},),
                verbose=False,
            )
    finally:
        exporter.setLevel(level)
