"""Several metrics at once, each with its difference from the control."""

from collections.abc import Sequence
from typing import Any

from ltsei.data.groups import GROUPS
from ltsei.evaluation.metric_labels import metric
from ltsei.report.analysis import analyse
from ltsei.report.condition_text import left_out_of, where
from ltsei.report.number_text import rounded
from ltsei.report.page.context import PageContext
from ltsei.report.page.sentences import in_sentence
from ltsei.report.scopes import Scope
from ltsei.report.verdicts import verdict

METRICS = ("balanced_accuracy", *(f"{group}_accuracy" for group in GROUPS), "harmonic_mean", "ece")
CHANGES = {"better": "gain", "worse": "loss", "": ""}
ABLATION = "ablation"
"""Part of the name or title of a block that leaves out parts of a method one by one."""
Json = dict[str, Any]


def is_ablation(scope: Scope) -> bool:
    """Return whether a block asks what the parts of a method are worth."""
    return ABLATION in f"{scope.block.name} {scope.block.title}".lower()


def deltas(page: PageContext, scope: Scope) -> Json | None:
    """Return the metrics, and each method's means and differences; None without a control and outside ablations."""
    names = [name for name in METRICS if name in page.metrics]
    if not is_ablation(scope) or scope.control not in scope.distinct or not names:
        return None
    rows = [
        {"method": page.methods[method.name], "metric": page.metrics.index(name), **_delta(scope, name, method.name)}
        for method in scope.methods
        for name in names
    ]
    return {
        "metrics": [page.metrics.index(name) for name in names],
        "where": _where(scope, names),
        "rows": page.store.table(rows),
    }


def _where(scope: Scope, names: Sequence[str]) -> str:
    """Return which conditions the means are about; metrics that leave some out are listed with theirs."""
    fewer = [f"{in_sentence(metric(name))}: {where(scope, name)}" for name in names if left_out_of(scope, name)]
    return "; ".join([where(scope), *fewer])


def _delta(scope: Scope, name: str, method: str) -> Json:
    """Return the mean over conditions, the paired difference from the control, and whether it is a gain.

    A difference whose interval includes 0 is neither gain nor loss.
    """
    mean, comparison = scope.mean(name, method), analyse(scope, name).comparisons.get(scope.aliases[method])
    change = CHANGES[verdict(comparison, name)]
    return {"mean": rounded(mean), "delta": rounded(comparison.mean if comparison else None), "change": change}
