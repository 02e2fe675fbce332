"""The data of the page: what its script draws, without any computation of its own."""

import itertools
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ltsei.evaluation.metric_labels import metric
from ltsei.report.charts import confusion
from ltsei.report.charts.axes import metric_title
from ltsei.report.charts.chart import COMMON, specifications
from ltsei.report.charts.class_distribution import class_distribution
from ltsei.report.charts.signals import spectrogram, trace
from ltsei.report.condition_text import condition_title
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.page.blocks import block
from ltsei.report.page.cells import cell
from ltsei.report.page.context import PageContext
from ltsei.report.page.sentences import in_sentence
from ltsei.report.page.texts import TEXTS
from ltsei.report.scopes import scopes
from ltsei.report.style import SHADES, SQUARE, theme

log = logging.getLogger(__name__)
PROGRESS = 100
"""Cells between two lines of the log."""
LABEL_LIMIT = 320
"""Pixels that a method's name may take beside a chart of the page."""
Json = dict[str, Any]


def page_data(results: MatrixResults, path: str, folder: str, options: str) -> Json:
    """Return the page's data, JSON-able.

    Args:
        results: of the matrix.
        path: of the page, from which links to files start.
        folder: that holds all results.
        options: of the Snakemake command that makes a file again.
    """
    page = PageContext(results, path)
    content = _content(page)
    store = page.store
    return {
        **content,
        "options": options,
        "folder": folder,
        **_drawing(),
        "columns": store.columns,
        "charts": store.charts,
        **store.values,
    }


def _content(page: PageContext) -> Json:
    results = page.results
    return {
        "metrics": [_metric(name) for name in page.metrics],
        "methods": [asdict(method) for method in results.methods],
        "seeds": sorted({cell.files.seed for cell in results.cells}),
        "conditions": [_condition(page, position) for position in page.conditions.values()],
        "signals": {dataset: _signals(page, dataset) for dataset in results.examples},
        "blocks": _blocks(page),
        "cells": _cells(page),
    }


def _drawing() -> Json:
    """Return what the page needs to draw charts and to explain them, whatever the results."""
    return {
        "specifications": specifications(),
        "blanks": COMMON,
        "themes": {"light": theme(dark=False), "dark": theme(dark=True)},
        "shades": SHADES,
        "square_texts": confusion.TEXTS,
        "texts": TEXTS,
        "sizes": {"label_limit": LABEL_LIMIT, "square": SQUARE},
    }


def _metric(name: str) -> Json:
    shown_as = metric(name)
    short = shown_as.short or shown_as.label
    difference = f"Difference in {in_sentence(shown_as)}" + (", points" if shown_as.unit == "fraction" else "")
    return {"name": name, **asdict(shown_as), "short": short, "title": metric_title(shown_as), "difference": difference}


def _condition(page: PageContext, position: int) -> Json:
    condition = page.results.conditions[position]
    classes = page.store.chart(class_distribution(page.results, condition))
    return {
        "dataset": condition[0],
        "ir": condition[1],
        "title": condition_title(page.results, condition),
        "classes": classes,
    }


def _signals(page: PageContext, dataset: str) -> list[tuple[int | None, int | None]]:
    """Return for each example of a data set the charts of its samples and of its spectrogram."""
    examples = page.results.examples[dataset]
    return [(page.store.chart(trace(example)), page.store.chart(spectrogram(example))) for example in examples]


def _blocks(page: PageContext) -> list[Json]:
    by_block = [list(group) for _, group in itertools.groupby(scopes(page.results), key=lambda scope: scope.block)]
    log.info("statistics of %d metrics for %d blocks and conditions", len(page.metrics), sum(map(len, by_block)))
    return [block(page, block_scopes) for block_scopes in by_block]


def _cells(page: PageContext) -> Sequence[Json]:
    cells = []
    for number, result in enumerate(page.results.cells, start=1):
        cells.append(cell(page, result))
        if number % PROGRESS == 0 or number == len(page.results.cells):
            log.info("%d of %d cells read", number, len(page.results.cells))
    return cells
