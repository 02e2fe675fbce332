"""The page of a leaderboard: a table per data set and ratio, without scripts, readable offline."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.evaluation.metric_labels import Metric
from ltsei.evaluation.metric_labels import metric as metric_of
from ltsei.report.html_assets import asset, template
from ltsei.report.leaderboard.entries import Entry, Signals, divided, measured
from ltsei.report.number_text import shown
from ltsei.report.published import published
from ltsei.report.ranking import places

Key = tuple[str, str, Signals | None]


def write_page(paths: Sequence[Path], metric: str, page: Path) -> int:
    """Write the leaderboard of results folders and of CSV files with published numbers; return the number of tables.

    Raises:
        InputError: a folder holds no finished cell, a result is damaged, or a file is not a table of numbers.
    """
    shown_as = metric_of(metric)
    entries = [entry for path in paths for entry in _entries(path, metric)]
    tables = divided(entries)
    text = template("leaderboard.html.j2").render(
        style=Markup(asset("report.css")),
        label=shown_as.label + (", %" if shown_as.unit == "fraction" else ""),
        sources=[str(path) for path in paths],
        tables=[{"title": title, "rows": list(_rows(tables[key], shown_as))} for key, title in _titles(tables).items()],
    )
    files.write_text(page, text)
    return len(tables)


def _entries(path: Path, metric: str) -> list[Entry]:
    """Return the numbers of a metric in a results folder or a file."""
    entries = list(measured(path)) if path.is_dir() else published(path)
    if chosen := [entry for entry in entries if entry.metric == metric]:
        return chosen
    names = dict.fromkeys(entry.metric for entry in entries)
    raise InputError(f"{path}: nothing has the metric {metric!r}; there are {', '.join(names)}")


def _rows(entries: Sequence[Entry], shown_as: Metric) -> Iterator[Mapping[str, Any]]:
    """Yield the entries, best first; published numbers and oracles stand in that order and have no place."""
    turn = -1 if shown_as.better == "low" else 1
    scores = [None if entry.summary.mean is None else turn * entry.summary.mean for entry in entries]
    place = places([score if e.has_place else None for e, score in zip(entries, scores, strict=True)])
    order = sorted(range(len(entries)), key=lambda i: (scores[i] is None, -(scores[i] or 0.0), entries[i].method))
    for i in order:
        summary = entries[i].summary
        yield {
            "place": "" if place[i] is None else place[i],
            "method": entries[i].label,
            "mean": shown(summary.mean, shown_as.unit),
            "sd": "" if summary.sd is None else shown(summary.sd, shown_as.unit),
            "runs": summary.n or "",
            "source": entries[i].source,
            "published": entries[i].is_published,
        }


def _titles(tables: Mapping[Key, Sequence[Entry]]) -> dict[Key, str]:
    """Return a title per table, with its data or split where another table has the same data set and ratio."""
    titles = {}
    for key in tables:
        dataset, ir, signals = key
        title = f"{dataset}, {'natural ratio' if ir == 'natural' else f'ratio {ir}'}"
        if signals and sum(other[:2] == key[:2] for other in tables) > 1:
            title += f" (data {signals[0][:8]}, split {signals[1][:8]})"
        titles[key] = title
    return titles
