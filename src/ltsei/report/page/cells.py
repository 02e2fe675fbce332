"""The page's data of one cell: its state, its files, and once it is done its numbers and charts."""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from ltsei.pipeline.rule_table import rule_label
from ltsei.report.cell_result import CellResult
from ltsei.report.number_text import rounded, shown
from ltsei.report.page.cell_charts import cell_charts
from ltsei.report.page.context import PageContext
from ltsei.report.page.errors import errors
from ltsei.report.page.provenance import EVALUATE, last_fingerprint, levels, surroundings

Json = dict[str, Any]


def cell(page: PageContext, result: CellResult) -> Json:
    """Return the data of a cell; one that is not done has no ``values``."""
    status, log, error = result.status
    data: Json = {
        "condition": page.conditions[result.condition],
        "method": page.methods[result.files.method],
        "seed": result.files.seed,
        "blocks": result.files.blocks,
        "status": status,
        "log": log and link(log, page.path),
        "error": error,
        "target": shlex.quote(result.files.metrics),
        "files": [[name, link(path, page.path)] for name, path in named_files(result) if Path(path).is_file()],
    }
    return data if result.metrics is None else data | _results(page, result)


def link(path: str, page: str) -> str:
    """Return the address of a file relative to the page's folder."""
    return quote(Path(os.path.relpath(path, Path(page).parent)).as_posix())


def named_files(result: CellResult) -> list[tuple[str, str]]:
    """Return (name for readers, path) of every file of a cell, whether it exists or not."""
    source = result.files
    results = [source.metrics, source.per_class, source.confusion, source.recipe, source.diagnostics]
    stages = [path for _, path in source.histories] + [source.sweep]
    in_stages = [(f"{Path(path).parent.name}/{Path(path).name}", path) for path in stages]
    return [
        *((Path(path).name, path) for path in results),
        *in_stages,
        *([("predictions.csv", source.predictions)] if source.predictions else []),
        *zip(_log_names(source.logs), source.logs, strict=True),
    ]


def _log_names(logs: Sequence[str]) -> Iterator[str]:
    """Yield the names of logs for readers, with the method where a job of a teacher has the same."""
    names = [_log_name(Path(log)) for log in logs]
    for name, log in zip(names, logs, strict=True):
        yield name if names.count(name) == 1 else f"{name} of {Path(log).parent.parent.name}"


def _log_name(log: Path) -> str:
    """Return the name of a log for readers, with the trials where several jobs divide them."""
    folder = log.parent.parent
    return f"log of {log.stem}" + (f" {folder.name}" if folder.parent.name == "trials" else "")


def _results(page: PageContext, result: CellResult) -> Json:
    made = result.provenance.get("made", {})
    records = {rule: page.store.value("surroundings", surroundings(record)) for rule, record in made.items()}
    return {
        "values": [rounded(result.value(name)) for name in page.metrics],
        "stale": [rule_label(level) for level in result.stale],
        "recipe": page.store.value("recipes", _recipe_text(result.recipe)),
        "choices": [
            f"{choice.step}: {choice.parameter} = {choice.value}, "
            + ("fixed" if choice.fixed else "chosen on validation data")
            for choice in result.choices
        ],
        "expert_usage": _expert_usage(result),
        "levels": [[label, fingerprint, records.get(rule)] for rule, label, fingerprint in levels(result)],
        "fingerprint": last_fingerprint(result),
        "surroundings": records.get(EVALUATE),
        **cell_charts(page, result),
        "errors": errors(page, result),
    }


def _recipe_text(recipe: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(recipe), sort_keys=False, allow_unicode=True) if recipe else ""


def _expert_usage(result: CellResult) -> Json | None:
    """Return the gate probabilities by group and a sentence about the gate; None without a mixture of experts."""
    usage = result.expert_usage
    if usage is None:
        return None
    by_group = usage["expert_usage"]
    count = max((len(probabilities) for probabilities in by_group.values() if probabilities), default=0)
    return {
        "experts": [f"Expert {number}" for number in range(1, count + 1)],
        "groups": [[group, list(map(rounded, gate)) if gate else [None] * count] for group, gate in by_group.items()],
        "text": (
            f"Entropy of the gate: {shown(usage['gate_entropy'], 'number')} (0: it always chooses the same expert, "
            "1: all are equally likely). Two experts choose different classes in "
            f"{shown(usage['disagreement'], 'fraction')} % of cases."
        ),
    }
