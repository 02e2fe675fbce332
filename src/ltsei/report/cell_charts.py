"""The charts of one cell's figures: rows of numbers into Vega-Lite specifications, at any width."""

import itertools
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ltsei.data.groups import GROUPS
from ltsei.evaluation import diagnostics
from ltsei.evaluation.calibration import calibration_bins
from ltsei.report.figure_files import Draw, Spec
from ltsei.report.geometry import Row, projected, whole_ticks
from ltsei.report.vega import panel
from ltsei.report.words import GROUP_COLORS, METHOD_COLORS

LEGIBLE = 11
"""Pixels that a class needs for its name beside an axis."""
PRINTED = 18
"""And for a number in its square of the confusion matrix."""
TEXT, GREY = "#2b3036", "#8C8C8C"
VIEW = {"azimuth": 30.0, "elevation": 22.0}
CORNERS = np.array(list(itertools.product((-1, 1), repeat=3)), dtype=np.float64)
Classes = Sequence[Mapping[str, Any]]


def chart(name: str, **values: Any) -> Draw:
    """Return the chart of that name with its blanks filled but for its width."""
    return partial(_filled, name, values)


def curves(panels: Sequence[tuple[str, Sequence[Row]]]) -> Draw | None:
    """Return one panel below the other, each a title and the points of its curves; None without any."""
    draws = [
        chart("curve", rows=list(rows), title=title, ticks=whole_ticks([row["epoch"] for row in rows]))
        for title, rows in panels
        if rows
    ]
    return partial(_below, draws) if draws else None


def distribution(classes: Classes, names: Sequence[str]) -> Draw:
    """Return training signals per class."""
    rows = [
        {"rank": rank, "name": names[row["label"]], "count": row["train_count"], "group": row["group"]}
        for rank, row in enumerate(_frequent_first(classes), start=1)
    ]
    return chart("classes", rows=rows)


def confusion(classes: Classes, names: Sequence[str], counts: np.ndarray, pixels: float) -> Draw:
    """Return the confusion matrix as shares of the true class; `pixels` is how wide it can be."""
    order = [row["label"] for row in _frequent_first(classes)]
    printed = pixels / len(order) >= PRINTED
    rows = []
    for true, predicted in itertools.product(order, order):
        total, count = int(counts[true].sum()), int(counts[true, predicted])
        share = count / total if total else None
        text = f"{100 * share:.0f}" if printed and share else ""
        rows.append({"true": names[true], "predicted": names[predicted], "count": count, "share": share, "text": text})
    named = pixels / len(order) >= LEGIBLE
    return partial(_with_legend, chart("confusion", rows=rows, classes=[names[c] for c in order], named=named))


def recalls(classes: Classes, names: Sequence[str], pixels: float) -> Draw:
    """Return the recall of each class."""
    rows = [
        {"name": names[row["label"]], "group": row["group"], "value": _percent(row["recall"])}
        for row in _frequent_first(classes)
    ]
    return chart("scores", rows=rows, named=pixels / len(rows) >= LEGIBLE)


def against_count(classes: Classes, names: Sequence[str], score: str, title: str) -> Draw | None:
    """Return a score of each class against its training signals; None where no class has one."""
    rows = [
        {"name": names[row["label"]], "group": row["group"], "train_count": row["train_count"], "recall": value}
        for row in classes
        if (value := _percent(row[score])) is not None
    ]
    return partial(_renamed, chart("recall", rows=rows), title) if rows else None


def groups(metrics: Mapping[str, Any]) -> Draw:
    """Return the accuracy of each group and of all classes."""
    bars = [
        (group, metrics[f"{group}_accuracy"], metrics.get(f"{group}_classes"), color)
        for group, color in zip(GROUPS, GROUP_COLORS, strict=True)
    ]
    bars.append((diagnostics.ALL, metrics["balanced_accuracy"], None, GREY))
    rows = [
        {
            "label": name if count is None else f"{name} ({count})",
            "value": _percent(value),
            "at": _percent(value) or 0,
            "text": "–" if value is None else f"{100 * value:.1f}",
            "color": color,
        }
        for name, value, count, color in bars
    ]
    return chart("group_bars", rows=rows)


def confidence(chances: np.ndarray, labels: np.ndarray) -> Draw:
    """Return the histograms of confidence."""
    correct = int((chances.argmax(axis=1) == labels).sum())
    parts = {"correct": f"correct ({correct})", "wrong": f"wrong ({len(labels) - correct})"}
    rows = [row | {"part": parts[row["part"]]} for row in diagnostics.confidences(chances, labels)]
    return chart("confidence", rows=rows, parts=list(parts.values()))


def calibration(chances: np.ndarray, labels: np.ndarray, ece: float) -> Draw:
    """Return the reliability diagram."""
    return chart(
        "calibration",
        rows=diagnostics.calibration(calibration_bins(chances.max(axis=1), chances.argmax(axis=1) == labels)),
        title=f"ECE {100 * ece:.1f} %",
    )


def precision_recall(chances: np.ndarray, labels: np.ndarray, classes: Classes) -> Draw | None:
    """Return the mean precision–recall curve of each group and of all classes; None where no class has one."""
    rows = diagnostics.precision_recall(chances, labels, [row["group"] for row in classes])
    looks = dict(zip((*GROUPS, diagnostics.ALL), (*GROUP_COLORS, TEXT), strict=True))
    shown = [group for group in looks if any(row["group"] == group for row in rows)]
    dashes = [[4, 3] if group == diagnostics.ALL else [1, 0] for group in shown]
    colors = [looks[group] for group in shown]
    return chart("precision_recall", rows=rows, shown=shown, colors=colors, dashes=dashes) if rows else None


def top_confusions(counts: np.ndarray, names: Sequence[str], k: int) -> Draw | None:
    """Return the pairs most often taken one for the other; None where there is no mistake."""
    rows = diagnostics.top_confusions(counts.tolist(), names, k)
    return chart("top_confusions", rows=rows, height=20 * len(rows)) if rows else None


def points(found: np.ndarray, labels: np.ndarray, classes: Classes, names: Sequence[str]) -> Draw:
    """Return an embedding [N, 2] or [N, 3], coloured by class where there are colours enough, otherwise by group."""
    by_class = len(names) <= len(METHOD_COLORS)
    keys, colors = (names, METHOD_COLORS[: len(names)]) if by_class else (GROUPS, GROUP_COLORS)
    kinds = names if by_class else [row["group"] for row in classes]
    solid = found.shape[1] == 3
    places = projected(found, **VIEW) if solid else found
    counts = np.array([row["train_count"] for row in classes])
    order = np.argsort(places[:, 2] if solid else -counts[labels], kind="stable")  # what comes last lies on top
    size = float(np.clip(20000 / len(found), 8, 40))
    rows = [
        {"x": x, "y": y, "size": size * (1 + 0.3 * sum(depth)), "key": kinds[labels[index]]}
        for index, (x, y, *depth) in zip(order.tolist(), places[order].tolist(), strict=True)
    ]
    edges = _box(np.abs(found).max(axis=0)) if solid else []
    reach = max(max(abs(row["x"]), abs(row["y"])) for row in [*rows, *edges])
    blanks = {"keys": list(keys), "colors": list(colors), "columns": min(4, len(keys)), "domain": [-reach, reach]}
    return chart("points", rows=rows, edges=edges, **blanks)


def _box(reach: np.ndarray) -> list[Row]:
    """Return the edges of the box that reaches so far from the origin, [3]."""
    ends = [(a, b) for a, b in itertools.combinations(range(8), 2) if (CORNERS[a] != CORNERS[b]).sum() == 1]
    places = projected(CORNERS * reach, **VIEW).tolist()
    return [{"x": places[c][0], "y": places[c][1], "edge": edge} for edge, pair in enumerate(ends) for c in pair]


def _filled(name: str, values: Mapping[str, Any], width: float) -> Spec:
    return panel(name, width, **values)


def _below(draws: Sequence[Draw], width: float) -> Spec:
    panels = [draw(width) | {"height": 120} for draw in draws]
    for each in panels:
        several = len({row["series"] for row in each["data"]["values"]}) > 1
        each["encoding"]["color"]["legend"] = {"orient": "bottom", "offset": 4} if several else None
    return {"vconcat": panels, "spacing": 12, "resolve": {"scale": {"color": "independent"}}}


def _with_legend(draw: Draw, width: float) -> Spec:
    spec = draw(width)
    look = {"orient": "top", "offset": 6, "gradientThickness": 8, "format": ".0%", "values": [0, 0.5, 1]}
    spec["layer"][0]["encoding"]["color"]["legend"] = {"title": "Share of the true class", **look}
    return spec


def _renamed(draw: Draw, title: str, width: float) -> Spec:
    spec = draw(width) | {"height": 240}
    spec["encoding"]["y"]["title"] = title
    return spec


def _frequent_first(classes: Classes) -> list[Mapping[str, Any]]:
    return sorted(classes, key=lambda row: -row["train_count"])


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value
