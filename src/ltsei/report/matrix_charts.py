"""The charts of the whole matrix for files: numbers into Vega-Lite specifications, at any width."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ltsei.data.groups import GROUPS
from ltsei.evaluation.statistics import SIGNIFICANCE, Summary
from ltsei.report.analysis import Scope, analyse, scopes
from ltsei.report.figure_files import Draw
from ltsei.report.geometry import rank_diagram
from ltsei.report.results import Results
from ltsei.report.summaries import done, mean_cost, mean_over, summaries
from ltsei.report.vega import Row, Spec, class_rows, panel, title
from ltsei.report.words import Method, metric, shown_number

METRIC = "balanced_accuracy"
NOTHING = Summary(None, None, 0)
SPACING = 30
"""Pixels between panels."""
NAMED_POINTS = 16
"""So many points have room for their names."""
LEGEND = {"symbolStrokeWidth": 0, "symbolLimit": 0, "orient": "bottom", "labelLimit": 210, "columnPadding": 12}


def against_ratio(findings: Results) -> Draw | None:
    """Return balanced accuracy against the imbalance ratio, one panel per data set."""
    found = summaries(findings.cells, METRIC)
    panels = []
    for dataset in dict.fromkeys(dataset for dataset, _ in findings.conditions):
        rows = [
            {**_row(method, found[dataset, ir, method.name]), "ratio": ratio, "natural": ir == "natural"}
            for ir in [ir for of, ir in findings.conditions if of == dataset]
            for method in findings.methods
            if (ratio := findings.ratio((dataset, ir))) and found.get((dataset, ir, method.name), NOTHING).n
        ]
        if rows:
            panels.append(partial(_ratio_panel, rows, findings.methods, dataset))
    return partial(_beside, panels, 1) if panels else None


def _ratio_panel(rows: Sequence[Row], methods: Sequence[Method], dataset: str, width: float) -> Spec:
    ticks = sorted({row["ratio"] for row in rows})
    here = [method for method in methods if any(row["method"] == method.label for row in rows)]
    return panel(
        "ratio_lines" if len(ticks) > 1 else "ratio_dots",
        width,
        height=24 * len(here),
        rows=rows,
        ticks=ticks,
        metric=f"{metric(METRIC).label}, %",
        legend={**LEGEND, "columns": max(1, int(width / 220))},
        labels=[method.label for method in here],
        colors=[method.color for method in here],
        dashes=[list(method.dash) for method in here],
        shapes=[method.shape for method in here],
    ) | {"title": dataset}


def groups(findings: Results) -> Draw | None:
    """Return many, medium and few accuracy, one panel per condition."""
    found = {group: summaries(findings.cells, f"{group}_accuracy") for group in GROUPS}
    panels = []
    for condition in findings.conditions:
        rows = [
            {**_row(method, found[group][*condition, method.name]), "group": group}
            for method in findings.methods
            if any(found[other].get((*condition, method.name), NOTHING).n for other in GROUPS)
            for group in GROUPS
        ]
        if rows:
            values = {"rows": rows, "title": title(condition), "height": 12 * len(rows)}
            panels.append(partial(_panel, "groups", values))
    return partial(_beside, panels, 2) if panels else None


def class_distribution(findings: Results) -> Draw | None:
    """Return training signals per class, one panel per condition."""
    panels = [
        partial(_panel, "classes", {"rows": class_rows(findings.distributions[c]), "title": title(c)})
        for c in findings.conditions
        if c in findings.distributions
    ]
    return partial(_beside, panels, 2) if panels else None


def heat_map(findings: Results) -> Draw | None:
    """Return balanced accuracy by method and condition."""
    found = summaries(findings.cells, METRIC)
    present = done(findings.cells)
    rows: list[Row] = [
        {
            "method": method.label,
            "condition": title(condition),
            "value": None if summary.mean is None else 100 * summary.mean,
            "text": "–" if summary.mean is None else shown_number(summary.mean, metric(METRIC)),
            "n": summary.n,
        }
        for condition in findings.conditions
        for method in findings.methods
        if (*condition, method.name) in present
        for summary in [found[*condition, method.name]]
    ]
    values = [row["value"] for row in rows if row["value"] is not None]
    if not values:
        return None
    middle = (min(values) + max(values)) / 2
    blanks = {
        "rows": [{**row, "dark": row["value"] is not None and row["value"] > middle} for row in rows],
        "methods": [method.label for method in findings.methods],
        "conditions": [title(condition) for condition in findings.conditions],
        "metric": metric(METRIC).label,
        "extent": [min(values), max(values)],
        "reversed": False,
        "height": 18 * len(findings.methods),
    }
    return partial(_panel, "heat_map", blanks)


def pareto(findings: Results) -> Draw | None:
    """Return balanced accuracy against the wall time of a cell."""
    rows = _points(
        findings, lambda name: mean_cost(findings.cells, name), lambda name: mean_over(findings, name, METRIC)
    )
    if not rows:
        return None
    few = len(rows) <= NAMED_POINTS
    rows = [r | {"cost": r["x"], "value": 100 * r["y"], "front": r["named"], "named": few or r["named"]} for r in rows]
    blanks = {"rows": rows, "steps": "step-after", "metric": f"{metric(METRIC).label}, %", "cost": "Seconds per cell"}
    return partial(_panel, "pareto", blanks)


def trade_off(findings: Results) -> Draw | None:
    """Return the accuracy of frequent classes against that of rare ones."""
    many, few = (partial(mean_over, findings, name=f"{group}_accuracy") for group in ("many", "few"))
    rows = _points(findings, lambda name: None if (value := many(name)) is None else -value, few)
    few_points = len(rows) <= NAMED_POINTS
    rows = [r | {"x": -100 * r["x"], "y": 100 * r["y"], "named": few_points or r["named"]} for r in rows]
    return partial(_panel, "trade_off", {"rows": rows}) if rows else None


def _points(findings: Results, cost: Callable[[str], float | None], gain: Callable[[str], float | None]) -> list[Row]:
    """Return the methods with both coordinates; named are those that no other beats at the same or a lower cost."""
    values = {method.name: (cost(method.name), gain(method.name)) for method in findings.methods}
    found = {name: (x, y) for name, (x, y) in values.items() if x is not None and y is not None}
    return [
        {
            "label": method.label,
            "color": method.color,
            "shape": method.shape,
            "x": x,
            "y": y,
            "named": not any(u <= x and v >= y and (u, v) != (x, y) for u, v in found.values()),
        }
        for method in findings.methods
        if method.name in found
        for x, y in [found[method.name]]
    ]


def critical_difference(findings: Results) -> Draw | None:
    """Return average ranks over conditions; None where they are not defined."""
    found = analyse(_whole(findings), METRIC)
    if found.friedman is None:
        return None
    methods = {method.name: method for method in findings.methods}
    diagram = rank_diagram([methods[name] for name in found.ranked], found.friedman, found.cliques)
    return partial(_panel, "critical_difference", {**diagram, "limit": 170})


def differences(findings: Results) -> Draw | None:
    """Return paired differences to the control."""
    scope = _whole(findings)
    found = analyse(scope, METRIC).comparisons
    methods = [method for method in findings.methods if method.name in found and found[method.name].n]
    rows = [
        {
            "method": method.label,
            "color": method.color,
            "mean": 100 * compared.mean,
            "low": 100 * (compared.mean if compared.low is None else compared.low),
            "high": 100 * (compared.mean if compared.high is None else compared.high),
            "significant": compared.adjusted is not None and compared.adjusted < SIGNIFICANCE,
        }
        for method in methods
        if (compared := found[method.name]).mean is not None
    ]
    control = next((method.label for method in findings.methods if method.name == scope.control), "")
    blanks = {
        "rows": rows,
        "metric": f"{metric(METRIC).label}: difference to {control} (points)",
        "height": 18 * len(rows),
    }
    return partial(_panel, "forest", blanks) if rows else None


def _whole(findings: Results) -> Scope:
    return next(scopes(findings))


def _row(method: Method, summary: Summary) -> Row:
    """Return mean and spread in percent."""
    row: Row = {"method": method.label, "color": method.color, "mean": None, "low": None, "high": None}
    if summary.mean is not None:
        sd = summary.sd or 0.0
        row |= {"mean": 100 * summary.mean, "low": 100 * (summary.mean - sd), "high": 100 * (summary.mean + sd)}
    return row


def _panel(name: str, values: Mapping[str, Any], width: float) -> Spec:
    return panel(name, width, **values)


def _beside(panels: Sequence[Draw], columns: int, width: float) -> Spec:
    columns = min(columns, len(panels))
    each = max(60.0, (width - (columns - 1) * SPACING) / columns)
    channels = ("color", "shape", "strokeDash")
    return {
        "concat": [draw(each) for draw in panels],
        "columns": columns,
        "spacing": SPACING,
        "resolve": {"scale": dict.fromkeys(channels, "shared" if columns > 1 else "independent")},
    }
