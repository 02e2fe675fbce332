"""One HTML page that holds everything it needs: data, script, style, and the libraries for charts and tables."""

import base64
import functools
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from ltsei.core import files
from ltsei.pipeline.rule_table import RULES
from ltsei.report.domain_panels import domain_panels
from ltsei.report.html_assets import asset, template
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.open_set_panels import LABELS, open_set_panels
from ltsei.report.page import libraries
from ltsei.report.page.cells import link
from ltsei.report.page.data import page_data
from ltsei.report.tables.fold_tables import fold_tables
from ltsei.report.wall_time import wall_times

SCRIPTS = (
    *("page_state.js", "address.js", "format.js", "layout.js", "store.js", "picker.js", "charts.js", "tables.js"),
    *(
        "overview.js",
        "leaderboard.js",
        "comparisons.js",
        "statistics.js",
        "tuning.js",
        "protocols.js",
        "cell.js",
        "cell_charts.js",
        "provenance.js",
        "page.js",
    ),
)
NO_AUDITS: Mapping[str, str] = MappingProxyType({})
TABS = (
    *(("overview", "Overview"), ("leaderboard", "Leaderboard"), ("comparisons", "Comparisons")),
    *(("statistics", "Statistics"), ("cells", "Cells"), ("provenance", "Provenance")),
)
"""Id and title of the tabs that every page has."""


def write_page(
    path: str,
    results: MatrixResults,
    heading: str,
    note: str,
    folder: str,
    options: str,
    audits: Mapping[str, str] = NO_AUDITS,
) -> None:
    """Write the page; equal results give equal bytes.

    Args:
        path: of the page.
        results: of the matrix.
        heading: of the page.
        note: selection rule and test set, one line per data set.
        folder: that holds all results.
        options: of the Snakemake command that makes a file again.
        audits: line on a leakage audit -> its page, empty where it has none.
    """
    data = page_data(results, path, folder, options)
    page = template("report.html.j2").render(
        title=heading,
        notes=[line for line in note.splitlines() if line.strip()],
        audits={line: page and link(page, path) for line, page in audits.items()},
        style=Markup(asset("report.css")),
        loader=Markup(asset("loader.js")),
        library_style=packed(libraries.table_style()),
        program=_program(),
        data=packed(json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))),
        tabs=list(_tabs(data)),
        domains=domain_panels(results),
        folds=fold_tables(results),
        open_sets=open_set_panels(results),
        open_set_metrics=list(LABELS.values()),
        **_counts(results),
        **_times(results),
    )
    files.write_text(path, page)


def _tabs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield id and title of each tab; those on tuning and protocols only where there is something to show."""
    yield from TABS[:4]
    if any(view["searches"] for block in data["blocks"] for view in block["views"]):
        yield "tuning", "Tuning"
    if any(block["protocols"] for block in data["blocks"]):
        yield "protocols", "Protocols"
    yield from TABS[4:]


def packed(text: str) -> str:
    """Return text as base64 of gzip, which the page unpacks; equal texts give equal bytes."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@functools.cache
def _program() -> str:
    return packed("\n".join([libraries.charts(), libraries.tables(), *map(asset, SCRIPTS)]))


def _counts(results: MatrixResults) -> Mapping[str, Any]:
    """Return how much of the matrix is done."""
    states = Counter(cell.status[0] for cell in results.cells)
    return {
        "states": {name: count for name, count in states.items() if name != "done"},
        "counts": {
            "cells": len(results.cells),
            "done": states["done"] + states["out of date"],
            "methods": len(results.methods),
            "datasets": len({cell.origin for cell in results.cells}),
            "ratios": len({ir for _, ir in results.conditions}),
            "seeds": len({cell.files.seed for cell in results.cells}),
        },
    }


def _times(results: MatrixResults) -> Mapping[str, Any]:
    """Return wall times by method, their labels, and the stages in the order in which they run."""
    times = wall_times(results.cells)
    labels = {name: name or "data, shared by all" for name in times}
    labels |= {method.name: method.label for method in results.methods}
    rules = {rule for time in times.values() for rule in (*time.seconds, *time.shared)}
    order = [*RULES, *sorted(rules.difference(RULES))]
    return {"times": times, "labels": labels, "stages": sorted(rules, key=order.index)}
