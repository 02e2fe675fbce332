"""What the page's script gets: names once, numbers in arrays that point at them by index."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from ltsei.report.cells import Cell, read_history
from ltsei.report.figures import charts, class_rows, title
from ltsei.report.findings import Findings
from ltsei.report.tables import metric_names, summaries
from ltsei.report.words import GROUP_COLORS, GROUPS, LABEL_LIMIT, metric, stage, theme
from ltsei.statistics import Summary

Json = dict[str, Any]


def payload(findings: Findings, baseline: str, page: str) -> Json:
    """Return the page's data, JSON-able; `page` is the path from which links to files start."""
    names = metric_names(findings.cells)
    kept = {path: _columns(path) for cell in findings.cells for _, path in cell.files.histories if Path(path).is_file()}
    offered = baseline if any(method.name == baseline for method in findings.methods) else ""
    histories = {path: index for index, path in enumerate(kept)}
    return {
        "metrics": [{"name": name, **asdict(metric(name))} for name in names],
        "methods": [asdict(method) for method in findings.methods],
        "blocks": list(dict.fromkeys(block for method in findings.methods for block in method.blocks)),
        "conditions": [_condition(findings, key) for key in findings.conditions],
        "baseline": offered,
        "summaries": _matrices(findings, names, ""),
        "differences": _matrices(findings, names, offered) if offered else [],
        "cells": [_cell(findings, cell, names, histories, page) for cell in findings.cells],
        "histories": list(kept.values()),
        "groups": GROUPS,
        "group_colors": GROUP_COLORS,
        "label_limit": LABEL_LIMIT,
        "charts": charts(),
        "themes": {"light": theme(dark=False), "dark": theme(dark=True)},
    }


def link(path: str, page: str) -> str:
    """Return the address of a file relative to the page's folder."""
    return quote(Path(os.path.relpath(path, Path(page).parent)).as_posix())


def _condition(findings: Findings, key: tuple[str, str]) -> Json:
    distribution = findings.distributions.get(key)
    return {
        "dataset": key[0],
        "ir": key[1],
        "title": title(key),
        "ratio": findings.ratio(key),
        "realised": _rounded(distribution.imbalance_ratio) if distribution else None,
        "seed": distribution.seed if distribution else None,
        "classes": class_rows(distribution) if distribution else [],
    }


def _matrices(findings: Findings, names: Sequence[str], baseline: str) -> list[list[list[Any]]]:
    """Return [metric][condition][method] -> [mean, sd, n], None where no such cell is planned."""
    matrices = []
    for name in names:
        found = summaries(findings.cells, name, baseline)
        matrices.append(
            [[_triple(found.get((*key, method.name))) for method in findings.methods] for key in findings.conditions]
        )
    return matrices


def _triple(summary: Summary | None) -> list[float | None] | None:
    return None if summary is None else [_rounded(summary.mean), _rounded(summary.sd), summary.n]


def _cell(findings: Findings, cell: Cell, names: Sequence[str], histories: Mapping[str, int], page: str) -> Json:
    found: Json = {
        "condition": findings.conditions.index(cell.condition),
        "method": [method.name for method in findings.methods].index(cell.files.method),
        "seed": cell.files.seed,
        "blocks": cell.files.blocks,
        "files": [[name, link(path, page), path] for name, path in _named_files(cell) if Path(path).is_file()],
    }
    if cell.metrics is None:
        return found
    return found | {
        "values": [_rounded(cell.metrics.get(name)) for name in names],
        "stale": [stage(level) for level in cell.stale],
        "recipe": yaml.safe_dump(dict(cell.recipe), sort_keys=False, allow_unicode=True) if cell.recipe else "",
        "classes": [
            [row["class_name"], row["group"], row["train_count"], row["test_count"], _rounded(row["recall"])]
            for row in cell.per_class
        ],
        "confusion": cell.confusion,
        "histories": [[stage(rule), histories[path]] for rule, path in cell.files.histories if path in histories],
        "choices": [asdict(choice) for choice in cell.choices],
        "diagnostics": cell.diagnostics,
    }


def _named_files(cell: Cell) -> list[tuple[str, str]]:
    source = cell.files
    results = [source.metrics, source.per_class, source.confusion, source.recipe]
    results += [source.diagnostics] if cell.diagnostics else []
    stages = [path for _, path in source.histories] + [source.sweep]
    in_stages = [(f"{Path(path).parent.name}/{Path(path).name}", path) for path in stages]
    return [
        *((Path(path).name, path) for path in results),
        *in_stages,
        *((f"log of {Path(log).stem}", log) for log in source.logs),
    ]


def _columns(path: str) -> dict[str, list[float | None]]:
    return {name: [_rounded(value) for value in values] for name, values in read_history(path).items()}


def _rounded(value: float | None) -> float | None:
    """Return five significant digits, more than the page shows."""
    return None if value is None else float(f"{value:.5g}")
