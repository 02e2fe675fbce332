"""What the page's script gets: names once, numbers in arrays that point at them by index."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ltsei.data.groups import GROUPS
from ltsei.evaluation.statistics import Comparison, Summary
from ltsei.report import analysis
from ltsei.report.analysis import Analysis, Scope
from ltsei.report.geometry import rank_diagram
from ltsei.report.method_parts import method_parts
from ltsei.report.page_cells import CellTable, rounded
from ltsei.report.results import Block, Results
from ltsei.report.summaries import metric_names, summaries
from ltsei.report.vega import charts, class_rows, title
from ltsei.report.words import GROUP_COLORS, LABEL_LIMIT, METHOD_COLORS, Method, metric, theme

log = logging.getLogger(__name__)
Json = dict[str, Any]


def payload(findings: Results, page: str, results: str, options: str) -> Json:
    """Return the page's data, JSON-able.

    Args:
        findings: what was found.
        page: the path from which links to files start.
        results: the folder in which everything lies.
        options: of the command that makes a file again.
    """
    names = metric_names(findings.cells)
    tested = analysis.tested(names)
    table = CellTable(findings, names, page)
    made_of = method_parts(findings)
    return {
        "metrics": [{"name": name, **asdict(metric(name))} for name in names],
        "tested": [names.index(name) for name in tested],
        "methods": [
            {
                **asdict(method),
                "design": asdict(made_of[method.name]) if method.name in made_of else None,
                "canonical": next(cell.canonical for cell in findings.cells if cell.files.method == method.name),
            }
            for method in findings.methods
        ],
        "blocks": [asdict(block) for block in findings.blocks],
        "conditions": [_condition(findings, key) for key in findings.conditions],
        "examples": findings.examples,
        "summaries": [_matrices(findings, block, names) for block in findings.blocks],
        "scopes": _scopes(findings, tested),
        "cells": table.cells,
        **table.shared,
        "options": options,
        "folder": results,
        "groups": GROUPS,
        "group_colors": GROUP_COLORS,
        "class_colors": METHOD_COLORS,
        "label_limit": LABEL_LIMIT,
        "charts": charts(),
        "themes": {"light": theme(dark=False), "dark": theme(dark=True)},
    }


def _condition(findings: Results, key: tuple[str, str]) -> Json:
    distribution = findings.distributions.get(key)
    return {
        "dataset": key[0],
        "ir": key[1],
        "title": title(key),
        "ratio": findings.ratio(key),
        "realised": rounded(distribution.imbalance_ratio) if distribution else None,
        "seed": distribution.seed if distribution else None,
        "classes": class_rows(distribution) if distribution else [],
    }


def _matrices(findings: Results, block: Block, names: Sequence[str]) -> list[list[list[Any]]]:
    """Return [metric][condition][method] -> [mean, sd, n], None where the block has no such cell."""
    matrices, cells = [], analysis.block_cells(findings, block)
    for name in names:
        found = summaries(cells, name)
        matrices.append(
            [[_triple(found.get((*key, method.name))) for method in findings.methods] for key in findings.conditions]
        )
    return matrices


def _triple(summary: Summary | None) -> list[float | None] | None:
    return None if summary is None else [rounded(summary.mean), rounded(summary.sd), summary.n]


def _scopes(findings: Results, tested: Sequence[str]) -> list[Json]:
    scopes = list(analysis.scopes(findings))
    log.info("statistics of %d metrics for %d blocks and conditions", len(tested), len(scopes))
    return [_scope(findings, scope, tested) for scope in scopes]


def _scope(findings: Results, scope: Scope, tested: Sequence[str]) -> Json:
    places = {method.name: index for index, method in enumerate(findings.methods)}
    methods = {method.name: method for method in findings.methods}
    return {
        "block": scope.block,
        "condition": None if scope.condition is None else findings.conditions.index(scope.condition),
        "control": places.get(scope.control),
        "methods": [places[name] for name in scope.methods],
        "conditions": [findings.conditions.index(condition) for condition in scope.conditions],
        "analyses": [_analysis(analysis.analyse(scope, name), places, methods) for name in tested],
    }


def _analysis(found: Analysis, places: Mapping[str, int], methods: Mapping[str, Method]) -> Json:
    test = found.friedman
    return {
        "ranked": [places[name] for name in found.ranked],
        "friedman": None if test is None else {**asdict(test), "ranks": [rounded(rank) for rank in test.ranks]},
        "diagram": test and rank_diagram([methods[name] for name in found.ranked], test, found.cliques),
        "cliques": [[places[name] for name in clique] for clique in found.cliques],
        "comparisons": {places[name]: _comparison(each) for name, each in found.comparisons.items()},
        "smallest_p": found.smallest_p,
    }


def _comparison(found: Comparison) -> Json:
    return {name: value if name == "n" else rounded(value) for name, value in asdict(found).items()}
