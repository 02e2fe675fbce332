"""Which combinations of loss and sampler work best."""

from collections.abc import Sequence
from dataclasses import dataclass

from ltsei.evaluation.metric_labels import metric
from ltsei.report.scopes import Scope


@dataclass(frozen=True)
class Best:
    """The best mean of a pair of loss and sampler, and the names of the methods that reach it."""

    mean: float
    methods: Sequence[str]


def loss_by_sampler(scope: Scope, name: str) -> dict[tuple[str, str], Best]:
    """Return (loss, sampler) of the last training -> the best mean over conditions.

    Methods with post-hoc steps are left out. Empty for a metric without a better direction.
    """
    better = metric(name).better
    if better is None:
        return {}
    means: dict[tuple[str, str], dict[str, float]] = {}
    for method, parts in scope.results.method_parts.items():
        mean = scope.mean(name, method)
        if mean is not None and not parts.steps:
            means.setdefault((parts.loss, parts.sampler), {})[method] = mean
    choose = min if better == "low" else max
    return {
        pair: Best(best, [method for method, mean in of_pair.items() if mean == best])
        for pair, of_pair in means.items()
        for best in [choose(of_pair.values())]
    }
