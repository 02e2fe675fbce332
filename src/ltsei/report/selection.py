"""The method that is called best: how it was chosen, and from which others it cannot be distinguished."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.evaluation import signed_rank
from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import SIGNIFICANCE
from ltsei.report.ranking import leaders, standings
from ltsei.report.run_scores import run_scores
from ltsei.report.scopes import Scope


@dataclass(frozen=True)
class Selection:
    """The best of several methods, chosen by the results on the test data.

    Attributes:
        best: names of the methods that share the first place, aliases included.
        among: number of methods with a place; aliases count once.
        alike: names of the other methods that cannot be distinguished from it, aliases left out, best first.
    """

    best: Sequence[str]
    among: int
    alike: Sequence[str]


@functools.cache
def selection(scope: Scope, name: str, methods: tuple[str, ...] | None = None) -> Selection | None:
    """Return the best of `methods`, by default of all; None without a place, or for a metric that is not tested.

    A method is distinguished from the best by the signed-rank test of their paired runs. Since the results that chose
    the best also test it, p is corrected for all pairs of methods (Bonferroni), not only for those tested here.
    """
    best = leaders(scope, name, methods)
    if not best or not metric(name).tested:
        return None
    placed = [each.method.name for each in standings(scope, name) if each.place is not None]
    ranked = list(dict.fromkeys(scope.aliases[m] for m in placed if methods is None or m in methods))
    first = len({scope.aliases[method] for method in best})
    _, scores = run_scores(scope.cells, ranked, name)
    family = math.comb(len(ranked), 2)
    alike = [
        ranked[column]
        for column in range(first, len(ranked))
        if any(_alike(scores[:, column] - scores[:, leader], family) for leader in range(first))
    ]
    return Selection(best, len(ranked), alike)


def selection_text(scope: Scope, chosen: Selection) -> str:
    """Return how the best method was chosen, and which others may be as good; nothing for a single method."""
    others = chosen.among - len({scope.aliases[method] for method in chosen.best})
    if chosen.among < 2:
        return ""
    text = f"Chosen on the test data among {chosen.among} methods."
    if not others:
        return text
    test = "signed-rank tests, corrected for all pairs of methods"
    if not chosen.alike:
        return f"{text} All others can be distinguished from it ({test})."
    if len(chosen.alike) == others:
        return f"{text} No other can be distinguished from it ({test})."
    labels = {method.name: method.label for method in scope.methods}
    return f"{text} Not distinguishable from it ({test}): {', '.join(labels[method] for method in chosen.alike)}."


def _alike(differences: np.ndarray, family: int) -> bool:
    """Return whether no difference is shown between two methods, by their paired runs if there are any."""
    defined = differences[~np.isnan(differences)]
    return not defined.size or family * signed_rank.p_value(defined) >= SIGNIFICANCE
