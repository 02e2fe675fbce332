"""The method that is called best: how it was chosen, and from which others it cannot be distinguished."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import is_significant
from ltsei.report.number_text import plural
from ltsei.report.ranking import leaders, standings
from ltsei.report.run_scores import comparisons, run_scores
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

    A method is distinguished from the best by the test against a control (`statistics.compare`), with the best as the
    control. The method that is best in truth is therefore the chosen one or among those alike with a probability of at
    least 95 %, although the same results chose and test: it is missed only where one of the others wrongly seems better
    than it, and the correction is for all others (Gupta 1965).
    """
    best = leaders(scope, name, methods)
    if not best or not metric(name).tested:
        return None
    placed = [each.method.name for each in standings(scope, name) if each.place is not None]
    ranked = list(dict.fromkeys(scope.aliases[m] for m in placed if methods is None or m in methods))
    first = len({scope.aliases[method] for method in best})
    runs, scores = run_scores(scope.cells, ranked, name)
    compared = [comparisons(runs, scores, scope.conditions_of(name), leader) for leader in range(first)]
    alike = [
        ranked[column]
        for column in range(first, len(ranked))
        if not all(_is_worse(of_leader[column - 1]) for of_leader in compared)
    ]
    return Selection(best, len(ranked), alike)


def selection_text(scope: Scope, chosen: Selection) -> str:
    """Return how the best method was chosen, and which others may be as good; nothing for a single method."""
    first = len({scope.aliases[method] for method in chosen.best})
    others = chosen.among - first
    if chosen.among < 2:
        return ""
    text = f"{'It was' if first == 1 else 'They were'} chosen on the test data, as the best of {chosen.among} methods."
    if not others:
        return text
    test = f"t-test over seeds, corrected for {plural(chosen.among - 1, 'comparison')}"
    if not chosen.alike:
        return f"{text} All others can be distinguished from it ({test})."
    if len(chosen.alike) == others:
        return f"{text} No other can be distinguished from it ({test})."
    labels = {method.name: method.label for method in scope.methods}
    return f"{text} Not distinguishable from it ({test}): {', '.join(labels[method] for method in chosen.alike)}."


def _is_worse(comparison: Comparison) -> bool:
    """Return whether a method scores significantly lower than the best; `comparison` is that of the scores."""
    return is_significant(comparison) and comparison.mean is not None and comparison.mean < 0
