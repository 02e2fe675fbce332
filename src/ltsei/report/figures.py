"""The report's figures as SVG files: the charts of the page, side by side, on white."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

from ltsei import files
from ltsei.report.cells import Condition
from ltsei.report.findings import Distribution, Findings
from ltsei.report.tables import summaries
from ltsei.report.words import GROUP_COLORS, GROUPS, Method, metric, theme
from ltsei.statistics import Summary

CHARTS = Path(__file__).parent / "assets" / "charts"
NOTHING = Summary(None, None, 0)
LABEL_LIMIT = 260
"""Pixels that a method's name may take beside a panel."""
SLACK = 40
"""Pixels around panels, since a reader's font may be wider than that with which names were measured."""
LEGEND = {
    "symbolStrokeWidth": 0,
    "symbolLimit": 0,
    "orient": "right",
    "labelLimit": LABEL_LIMIT,
    "columnPadding": SLACK,
}
Spec = dict[str, Any]
Row = dict[str, Any]


def charts() -> dict[str, Spec]:
    """Return name -> Vega-Lite specification; a text ``@name`` in it is a blank that `fill` fills."""
    return {path.stem: files.read_json(path) for path in sorted(CHARTS.glob("*.json"))}


def fill(spec: Any, values: Mapping[str, Any]) -> Any:
    """Return `spec` with every text ``@name`` replaced by ``values["name"]``."""
    if isinstance(spec, dict):
        return {key: fill(value, values) for key, value in spec.items()}
    if isinstance(spec, list):
        return [fill(value, values) for value in spec]
    return values[spec[1:]] if isinstance(spec, str) and spec.startswith("@") else spec


def write_balanced_accuracy(path: str, findings: Findings) -> None:
    """Write balanced accuracy against the imbalance ratio, one panel per data set."""
    name = "balanced_accuracy"
    found = summaries(findings.cells, name)
    panels = []
    for dataset in dict.fromkeys(dataset for dataset, _ in findings.conditions):
        rows = [
            {**_row(method, found[dataset, ir, method.name]), "ratio": ratio, "natural": ir == "natural"}
            for ir in [ir for of, ir in findings.conditions if of == dataset]
            for method in findings.methods
            if (ratio := findings.ratio((dataset, ir))) and found.get((dataset, ir, method.name), NOTHING).n
        ]
        if rows:
            panels.append(_against_ratio(rows, f"{metric(name).label}, %", findings.methods) | {"title": dataset})
    _write(path, panels, columns=2, legend="independent")


def write_groups(path: str, findings: Findings) -> None:
    """Write many/medium/few accuracy, one panel per (data set, ratio)."""
    found = {group: summaries(findings.cells, f"{group}_accuracy") for group in GROUPS}
    panels = []
    for condition in findings.conditions:
        rows = [
            {**_row(method, found[group][*condition, method.name]), "group": group}
            for method in findings.methods
            for group in GROUPS
            if any(found[other].get((*condition, method.name), NOTHING).n for other in GROUPS)
        ]
        panels.append(_panel("groups", 260, height=12 * len(rows), rows=rows, title=title(condition)))
    _write(path, panels, columns=3)


def write_class_distribution(path: str, findings: Findings) -> None:
    """Write training signals per class, one panel per (data set, ratio)."""
    panels = [
        _panel("classes", 260, rows=class_rows(findings.distributions[condition]), title=title(condition))
        for condition in findings.conditions
        if condition in findings.distributions
    ]
    _write(path, panels, columns=3)


def class_rows(distribution: Distribution) -> list[Row]:
    """Return the classes from the most to the least frequent."""
    order = sorted(range(len(distribution.counts)), key=lambda label: -distribution.counts[label])
    return [
        {
            "rank": rank,
            "name": distribution.names[label],
            "count": distribution.counts[label],
            "group": distribution.groups[label],
        }
        for rank, label in enumerate(order, start=1)
    ]


def title(condition: Condition) -> str:
    """Return a condition for readers."""
    dataset, ir = condition
    return f"{dataset}, natural ratio" if ir == "natural" else f"{dataset}, ratio {ir}"


def _row(method: Method, summary: Summary) -> Row:
    """Return mean and spread in percent."""
    row: Row = {"method": method.label, "color": method.color, "mean": None, "low": None, "high": None}
    if summary.mean is not None:
        sd = summary.sd or 0.0
        row |= {"mean": 100 * summary.mean, "low": 100 * (summary.mean - sd), "high": 100 * (summary.mean + sd)}
    return row


def _against_ratio(rows: Sequence[Row], label: str, methods: Sequence[Method]) -> Spec:
    ticks = sorted({row["ratio"] for row in rows})
    shown = [method for method in methods if any(row["method"] == method.label for row in rows)]
    return _panel(
        "ratio_lines" if len(ticks) > 1 else "ratio_dots",
        400,
        height=24 * len(shown),
        rows=rows,
        ticks=ticks,
        metric=label,
        legend={**LEGEND, "columns": -(-len(shown) // 20)},
        labels=[method.label for method in shown],
        colors=[method.color for method in shown],
        dashes=[list(method.dash) for method in shown],
        shapes=[method.shape for method in shown],
    )


def _panel(name: str, width: int, **values: Any) -> Spec:
    blanks = {
        "width": width,
        "groups": list(GROUPS),
        "group_colors": list(GROUP_COLORS),
        "label_limit": LABEL_LIMIT,
        **values,
    }
    filled: Spec = fill(charts()[name], blanks)
    return filled


def _write(path: str, panels: Sequence[Spec], columns: int, legend: str = "shared") -> None:
    nothing = {"data": {"values": [{}]}, "mark": "text", "encoding": {"text": {"value": "No results yet"}}}
    spec = {
        "concat": list(panels) or [nothing],
        "columns": columns,
        "spacing": SLACK,
        "padding": {"left": SLACK, "right": SLACK, "top": 5, "bottom": 5},
        "resolve": {"scale": {channel: legend for channel in ("color", "shape", "strokeDash")}},
        "config": theme(dark=False),
    }
    files.write_text(path, vl_convert.vegalite_to_svg(spec))
