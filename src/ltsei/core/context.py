"""What a component knows of its surroundings, and how components are built."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ltsei.core import registry
from ltsei.core.annotations import Spec
from ltsei.core.errors import InputError

if TYPE_CHECKING:
    import torch

__all__ = ["Context", "Spec", "build_component", "prior_context"]


@dataclass(frozen=True)
class Context:
    """What every component of a family may know about its surroundings.

    Attributes:
        class_counts: training signals per class, int64 [C].
        num_classes: C.
        signal_shape: one signal in the store, channels last: (*shape, channels).
        sample_rate_hz: sampling rate, None where it is unknown.
        in_features: D, the features that a head receives; known to heads and to the parts of a training, else None.
        bias_columns: features which are gate probabilities of a backbone: a linear head's weights on them are biases.
        branches: of the backbone; the features of each lie side by side in D.
        class_probabilities: progress in [0, 1] -> the sampler's class probabilities, float64 [C].
        generator: source of randomness for components that draw while training; None in checks at build time.
    """

    class_counts: np.ndarray
    num_classes: int
    signal_shape: tuple[int, ...]
    sample_rate_hz: float | None
    in_features: int | None
    class_probabilities: Callable[[float], np.ndarray]
    generator: "torch.Generator | None" = None
    bias_columns: tuple[int, ...] = ()
    branches: int = 1

    def __post_init__(self) -> None:
        """Refuse classes without signals, whose weights, margins and priors are undefined."""
        if (self.class_counts < 1).any():
            empty = int(np.argmin(self.class_counts))
            raise InputError(f"class_counts: class {empty} has {self.class_counts[empty]} signals, expected at least 1")

    def build(self, family: str, spec: Spec) -> Any:
        """Build a nested component in this same context."""
        return build_component(family, spec, self)


def build_component(family: str, spec: Spec, context: Context | None) -> Any:
    """Import the component that `spec` names and call its `build`; InputError where the spec is wrong."""
    resolved = registry.resolve(family, spec, where=family)
    name = resolved.pop("name")
    module = importlib.import_module(registry.module_name(family, name))
    try:
        return module.build(context, **resolved)
    except InputError as error:
        raise InputError(f"{family}/{name}: {error}") from error


def prior_context(class_counts: np.ndarray, **known: Any) -> Context:
    """Return a context whose class probabilities are the prior n / Σn.

    Args:
        class_counts: training signals per class, int64 [C].
        known: other fields of `Context`; the signal shape is empty, rate and features are unknown unless given.
    """
    prior = class_counts / class_counts.sum()
    defaults: dict[str, Any] = {"signal_shape": (), "sample_rate_hz": None, "in_features": None}
    return Context(
        class_counts=class_counts,
        num_classes=len(class_counts),
        class_probabilities=lambda progress: prior,
        **defaults | known,
    )
