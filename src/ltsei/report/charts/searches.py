"""Charts of searches: the expected best score against the number of trials, the response to each parameter."""

from collections.abc import Iterator
from typing import Any

from ltsei.config.search_space import Dimension
from ltsei.core.annotations import Criterion
from ltsei.evaluation.metric_labels import VALIDATION_SCORES
from ltsei.numerics.validation_scores import is_loss
from ltsei.report import tuning
from ltsei.report.charts.axes import whole_ticks
from ltsei.report.charts.chart import Chart, legend
from ltsei.report.condition_text import condition_names
from ltsei.report.number_text import scaled, shown
from ltsei.report.scopes import Scope

KINDS = ("trial", "default recipe")


def unit_of(score: Criterion) -> tuning.ScoreUnit:
    """Return the unit of a validation score."""
    return "number" if is_loss(score) else "fraction"


def _title(score: Criterion) -> str:
    return VALIDATION_SCORES[score] + (", %" if unit_of(score) == "fraction" else "")


def expected_best(scope: Scope) -> Chart | None:
    """Return the expected best validation score of each tuned method after one trial, two, ...; None without any."""
    score, curves = tuning.select_by(scope), tuning.expected(scope)
    methods = [method for method in scope.methods if method.name in curves]
    if not methods:
        return None
    rows = [
        {
            "method": method.label,
            "trials": number,
            "value": scaled(value, unit_of(score)),
            "text": shown(value, unit_of(score)),
        }
        for method in methods
        for number, value in enumerate(curves[method.name], start=1)
    ]
    blanks = {"score": _title(score), "ticks": whole_ticks([1, max(map(len, curves.values()))]), **legend(methods)}
    return Chart("expected_best", {"rows": rows}, blanks)


def responses(scope: Scope, method: str) -> Iterator[Chart]:
    """Yield for each parameter of a tuned method the score of its trials against the parameter's value."""
    score, names = tuning.select_by(scope), condition_names(scope.results, scope.conditions)
    panels: dict[str, list[tuning.Response]] = {}
    for each in tuning.responses(scope, method):
        panels.setdefault(each.dimension.name, []).append(each)
    for name, points in panels.items():
        rows = [
            {
                "value": each.value,
                "score": scaled(each.score, unit_of(score)),
                "text": shown(each.score, unit_of(score)),
                "condition": names[each.condition],
                "kind": KINDS[each.is_default],
                "chosen": each.chosen / each.searches,
                "times": f"{each.chosen} of {each.searches}",
            }
            for each in points
        ]
        scale = _scale(points[0].dimension, [each.value for each in points])
        yield Chart("response", {"rows": rows}, {"title": name, "score": _title(score), "scale": scale, "kinds": KINDS})


def _scale(dimension: Dimension, values: list[float]) -> dict[str, Any]:
    """Return the scale of an axis: that of the range, unless a default recipe has a value that it cannot show."""
    kind = {"type": "log"} if dimension.logarithmic and min(values) > 0 else {"type": "linear", "zero": False}
    return {**kind, "nice": False, "padding": 10}
