"""Temperature scaling."""

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Gt

from ltsei.components.stage3_steps._shared import Outputs, Row, Step, TrainingSet, fitted, unrated
from ltsei.core.context import Context
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.numerics.temperature import best_temperature

SWEEPS = "temperature"


class TemperatureScaling:
    """Division of the logits by one number, fixed or chosen on validation data."""

    def __init__(self, temperature: float | None, num_classes: int) -> None:
        self.temperature, self.num_classes = temperature, num_classes

    def fit(self, outputs: Outputs, labels: np.ndarray, training: TrainingSet | None = None) -> list[Row]:
        """Choose the temperature of least negative log-likelihood; the rows are T = 1 and the chosen one."""
        if len(labels) == 0:
            return [unrated("temperature", self.temperature)]
        tried = []
        if self.temperature is None:
            tried = [(1.0, False)]
            self.temperature = best_temperature(outputs.logits, labels)
        rating = balanced_accuracy(labels, outputs.logits.argmax(axis=1), self.num_classes)  # the same at any T
        return [
            {"parameter": "temperature", "value": value, "balanced_accuracy": rating, "chosen": chosen}
            for value, chosen in [*tried, (self.temperature, True)]
        ]

    def chosen(self) -> dict[str, Any]:
        """Return the temperature."""
        return {"temperature": fitted(self.temperature)}

    def apply(self, outputs: Outputs) -> Outputs:
        """Return the changed outputs."""
        divisor = fitted(self.temperature)
        parts = {name: getattr(outputs, name) for name in ("logits", "weight", "bias", "offset")}
        return replace(outputs, **{name: part / divisor for name, part in parts.items() if part is not None})


def build(context: Context, *, temperature: Annotated[float, Gt(0)] | None = None) -> Step:
    """Return the step z / T (Guo et al., ICML 2017, section 4.2).

    Decisions stay the same; probabilities change, and with them the effect of a later `logit_adjustment`.

    Args:
        context: gives C.
        temperature: T; 1 changes nothing; null: the one with the least mean negative log-likelihood of the validation
            data.
    """
    return TemperatureScaling(temperature, context.num_classes)
