"""The figures of the whole matrix as files for a paper."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from ltsei.config.experiment import Figures
from ltsei.report import figure_files, matrix_charts
from ltsei.report.figure_files import Draw
from ltsei.report.results import Results
from ltsei.report.vega import Spec

FORMATS = ("svg", "pdf", "png")


def write(paths: Mapping[str, str], findings: Results, settings: Figures) -> None:
    """Write figures as SVG and beside these as PDF and PNG; `paths` are those of SVG files of names in `FIGURES`."""
    for name, path in paths.items():
        wide, figure = FIGURES[name]
        look = figure_files.Paper(settings.wide_mm if wide else settings.width_mm, settings.dpi, FORMATS)
        draw = figure(findings) or partial(_nothing, f"{name.replace('_', ' ')}: not defined by these results")
        figure_files.write(Path(path).parent, Path(path).stem, draw, look)


def _nothing(text: str, width: float) -> Spec:
    value = {"text": {"value": text}}
    return {"width": width, "height": 40, "data": {"values": [{}]}, "mark": "text", "encoding": value}


Figure = Callable[[Results], Draw | None]
FIGURES: Mapping[str, tuple[bool, Figure]] = {
    "balanced_accuracy": (True, matrix_charts.against_ratio),
    "heat_map": (True, matrix_charts.heat_map),
    "groups": (True, matrix_charts.groups),
    "trade_off": (False, matrix_charts.trade_off),
    "critical_difference": (True, matrix_charts.critical_difference),
    "differences": (True, matrix_charts.differences),
    "pareto": (False, matrix_charts.pareto),
    "class_distribution": (True, matrix_charts.class_distribution),
}
"""Name -> whether it spans two columns, and how it is drawn."""
