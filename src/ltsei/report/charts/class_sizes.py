"""The long-tail figure: what happens to a class as its training signals become fewer, for several methods at once."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.core.run_seeds import RunSeed
from ltsei.report.charts.chart import Chart, Row, legend
from ltsei.report.condition_text import condition_title
from ltsei.report.methods import Method
from ltsei.report.number_text import rounded, scaled
from ltsei.report.run_scores import mean_of_defined
from ltsei.report.scopes import Scope

MOST_BINS = 8
CLASSES_PER_BIN = 3
"""Classes that a bin of the lines holds at least, where there are enough."""


@dataclass(frozen=True)
class Classes:
    """The classes of one condition, from few to many training signals.

    Attributes:
        names: of the classes.
        groups: many, medium or few.
        counts: training signals, means over seeds, [C].
        recalls: method -> seed -> recall, NaN where undefined, [C].
    """

    names: Sequence[str]
    groups: Sequence[str]
    counts: np.ndarray
    recalls: Mapping[str, Mapping[RunSeed, np.ndarray]]


def class_recalls(scope: Scope) -> Chart | None:
    """Return the recall of each class, mean over seeds, against its training signals, under a single condition.

    The line of a method joins the means over bins of classes of similar size. None without such results.
    """
    classes = _classes(scope)
    if classes is None:
        return None
    means = {method: mean_of_defined(np.array(list(seeds.values()))) for method, seeds in classes.recalls.items()}
    methods = [method for method in scope.methods if method.name in means]
    tables = {
        "rows": [row for method in methods for row in _points(method, classes, value=means[method.name])],
        "lines": [row for method in methods for row in _line(method, classes, means[method.name])],
    }
    return Chart(
        "class_recalls", tables, {"title": condition_title(scope.results, scope.conditions[0]), **legend(methods)}
    )


def class_differences(scope: Scope) -> Chart | None:
    """Return the difference between each method and the control in the recall of each class, under one condition.

    Mean over the seeds that both have, with the smallest and largest of these; None without the control.
    """
    classes = _classes(scope)
    if classes is None or scope.control not in classes.recalls:
        return None
    control, rows, lines = classes.recalls[scope.control], list[Row](), list[Row]()
    for method in scope.methods:
        seeds = classes.recalls.get(method.name, {})
        shared = [seed for seed in seeds if seed in control]
        if method.name == scope.control or not shared:
            continue
        differences = np.array([seeds[seed] - control[seed] for seed in shared])
        mean = mean_of_defined(differences)
        low, high = np.fmin.reduce(differences, axis=0), np.fmax.reduce(differences, axis=0)
        rows += _points(method, classes, value=mean, low=low, high=high)
        lines += _line(method, classes, mean)
    blanks = {
        "title": condition_title(scope.results, scope.conditions[0]),
        "methods": list(dict.fromkeys(r["method"] for r in rows)),
    }
    return Chart("class_differences", {"rows": rows, "lines": lines}, blanks) if rows else None


@functools.cache
def _classes(scope: Scope) -> Classes | None:
    """Return the classes of a scope with a single condition; None for several, or without a per-class table."""
    cells = [cell for cell in scope.cells if cell.per_class]
    if len(scope.conditions) != 1 or not cells:
        return None
    tables = {cell.files.seed: cell.per_class for cell in cells}
    counts = np.mean([[row["train_count"] for row in table] for table in tables.values()], axis=0)
    order = np.argsort(counts, kind="stable").tolist()
    recalls: dict[str, dict[RunSeed, np.ndarray]] = {}
    for cell in cells:
        values = [cell.per_class[label]["recall"] for label in order]
        of_method = recalls.setdefault(cell.files.method, {})
        of_method[cell.files.seed] = np.array([np.nan if value is None else value for value in values])
    first = [cells[0].per_class[label] for label in order]
    return Classes([row["class_name"] for row in first], [row["group"] for row in first], counts[order], recalls)


def _points(method: Method, classes: Classes, **columns: np.ndarray) -> list[Row]:
    """Return a row for each class with a value in `columns`, which hold fractions [C]."""
    defined = ~np.isnan(columns["value"]) & (classes.counts > 0)  # a logarithmic axis has no zero
    return [
        {
            "method": method.label,
            "name": classes.names[place],
            "group": classes.groups[place],
            "count": rounded(float(classes.counts[place])),
            **{name: scaled(float(column[place]), "fraction") for name, column in columns.items()},
        }
        for place in np.flatnonzero(defined).tolist()
    ]


def _line(method: Method, classes: Classes, values: np.ndarray) -> list[Row]:
    """Return the means over bins: of the values, and of the logarithms of the counts."""
    defined = np.flatnonzero(~np.isnan(values) & (classes.counts > 0))
    bins = max(1, min(MOST_BINS, len(defined) // CLASSES_PER_BIN))
    return [
        {
            "method": method.label,
            "count": rounded(float(np.exp(np.log(classes.counts[members]).mean()))),
            "value": scaled(float(values[members].mean()), "fraction"),
        }
        for members in np.array_split(defined, bins)
        if members.size
    ]
