"""One HTML page which holds everything it needs: data, script, style, and the libraries for charts and tables."""

import base64
import functools
import gzip
import json
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from ltsei.core import files
from ltsei.pipeline.rules import RULES
from ltsei.report import javascript
from ltsei.report.page_data import payload
from ltsei.report.results import Results
from ltsei.report.summaries import wall_times
from ltsei.report.words import stage

SCRIPTS = (
    *("state.js", "charts.js", "tables.js", "overview.js", "leaderboard.js", "comparisons.js", "statistics.js"),
    *("cell.js", "cell_charts.js", "provenance.js", "page.js"),
)


def write_page(path: str, findings: Results, heading: str, note: str, results: str, options: str) -> None:
    """Write the page; equal findings give equal bytes.

    Args:
        path: where to.
        findings: what was found.
        heading: of the page.
        note: selection rule and test set, one line per data set.
        results: the folder in which everything lies.
        options: of the command that makes a file again.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ltsei.report", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["duration"] = duration
    environment.filters["stage"] = stage
    data = json.dumps(
        payload(findings, path, results, options), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    page = environment.get_template("report.html.j2").render(
        title=heading,
        notes=[line for line in note.splitlines() if line.strip()],
        style=Markup(_asset("report.css")),
        loader=Markup(_asset("loader.js")),
        library_style=packed(javascript.table_style()),
        program=_program(),
        data=packed(data),
        **_counts(findings),
        **_times(findings),
    )
    files.write_text(path, page)


def duration(seconds: float) -> str:
    """Return a wall time for readers."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{round(seconds / 60, 1)} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def packed(text: str) -> str:
    """Return text as base64 of gzip, which the page unpacks; equal texts give equal bytes."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@functools.cache
def _program() -> str:
    return packed("\n".join([javascript.charts(), javascript.tables(), *map(_asset, SCRIPTS)]))


def _asset(name: str) -> str:
    return resources.files("ltsei.report").joinpath("assets", name).read_text(encoding="utf-8")


def _counts(findings: Results) -> Mapping[str, Any]:
    """Return how much of the matrix is there."""
    states = Counter(cell.status[0] for cell in findings.cells)
    done = states["done"] + states["out of date"]
    return {
        "states": {name: count for name, count in states.items() if name != "done"},
        "counts": {
            "cells": len(findings.cells),
            "done": done,
            "methods": len(findings.methods),
            "datasets": len({dataset for dataset, _ in findings.conditions}),
            "ratios": len({ir for _, ir in findings.conditions}),
            "seeds": len({cell.files.seed for cell in findings.cells}),
        },
    }


def _times(findings: Results) -> Mapping[str, Any]:
    times = wall_times(findings.cells)
    labels = {name: name or "data, shared by all" for name in times}
    labels |= {method.name: method.label for method in findings.methods}
    found = {rule for time in times.values() for rule in (*time.seconds, *time.shared)}
    order = [*RULES, *sorted(found.difference(RULES))]
    return {"times": times, "labels": labels, "stages": sorted(found, key=order.index)}
