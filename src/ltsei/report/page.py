"""One HTML page which holds everything it needs: data, script, style and the chart library."""

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

import jinja2
import vl_convert
from markupsafe import Markup

from ltsei import files
from ltsei.provenance import LEVELS
from ltsei.report.cells import failure
from ltsei.report.figures import title
from ltsei.report.findings import Findings
from ltsei.report.payload import link, payload
from ltsei.report.tables import wall_times
from ltsei.report.words import stage

SCRIPTS = ("state.js", "charts.js", "matrix.js", "cell.js", "page.js")


def write_page(path: str, findings: Findings, heading: str, note: str, baseline: str) -> None:
    """Write the page; equal findings give equal bytes."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ltsei.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "allow_nan": False,
        "separators": (",", ":"),
    }
    environment.filters["duration"] = duration
    environment.filters["stage"] = stage
    page = environment.get_template("report.html.j2").render(
        title=heading,
        notes=[line for line in note.splitlines() if line.strip()],
        data=payload(findings, baseline, path),
        style=_asset("report.css"),
        scripts=[_chart_library(), *map(_asset, SCRIPTS)],
        **_status(findings, path),
        **_times(findings),
    )
    files.write_text(path, page)


def duration(seconds: float) -> str:
    """Return a wall time for readers."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{round(seconds / 60, 1)} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _status(findings: Findings, page: str) -> dict[str, Any]:
    """Return which cells are missing and which results no longer match configuration and code."""
    missing, stale = [], []
    for cell in findings.cells:
        log, error = failure(cell.files.logs) if cell.metrics is None else ("", "")
        entry = {
            "condition": title(cell.condition),
            "seed": cell.files.seed,
            "method": next(method.label for method in findings.methods if method.name == cell.files.method),
            "levels": cell.stale,
            "log": log,
            "error": error,
            "address": log and link(log, page),
        }
        if cell.metrics is None:
            missing.append(entry)
        elif cell.stale:
            stale.append(entry)
    counts = {
        "cells": len(findings.cells),
        "done": len(findings.cells) - len(missing),
        "methods": len(findings.methods),
        "datasets": len({dataset for dataset, _ in findings.conditions}),
        "ratios": len({ir for _, ir in findings.conditions}),
        "seeds": len({cell.files.seed for cell in findings.cells}),
    }
    return {"missing": missing, "stale": stale, "counts": counts}


def _times(findings: Findings) -> Mapping[str, Any]:
    times = wall_times(findings.cells)
    labels = {name: name or "data, shared by all" for name in times}
    labels |= {method.name: method.label for method in findings.methods}
    found = {rule for time in times.values() for rule in (*time.seconds, *time.shared)}
    order = [*LEVELS, *sorted(found.difference(LEVELS))]
    return {"times": times, "labels": labels, "stages": sorted(found, key=order.index)}


@functools.cache
def _chart_library() -> Markup:
    """Return Vega, Vega-Lite and Vega-Embed, as one script which defines ``vegaEmbed``; bundling takes a second."""
    return _inline(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def _asset(name: str) -> Markup:
    return _inline(resources.files("ltsei.report").joinpath("assets", name).read_text(encoding="utf-8"))


def _inline(text: str) -> Markup:
    """Return our own or the library's text for a <script> or <style> element, which it must not close."""
    return Markup(text.replace("</script", "<\\/script"))
