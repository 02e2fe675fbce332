"""Charts as Vega-Lite specifications with blanks, the same for the page and for files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.data.groups import GROUPS
from ltsei.report.cell_result import Condition
from ltsei.report.results import Distribution
from ltsei.report.words import GROUP_COLORS

CHARTS = Path(__file__).parent / "assets" / "charts"
LABEL_LIMIT = 260
"""Pixels that a method's name may take beside a panel."""
SHADES = {"low": "#f6f8fa", "high": "#0a4a82", "on_high": "#ffffff", "on_low": "#2b3036", "paper": "#ffffff"}
"""Colours of squares and of what stands in them, on white."""
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


def panel(name: str, width: float, **values: Any) -> Spec:
    """Return the chart of that name for a file, its panel so many pixels wide."""
    common = {"groups": list(GROUPS), "group_colors": list(GROUP_COLORS), "label_limit": LABEL_LIMIT, **SHADES}
    filled: Spec = fill(files.read_json(CHARTS / f"{name}.json"), {**common, "title": "", "width": width, **values})
    return filled


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
