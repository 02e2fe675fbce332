"""The figures of the whole matrix as files, drawn from the same charts as the page.

None is higher than a page: of many methods, figures with a row or a line for each show the best; of many conditions,
figures with a panel for each show some.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ltsei.config.experiment import Figures
from ltsei.evaluation.metric_labels import metric
from ltsei.report import condition_curves, figure_files
from ltsei.report.cell_result import Condition
from ltsei.report.charts.against_level import against_level, against_prior
from ltsei.report.charts.against_ratio import against_ratio
from ltsei.report.charts.chart import Chart, Spec
from ltsei.report.charts.class_distribution import class_distribution
from ltsei.report.charts.critical_difference import critical_difference
from ltsei.report.charts.differences import differences
from ltsei.report.charts.groups import groups, trade_off
from ltsei.report.charts.heat_map import heat_map
from ltsei.report.charts.pareto import pareto
from ltsei.report.figure_files import Draw, alone, beside, titled
from ltsei.report.page.sentences import in_sentence
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope, scopes

METRIC = "balanced_accuracy"
SUFFIXES = ("svg", "pdf", "png")
LEGEND = {"symbolStrokeWidth": 0, "symbolLimit": 0, "orient": "bottom", "labelLimit": 210, "columnPadding": 12}
LEGEND_COLUMN, NAME_LIMIT = 220, 260
"""Pixels of a column in the legend of methods, and of a name beside average ranks."""
MOST_LINES, MOST_ROWS, MOST_BARS = 14, 50, 24
"""Methods in a figure with a line, with a row, and with three bars for each, there in all rows of panels together."""
HEAD = 3
"""Methods for which a third row of panels leaves no room, since it has a heading and an axis of its own."""
MOST_PANELS = 9
"""Conditions in a figure with a panel for each."""
TWO_COLUMNS = 6
"""Panels up to which two stand side by side, above it three."""
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
    shown = _best(scope, MOST_LINES)
    draw = beside([_with_legend(chart) for chart in against_ratio(shown, METRIC).values()], 1)
    return _noted(draw, scope, shown)


def _with_legend(chart: Chart) -> Draw:
    return lambda width: chart.filled(width, legend={**LEGEND, "columns": max(1, int(width / LEGEND_COLUMN))})


def _critical_difference(scope: Scope) -> Draw | None:
    chart = critical_difference(scope, METRIC)
    return alone(chart, limit=NAME_LIMIT) if chart else None


def _heat_map(scope: Scope) -> Draw | None:
    shown = _best(scope, MOST_ROWS)
    return _noted(_single(heat_map(shown, METRIC)), scope, shown)


def _differences(scope: Scope) -> Draw | None:
    """Draw the best methods; the tests behind the rows are those of all methods."""
    chart, shown = differences(scope, METRIC), _best(scope, MOST_ROWS)
    if chart is None or len(shown.methods) == len(scope.methods):
        return _single(chart)
    labels = {method.label for method in shown.methods}
    everything = chart.tables["rows"]
    rows = [row for row in everything if row["method"] in labels]
    names = [name for name in chart.blanks.get("methods", ()) if name in labels]
    height = chart.blanks["height"] * len(rows) // len(everything)
    part = replace(chart, tables={"rows": rows}, blanks={**chart.blanks, "methods": names, "height": height})
    return _noted(alone(part), scope, shown)


def _groups(scope: Scope) -> Draw | None:
    defined = [each for each in scope.conditions if groups(scope, each)]
    panels = spread_out(defined, MOST_PANELS)
    columns = _columns(panels)
    lines = max(1, -(-len(panels) // columns))
    shown = _best(scope, (MOST_BARS - lines // 3 * HEAD) // lines)
    draw = beside([alone(chart) for each in panels if (chart := groups(shown, each))], columns)
    return _noted(draw, scope, shown)


def _class_distribution(scope: Scope) -> Draw | None:
    defined = [each for each in scope.conditions if class_distribution(scope.results, each)]
    panels = spread_out(defined, MOST_PANELS)
    charts = [alone(chart) for each in panels if (chart := class_distribution(scope.results, each))]
    return beside(charts, _columns(panels))


def _columns(panels: Sequence[Condition]) -> int:
    return 2 if len(panels) <= TWO_COLUMNS else 3


def spread_out(conditions: Sequence[Condition], most: int) -> list[Condition]:
    """Return at most this many conditions, the first and the last among them."""
    if len(conditions) <= most:
        return list(conditions)
    return [conditions[round(place * (len(conditions) - 1) / (most - 1))] for place in range(most)]


def _best(scope: Scope, most: int) -> Scope:
    """Return a scope with its control and its best methods, this many together, in the order of the report."""
    if len(scope.methods) <= most:
        return scope
    order = [each.method.name for each in standings(scope, METRIC)]
    chosen = sorted(order, key=lambda name: name != scope.control)[:most]
    return replace(scope, cells=[cell for cell in scope.cells if cell.files.method in chosen])


def _noted(draw: Draw | None, scope: Scope, shown: Scope) -> Draw | None:
    """Return how a figure is drawn with a heading that says which methods it shows, if it leaves any out."""
    if draw is None or len(shown.methods) == len(scope.methods):
        return draw
    label = in_sentence(metric(METRIC))
    return titled(draw, f"{len(shown.methods)} of {len(scope.methods)} methods: the best by {label}, and the control")


def _test_conditions(scope: Scope) -> Draw | None:
    """Draw a panel for each test condition at the largest ratio of the last data set that has them."""
    swept = [each for each in _alone(scope) if condition_curves.test_conditions(each)]
    if not swept:
        return None
    shown = _best(swept[-1], MOST_LINES)
    return _noted(beside([_with_legend(chart) for chart in against_level(shown)], 2), swept[-1], shown)


def _test_priors(scope: Scope) -> Draw | None:
    swept = {each.conditions[0]: each for each in _alone(scope) if condition_curves.test_priors(each)}
    shown = [_best(swept[condition], MOST_LINES) for condition in spread_out(list(swept), TWO_COLUMNS)]
    draw = beside([_with_legend(chart) for each in shown if (chart := against_prior(each))], 2)
    return _noted(draw, scope, _best(scope, MOST_LINES))


def _alone(scope: Scope) -> list[Scope]:
    """Return the scopes of single conditions."""
    return [each for each in scopes(scope.results) if each.block == scope.block and len(each.conditions) == 1]


def _undefined(name: str) -> Draw:
    text = {"value": f"{name.replace('_', ' ')}: not defined by these results"}

    def draw(width: float) -> Spec:
        return {"width": width, "height": 40, "data": {"values": [{}]}, "mark": "text", "encoding": {"text": text}}

    return draw


FIGURES: Mapping[str, tuple[bool, Figure]] = {
    "balanced_accuracy": (True, _against_ratio),
    "heat_map": (True, _heat_map),
    "groups": (True, _groups),
    "trade_off": (False, lambda scope: _single(trade_off(scope))),
    "critical_difference": (True, _critical_difference),
    "differences": (True, _differences),
    "pareto": (False, lambda scope: _single(pareto(scope, METRIC, "seconds"))),
    "class_distribution": (True, _class_distribution),
    "test_conditions": (True, _test_conditions),
    "test_priors": (True, _test_priors),
}
"""Name -> whether it spans two columns, and how it is drawn."""

TITLES: Mapping[str, str] = {
    "balanced_accuracy": "Balanced accuracy against the imbalance ratio",
    "heat_map": "Balanced accuracy by method and condition",
    "groups": "Accuracy of many-, medium- and few-shot classes",
    "trade_off": "Few-shot against many-shot accuracy",
    "critical_difference": "Average ranks and critical difference",
    "differences": "Differences from the control",
    "pareto": "Balanced accuracy against wall time",
    "class_distribution": "Training signals per class",
    "test_conditions": "Balanced accuracy on disturbed test signals",
    "test_priors": "Accuracy under other test priors",
}
"""Name -> title for readers."""
