"""What the files of a result must look like to be shown; results of earlier versions have no hashes to compare.

Each function returns the content of a JSON file if it can be shown and raises ValueError if not.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from ltsei.core.annotations import Criterion
from ltsei.evaluation.metric_labels import prior_metric
from ltsei.evaluation.open_set import METRICS

Json = dict[str, Any]


def metrics(content: Any) -> Json:
    """Return metrics and coordinates: names with numbers, texts or null."""
    values = _mapping(content)
    wrong = [
        name for name, value in values.items() if not (value is None or isinstance(value, str) or _is_number(value))
    ]
    _require(not wrong, f"no number: {', '.join(wrong[:5])}")
    return values


def diagnostics(content: Any) -> Json:
    """Return histograms, bins and expert usage as `evaluation.diagnostics.diagnose` makes them."""
    values = _mapping(content)
    for name, columns in {"confidence": ("low", "high", "share"), "calibration": ("low", "high", "accuracy")}.items():
        rows = _sequence(values.get(name) or [])
        _require(all(_has_numbers(row, columns) for row in rows), f"{name} lacks numbers")
    usage = values.get("experts")
    if usage is not None:
        _require(_has_numbers(usage, ("gate_entropy", "disagreement")), "experts lack numbers")
        _mapping(usage.get("expert_usage"))
    return values


def feature_map(content: Any) -> Json:
    """Return labels and places of signals as `evaluation.embedding.feature_map` makes them; no map is null."""
    if content is None:
        return {}
    values = _mapping(content)
    columns = [_sequence(values.get(name)) for name in ("labels", "x", "y")]
    _require(len({len(column) for column in columns}) == 1, "columns of different length")
    _require(all(_is_number(value) for column in columns for value in column), "not all are numbers")
    return values


def audit(content: Any) -> Json:
    """Return how many findings of an audit have each verdict, as `data.audit.leakage.audit` counts them."""
    counts = _mapping(_mapping(content).get("counts"))
    _require(all(map(_is_number, counts.values())), "no counts")
    return counts


def domains(content: Any) -> list[Json]:
    """Return the scores of each domain as `evaluation.domain_scores.domain_scores` makes them."""
    scores = [_mapping(each) for each in _sequence(content)]
    for each in scores:
        rows = _sequence(each.get("values"))
        _require(
            all(_has_numbers(row, ("balanced_accuracy", "train_signals", "test_signals")) for row in rows), "no numbers"
        )
        _require(_has_numbers(each, ("gap", "worst_balanced_accuracy")), "no gap")
    return scores


def open_set(content: Any) -> Json:
    """Return the metrics of each score as `evaluation.open_set.open_set_metrics` makes them."""
    values = _mapping(content)
    _require(_has_numbers(values, ("known_signals", "unknown_signals")), "no numbers of signals")
    _sequence(values.get("unknown_classes"))
    scores = _mapping(values.get("scores"))
    _require(bool(scores) and all(_has_numbers(each, METRICS) for each in scores.values()), "no metrics")
    return values


def test_priors(content: Any) -> Json:
    """Return metric -> accuracy of what `evaluation.shifted_priors.accuracies` returns."""
    values = _mapping(content)
    _require(all(map(_is_number, values.values())), "no numbers")
    return {prior_metric(prior): accuracy for prior, accuracy in values.items()}


def choice(content: Any) -> Json:
    """Return the trials of a tuned method as `training.trials.choice.choose` makes them."""
    values = _mapping(content)
    trials = [_mapping(each) for each in _sequence(values.get("trials"))]
    for each in trials:
        scores = [each.get("score"), each.get("balanced_accuracy")]
        _require(all(score is None or _is_number(score) for score in scores), "a score is no number")
        _require(all(map(_is_number, _mapping(each.get("parameters")).values())), "a parameter is no number")
    chosen = values.get("chosen")
    finished = [number for number, each in enumerate(trials) if each["score"] is not None]
    _require(chosen in finished, "no finished trial is chosen")
    _require(values.get("select_by") in get_args(Criterion), "chosen by an unknown score")
    return values


def selection(content: Any) -> Json:
    """Return two balanced accuracies as `training.trials.selection_on_test.select_on_test` makes them."""
    values = _mapping(content)
    _require(_has_numbers(values, ("chosen", "on_test")), "no numbers")
    return values


def examples(content: Any) -> list[Json]:
    """Return example signals as `data.preview.examples` makes them."""
    signals = [_mapping(each) for each in _sequence(content)]
    for each in signals:
        trace, rate, power = each.get("trace"), each.get("rate_hz"), each.get("spectrogram", "absent")
        _require("class_name" in each and _is_grid(trace) and (rate is None or _is_number(rate)), "no signal")
        is_power = (
            isinstance(power, dict) and _has_numbers(power, ("seconds", "low", "high")) and _is_grid(power["levels"])
        )
        _require(power is None or is_power, "no spectrogram")
    return signals


def meta(content: Any) -> Json:
    """Return the record of a store with names of its classes."""
    values = _mapping(content)
    _require(all(isinstance(name, str) for name in _sequence(values.get("class_names"))), "no names of classes")
    return values


def _mapping(content: Any) -> Json:
    _require(isinstance(content, dict), f"a mapping expected, got {type(content).__name__}")
    values: Json = content
    return values


def _sequence(content: Any) -> Sequence[Any]:
    _require(isinstance(content, list), f"a list expected, got {type(content).__name__}")
    values: Sequence[Any] = content
    return values


def _has_numbers(row: Any, names: Sequence[str]) -> bool:
    return isinstance(row, Mapping) and all(_is_number(row.get(name)) for name in names)


def _is_grid(rows: Any) -> bool:
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(row, list) and all(map(_is_number, row)) for row in rows)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
