"""The difference between each method and the control in every single seed."""

from collections.abc import Mapping

import numpy as np

from ltsei.evaluation.metric_labels import metric
from ltsei.report.run_scores import condition_means, run_scores
from ltsei.report.scopes import Scope


def seed_differences(scope: Scope, name: str) -> Mapping[str, Mapping[int, float]]:
    """Return method -> seed -> difference from the control, mean over conditions.

    A seed counts for a method only if both have a value under every condition that counts for the metric. Empty
    without the control, or without a value of any method.
    """
    methods, conditions = list(scope.distinct), scope.conditions_of(name)
    if scope.control not in methods or not conditions:
        return {}
    runs, scores = run_scores(scope.cells, methods, name)
    turn = -1.0 if metric(name).better == "low" else 1.0  # scores are higher where better
    differences = turn * (scores - scores[:, [methods.index(scope.control)]])
    by_seed: dict[str, dict[int, float]] = {method: {} for method in methods if method != scope.control}
    for seed in sorted({run.seed for run in runs}):
        rows = [place for place, run in enumerate(runs) if run.seed == seed]
        means = condition_means([runs[row] for row in rows], differences[rows], conditions)
        for method, mean in zip(methods, means.mean(axis=0).tolist(), strict=True):
            if method in by_seed and not np.isnan(mean):
                by_seed[method][seed] = mean
    return by_seed
