"""How the report calls and colours things: metrics, methods, groups, themes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from ltsei.report.cell_result import CellFiles

Unit = Literal["fraction", "number", "count"]


@dataclass(frozen=True)
class Metric:
    """How a metric is shown.

    Attributes:
        label: its name for readers.
        unit: a fraction is shown in percent, a number with three decimals, a count with as few as it needs.
        better: which values are better; None where none is (a description of the test set, say).
        tested: whether statistics are made of it.
        short: its name where there is little room.
    """

    label: str
    unit: Unit = "fraction"
    better: Literal["high", "low"] | None = "high"
    tested: bool = True
    short: str = ""


METRICS = {
    "balanced_accuracy": Metric("Balanced accuracy (mAcc)", short="mAcc"),
    "overall_accuracy": Metric("Overall accuracy", short="OA"),
    "many_accuracy": Metric("Many-shot accuracy", short="Many"),
    "medium_accuracy": Metric("Medium-shot accuracy", short="Medium"),
    "few_accuracy": Metric("Few-shot accuracy", short="Few"),
    "harmonic_mean": Metric("Harmonic mean of the groups", short="HM"),
    "g_mean": Metric("G-mean", short="G-mean"),
    "macro_f1": Metric("Macro F1", short="F1"),
    "macro_precision": Metric("Macro precision"),
    "worst_class_recall": Metric("Worst-class recall"),
    "zero_recall_classes": Metric("Classes with zero recall", "count", "low"),
    "top5_accuracy": Metric("Top-5 accuracy"),
    "macro_auroc": Metric("Macro AUROC"),
    "macro_auprc": Metric("Macro AUPRC"),
    "ece": Metric("Calibration error (ECE, 15 bins)", "fraction", "low", short="ECE"),
    "nll": Metric("Negative log-likelihood", "number", "low"),
    "many_classes": Metric("Many-shot classes", "count", None),
    "medium_classes": Metric("Medium-shot classes", "count", None),
    "few_classes": Metric("Few-shot classes", "count", None),
    "num_test_signals": Metric("Test signals", "count", None),
    "absent_test_classes": Metric("Classes absent from the test set", "count", None),
    "auroc_dropped_classes": Metric("Classes without AUROC", "count", None),
    "num_parameters": Metric("Parameters", "count", "low", tested=False),
}
"""In the order in which they are offered; a metric that is not here is shown after these under its own name."""

STAGES = {
    "make_split": "split",
    "stage1": "stage 1",
    "stage2": "stage 2",
    "stage2_finetune": "stage 2 (network)",
    "stage3": "stage 3",
}
GROUPS = ("many", "medium", "few")
GROUP_COLORS = ("#4477AA", "#CCBB44", "#AA3377")
METHOD_COLORS = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C"),
    *("#BF2F56", "#B180FC", "#71640B", "#89BB7E", "#7C60DB", "#A53D9F", "#8A6074"),
)
"""Okabe and Ito's palette without yellow, its black as a grey; then seven that differ most from these and each other.

All show on light and on dark. The second row has dashes and shapes of its own, since fourteen colours are many.
"""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [10, 4], [4, 2, 1, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
MARKS = 7
"""So many methods share a dash and a shape."""
LABEL_LIMIT = 320
"""Pixels that a method's name may take beside a chart of the page."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"


@dataclass(frozen=True)
class Method:
    """A method as it appears everywhere in one report.

    Attributes:
        name: its name in the configuration.
        label: its name for readers, unique in the report.
        kind: such as ``decoupling``.
        blocks: the experiments in which it appears.
        color, dash, shape: of its marks; no two of the first 42 methods of a configuration have the same.
    """

    name: str
    label: str
    kind: str
    blocks: tuple[str, ...]
    color: str
    dash: Sequence[int]
    shape: str


def metric(name: str) -> Metric:
    """Return how `name` is shown, also where the report has never heard of it."""
    return METRICS.get(name) or Metric(name.replace("_", " "), "number", None)


def shown_number(value: float, shown: Metric) -> str:
    """Return a value as JavaScript writes it on the page: five digits are kept, then a tie goes away from zero."""
    factor, digits = {"fraction": (100, "0.1"), "number": (1, "0.001"), "count": (1, "0.1")}[shown.unit]
    return str(Decimal(factor * float(f"{value:.5g}")).quantize(Decimal(digits), ROUND_HALF_UP))


def stage(rule: str) -> str:
    """Return a rule for readers, also one of which the report has never heard."""
    return STAGES.get(rule) or rule.replace("_", " ")


def ordered(names: Iterable[str]) -> list[str]:
    """Return metric names without repetition in the order in which they are offered."""
    known = list(METRICS)
    return sorted(dict.fromkeys(names), key=lambda name: known.index(name) if name in METRICS else len(known))


def methods(cells: Sequence[CellFiles]) -> list[Method]:
    """Return the methods in order of appearance, each with a colour, dash and shape of its own."""
    first = {cell.method: cell for cell in reversed(cells)}
    names = list(dict.fromkeys(cell.method for cell in cells))
    titles = [first[name].title or name for name in names]
    found = []
    for name, title in zip(names, titles, strict=True):
        rank = first[name].rank
        found.append(
            Method(
                name=name,
                label=title if titles.count(title) == 1 else f"{title} ({name})",
                kind=first[name].kind,
                blocks=tuple(dict.fromkeys(block for cell in cells if cell.method == name for block in cell.blocks)),
                color=METHOD_COLORS[rank % len(METHOD_COLORS)],
                dash=DASHES[rank // MARKS % len(DASHES)],
                shape=SHAPES[rank // MARKS % len(SHAPES)],
            )
        )
    return found


def theme(*, dark: bool) -> dict[str, Any]:
    """Return the Vega-Lite config of a light or dark page."""
    text, line = ("#d6dae0", "#3a4149") if dark else ("#2b3036", "#d9dde2")
    labels = {"labelColor": text, "titleColor": text, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500}
    return {
        "background": "transparent" if dark else "white",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {**labels, "gridColor": line, "domainColor": line, "tickColor": line, "labelLimit": 160},
        "legend": {**labels, "symbolSize": 90, "labelLimit": 180},
        "header": labels,
        "title": {"color": text, "fontSize": 13, "fontWeight": 600, "anchor": "start"},
        "text": {"color": text},
        "rule": {"color": text},
        "range": {"category": ["#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#8C8C8C"]},
    }
