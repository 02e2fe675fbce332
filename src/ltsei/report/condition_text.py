"""Conditions as readers see them: in titles, axes, columns and sentences."""

from collections.abc import Sequence

from ltsei.report.cell_result import Condition
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import plural
from ltsei.report.remarks import ORACLE
from ltsei.report.scopes import Scope


def condition_title(results: MatrixResults, condition: Condition) -> str:
    """Return a condition for readers."""
    ratio = "natural ratio" if condition[1] == "natural" else f"ratio {condition[1]}"
    return f"{results.title_of(condition[0])}, {ratio}"


def where(scope: Scope, *metrics: str) -> str:
    """Return which conditions a mean of `metrics` is about, and which of the scope it leaves out."""
    if len(scope.conditions) == 1:
        return condition_title(scope.results, scope.conditions[0])
    missing = left_out_of(scope, *metrics)
    return mean_over(scope, *metrics) + (f" (without values: {', '.join(missing)})" if missing else "")


def mean_over(scope: Scope, *metrics: str) -> str:
    """Return over how many conditions of the scope a mean of `metrics` is taken."""
    counting, total = len(scope.conditions_of(*metrics)), plural(len(scope.conditions), "condition")
    text = f"mean over {counting} of {total}" if left_out_of(scope, *metrics) else f"mean over {total}"
    oracles = sum(dataset in scope.results.oracles for dataset, _ in scope.conditions)
    return f"{text}, {oracles} of them {ORACLE}" if oracles else text


def left_out_of(scope: Scope, *metrics: str) -> list[str]:
    """Return the conditions of the scope, for readers, that do not count for `metrics`."""
    counting, names = scope.conditions_of(*metrics), condition_names(scope.results, scope.conditions)
    return [name for condition, name in names.items() if condition not in counting]


def condition_names(results: MatrixResults, conditions: Sequence[Condition]) -> dict[Condition, str]:
    """Return each condition for axes and columns: by its ratio, and by its data set where there are several."""
    several = len({dataset for dataset, _ in conditions}) > 1
    ratios = {each: "natural" if each[1] == "natural" else f"ratio {each[1]}" for each in conditions}
    if several:
        return {each: f"{results.title_of(each[0])}, {ratio}" for each, ratio in ratios.items()}
    return {each: f"{ratio} ({ORACLE})" if each[0] in results.oracles else ratio for each, ratio in ratios.items()}
