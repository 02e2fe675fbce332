"""The figures of the whole matrix as files, drawn from the same charts as the page."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ltsei.config.experiment import Figures
from ltsei.report import figure_files
from ltsei.report.charts.against_ratio import against_ratio
from ltsei.report.charts.chart import Chart, Spec
from ltsei.report.charts.class_distribution import class_distribution
from ltsei.report.charts.critical_difference import critical_difference
from ltsei.report.charts.differences import differences
from ltsei.report.charts.groups import groups, trade_off
from ltsei.report.charts.heat_map import heat_map
from ltsei.report.charts.pareto import pareto
from ltsei.report.figure_files import Draw, alone, beside
from ltsei.report.scopes import Scope

METRIC = "balanced_accuracy"
SUFFIXES = ("svg", "pdf", "png")
LEGEND = {"symbolStrokeWidth": 0, "symbolLimit": 0, "orient": "bottom", "labelLimit": 210, "columnPadding": 12}
LEGEND_COLUMN, NAME_LIMIT = 220, 170
"""Pixels of a column in the legend of methods, and of a name beside average ranks."""
Figure = Callable[[Scope], Draw | None]


def write(paths: Mapping[str, str], scope: Scope, settings: Figures) -> None:
    """Write figures as SVG and beside these as PDF and PNG; `paths` are those of SVG files of names in `FIGURES`."""
    for name, path in paths.items():
        wide, figure = FIGURES[name]
        width_mm = settings.wide_mm if wide else settings.width_mm
        file_format = figure_files.FileFormat(width_mm, settings.dpi, SUFFIXES)
        draw = figure(scope) or _undefined(name)
        figure_files.write(Path(path).parent, Path(path).stem, draw, file_format)


def _single(chart: Chart | None) -> Draw | None:
    return alone(chart) if chart else None


def _against_ratio(scope: Scope) -> Draw | None:
    return beside([_with_legend(chart) for chart in against_ratio(scope, METRIC).values()], 1)


def _with_legend(chart: Chart) -> Draw:
    return lambda width: chart.filled(width, legend={**LEGEND, "columns": max(1, int(width / LEGEND_COLUMN))})


def _critical_difference(scope: Scope) -> Draw | None:
    chart = critical_difference(scope, METRIC)
    return alone(chart, limit=NAME_LIMIT) if chart else None


def _groups(scope: Scope) -> Draw | None:
    return beside([alone(chart) for each in scope.conditions if (chart := groups(scope, each))], 2)


def _class_distribution(scope: Scope) -> Draw | None:
    return beside([alone(chart) for each in scope.conditions if (chart := class_distribution(scope.results, each))], 2)


def _undefined(name: str) -> Draw:
    text = {"value": f"{name.replace('_', ' ')}: not defined by these results"}

    def draw(width: float) -> Spec:
        return {"width": width, "height": 40, "data": {"values": [{}]}, "mark": "text", "encoding": {"text": text}}

    return draw


FIGURES: Mapping[str, tuple[bool, Figure]] = {
    "balanced_accuracy": (True, _against_ratio),
    "heat_map": (True, lambda scope: _single(heat_map(scope, METRIC))),
    "groups": (True, _groups),
    "trade_off": (False, lambda scope: _single(trade_off(scope))),
    "critical_difference": (True, _critical_difference),
    "differences": (True, lambda scope: _single(differences(scope, METRIC))),
    "pareto": (False, lambda scope: _single(pareto(scope, METRIC, "seconds"))),
    "class_distribution": (True, _class_distribution),
}
"""Name -> whether it spans two columns, and how it is drawn."""
