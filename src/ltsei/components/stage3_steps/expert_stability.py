"""Experts weighted by the stability of their predictions for the signals that are classified, without labels."""

import logging
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Lt, MinLen
from scipy.integrate import solve_ivp

from ltsei.components.stage3_steps._shared import Outputs, Row, Step, TrainingSet
from ltsei.components.stage3_steps._views import ViewedOutputs
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError
from ltsei.numerics.softmax import softmax

REQUIRES = {"head": ["experts"]}
USES = ["views"]
FLAT = 1e-10
"""A gradient shorter than this is a rounding error: no weights are better than equal ones."""
PAPER_BATCH, PAPER_STEP = 128, 1.0
"""Signals per step of the paper's code, and the length of a step with its momentum: 0.1 / (1 - 0.9)."""
CONVERGED = 1e-3
"""The ascent ends where the gradient is this fraction of the one at equal weights."""

log = logging.getLogger(__name__)


class ExpertStability:
    """A weighted mean of the experts' logits; the weights are learnt from views of the signals it is applied to."""

    def __init__(self, epochs: float | None, min_weight: float) -> None:
        self.epochs, self.min_weight = epochs, min_weight

    def fit(self, outputs: Outputs, labels: np.ndarray, training: TrainingSet | None = None) -> list[Row]:
        """Return no rows: nothing is chosen on validation data."""
        return []

    def chosen(self) -> dict[str, Any]:
        """Return nothing: the weights are learnt anew for the signals that are classified."""
        return {}

    def apply(self, outputs: Outputs) -> Outputs:
        """Return the outputs with the weighted logits; those without views, as of validation signals, unchanged."""
        if not isinstance(outputs, ViewedOutputs):
            return outputs
        signals, first, second = outputs.views
        equal = np.full(len(signals), 1 / len(signals))
        if len(signals) > 1 and self.min_weight >= equal[0]:
            limit = f"below {equal[0]:.3g}, the equal weight of {len(signals)} experts"
            raise InputError(f"min_weight: got {self.min_weight}, expected {limit}")
        duration = None if self.epochs is None else self.epochs * PAPER_STEP * first.shape[1] / PAPER_BATCH
        weights = learnt(first, second, self.min_weight, duration)
        before, after = (agreement(each, first, second)[0] for each in (equal, weights))
        log.info("expert weights: %s; agreement %.4f, with equal weights %.4f", np.round(weights, 4), after, before)
        return replace(outputs, logits=outputs.logits + np.tensordot(weights - equal, signals, 1))


def learnt(first: np.ndarray, second: np.ndarray, min_weight: float, duration: float | None) -> np.ndarray:
    """Return the weights [K] at the end of the steepest ascent of the agreement from equal weights.

    Args:
        first: logits of K experts for one view of N signals, float64 [K, N, C].
        second: for another view.
        min_weight: the ascent stops where a weight falls to it.
        duration: of the ascent, as length of a step times number of steps; None: to the maximum.
    """
    start = np.zeros(len(first))  # of the logarithms of the weights, up to a constant

    def slope(_: float, position: np.ndarray) -> np.ndarray:
        weights = _normalised(position)
        gradient = agreement(weights, first, second)[1]
        return np.asarray(weights * (gradient - weights @ gradient))

    def above_minimum(_: float, position: np.ndarray) -> float:
        return float(_normalised(position).min() - min_weight)

    def unfinished(_: float, position: np.ndarray) -> float:
        return float(np.linalg.norm(slope(_, position)) - CONVERGED * steepness)

    steepness = np.linalg.norm(slope(0.0, start))
    if steepness < FLAT:
        return _normalised(start)
    for event in (above_minimum, unfinished):
        event.terminal = True  # type: ignore[attr-defined]
    end = np.inf if duration is None else duration
    events = [above_minimum, unfinished]
    path = solve_ivp(slope, (0.0, end), start, method="BDF", events=events, rtol=1e-5, atol=1e-8)
    return _normalised(path.y[:, -1])


def agreement(weights: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean cosine of the predictions for two views, and its gradient by the weights, [K].

    Args:
        weights: of the experts, [K].
        first: logits of K experts for one view of N signals, float64 [K, N, C].
        second: for another view.
    """
    p, q = (softmax(np.tensordot(weights, view, 1)) for view in (first, second))
    lengths = [np.linalg.norm(each, axis=1, keepdims=True) for each in (p, q)]
    cosine = (p * q).sum(axis=1, keepdims=True) / (lengths[0] * lengths[1])
    gradient = np.zeros(len(weights))
    for view, own, other, own_length, other_length in ((first, p, q, *lengths), (second, q, p, *lengths[::-1])):
        by_prediction = other / (own_length * other_length) - cosine * own / own_length**2
        by_logits = own * (by_prediction - (own * by_prediction).sum(axis=1, keepdims=True))
        gradient += np.tensordot(view, by_logits, 2) / len(by_logits)
    return float(cosine.mean()), gradient


def build(
    context: Context,
    *,
    augmentations: Annotated[list[Spec], MinLen(1), "augmentations"] = [  # noqa: B006 (never changed)
        {"name": "gaussian_noise", "p": 1.0, "min_snr_db": 20.0, "max_snr_db": 30.0},
        {"name": "time_shift", "p": 1.0, "max_shift": 10},
    ],
    epochs: Annotated[float, Gt(0)] | None = 5.0,
    min_weight: Annotated[float, Ge(0), Lt(0.5)] = 0.05,
) -> Step:
    """Return the step Σ_e w_e z_e, with w learnt from the signals classified (Zhang et al., NeurIPS 2022, SADE, Eq. 4).

    Transductive: it sees the test signals, all of them at once and without labels; a method with this step is to be
    compared with others that see them, too. With w = softmax(θ) it ascends from equal weights along the gradient of the
    mean cosine of σ(Σ_e w_e z_e) for two random views of each signal. Validation signals keep equal weights, with which
    later steps choose their parameters.
    Deviation: the paper's code runs mini-batch SGD with new views in each epoch, and looks at the weights after each.
    This is the limit of small steps on all signals, with two views of each, as long as the paper's steps together; it
    stops where a weight reaches `min_weight`. There is no weight decay. The views of images mean nothing here.

    Args:
        context: not used.
        augmentations: random changes that make the views, in order; mild ones, which leave the emitter recognisable.
        epochs: of the paper's SGD, N/128 steps of length 0.1/(1 - 0.9) each; null: to the maximum, where the expert
            with the most stable predictions takes over even if it is the worst.
        min_weight: the ascent stops where the weight of an expert falls to it; below 1/K for K experts.
    """
    return ExpertStability(epochs, min_weight)


def _normalised(position: np.ndarray) -> np.ndarray:
    """Return the softmax of a vector [K]."""
    return np.asarray(softmax(position[None])[0])
