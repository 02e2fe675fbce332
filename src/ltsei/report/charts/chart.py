"""A chart: the name of a Vega-Lite specification in `assets/vega_lite`, and the results that fill its blanks.

A text ``@name`` in a specification is a blank. Results fill some blanks, the same on the page and in figures; the
layout (width, legend, colours of the theme) fills the others, and only the page or the figure knows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.report.methods import Method
from ltsei.report.style import GROUP_COLORS, MARKS, SHADES

SPECIFICATIONS = Path(__file__).parents[1] / "assets" / "vega_lite"
LABELS = {"label_limit": 260, "label_text": "datum.label", "label_offset": 0}
"""Pixels that a label may take beside the panel of a figure, the Vega expression for its text, and how far it moves."""
PANELS, PANEL_SPACING = 4, 20
"""Small multiples beside each other in a figure, and pixels between them."""
COMMON = {"groups": list(GROUP_COLORS), "group_colors": list(GROUP_COLORS.values()), **MARKS}
"""Blanks that any specification may have, the same everywhere."""
Spec = dict[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Chart:
    """What a chart shows, JSON-able.

    Attributes:
        specification: name of a file in `assets/vega_lite`.
        tables: blank -> rows with the same keys.
        blanks: the other results, such as the ends of a scale.
    """

    specification: str
    tables: Mapping[str, Sequence[Row]]
    blanks: Mapping[str, Any] = field(default_factory=dict)

    def filled(self, width: float, **layout: Any) -> Spec:
        """Return the specification for a panel of a figure, `width` pixels wide."""
        panels = {"columns": PANELS, "panel": (width - (PANELS - 1) * PANEL_SPACING) / PANELS}
        common = {**COMMON, **SHADES["light"], **LABELS, "width": width, **panels}
        spec: Spec = fill(specification(self.specification), {**common, **layout, **self.tables, **self.blanks})
        return spec


def row_sizes(row: int, rows: int) -> dict[str, int]:
    """Return the blanks for a chart with a row per method: pixels of a row, and of all rows.

    The page recomputes the latter when a reader chooses some methods.
    """
    return {"row": row, "height": row * rows}


def legend(methods: Sequence[Method]) -> dict[str, list[Any]]:
    """Return the blanks that tell the lines of methods apart: label, colour, dash and shape of each."""
    return {
        "labels": [method.label for method in methods],
        "colors": [method.color for method in methods],
        "dashes": [list(method.dash) for method in methods],
        "shapes": [method.shape for method in methods],
    }


def specification(name: str) -> Spec:
    """Return a Vega-Lite specification with its blanks."""
    spec: Spec = files.read_json(SPECIFICATIONS / f"{name}.json")
    return spec


def specifications() -> dict[str, Spec]:
    """Return name -> Vega-Lite specification with its blanks."""
    return {path.stem: specification(path.stem) for path in sorted(SPECIFICATIONS.glob("*.json"))}


def fill(spec: Any, blanks: Mapping[str, Any]) -> Any:
    """Return `spec` with every text ``@name`` replaced by ``blanks["name"]``."""
    if isinstance(spec, dict):
        return {key: fill(value, blanks) for key, value in spec.items()}
    if isinstance(spec, list):
        return [fill(value, blanks) for value in spec]
    return blanks[spec[1:]] if isinstance(spec, str) and spec.startswith("@") else spec
