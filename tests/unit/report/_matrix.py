"""A made-up matrix on disk: data sets, ratios, seeds and methods without any training."""

import base64
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from unit.report import _results

from ltsei.config.experiment import Figures
from ltsei.core import files
from ltsei.data.split import Split, write_split
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.report.matrix_figures import FIGURES
from ltsei.report.matrix_tables import WRITERS
from ltsei.report.write import CellFiles, Contents, write_figures, write_report, write_tables

HOSTILE = "<script>alert(1)</script>\"'&"
KINDS = {
    "ce": "baseline",
    "focal": "re-weighting",
    "cb": "re-weighting",
    "ldam_drw": "re-weighting",
    "logit_adjustment": "prior",
    "class_uniform": "re-sampling",
    "progressive_power": "re-sampling",
    "crt": "decoupling",
    "lws": "decoupling",
    "tau_norm": "post-hoc",
    "post_hoc_la": "post-hoc",
    "moe_ltsei": "mixture",
}
SHARING = {"crt", "lws", "tau_norm", "post_hoc_la", "moe_ltsei"}
EXAMPLES = [
    {
        "class_name": HOSTILE,
        "rate_hz": 8e6,
        "trace": [[0.1, -0.2, 0.3], [0.0, 0.5, -0.5]],
        "spectrogram": {"levels": [[0, 50, 100], [100, 0, 50]], "seconds": 1e-6, "low": -4e6, "high": 4e6},
    }
]
TABLES = {**{name: f"{name}.csv" for name in WRITERS}, "latex": "results.tex", "markdown": "REPORT.md"}
TITLES = {"comparison": "All <methods>", "ablation": "Parts"}


@dataclass(frozen=True)
class FakeMatrix:
    """The files that a report is about, and the folder that holds them."""

    root: Path
    cells: list[CellFiles]
    splits: dict[tuple[str, str, int], str]
    metas: dict[str, str]
    examples: dict[str, str]

    def contents(self, **changes):
        """Return what the report is about, with `changes`."""
        blocks = [{"name": "", "title": "Fake results", "control": "ce"}]
        named = dict.fromkeys(block for cell in self.cells for block in cell.blocks)
        blocks += [{"name": name, "title": TITLES[name], "control": "ce"} for name in named]
        arguments = {
            "cells": self.cells,
            "splits": self.splits,
            "metas": self.metas,
            "examples": self.examples,
            "title": "Fake results",
            "note": "adsb_synth: last epoch; 20 to 60 test signals per class.\nmitdb: best epoch on validation.",
            "groups": {"adsb_synth": {"many_above": 100, "few_below": 20}, "mitdb": {}},
            "blocks": blocks,
            "results": "results/fake",
            "options": "--cores all --configfile overlay.yaml",
        }
        return Contents(**{**arguments, **changes})

    def page(self, **changes):
        """Write the page and return its path."""
        path = self.root / "report" / "report.html"
        write_report(self.contents(**changes), str(path))
        return path

    def tables(self, *names, **changes):
        """Write the tables `names`, by default all of them, and return their paths."""
        paths = {name: self.root / "report" / "tables" / TABLES[name] for name in names or TABLES}
        write_tables(self.contents(**changes), {name: str(path) for name, path in paths.items()})
        return paths

    def figures(self, **changes):
        """Write the figures and return the paths of their SVG files."""
        paths = {name: self.root / "report" / "figures" / f"{name}.svg" for name in FIGURES}
        settings = Figures(dpi=100)
        write_figures(self.contents(**changes), {name: str(path) for name, path in paths.items()}, settings)
        return paths


def rising(index):
    """Return scores by which every method is a little better than the one before."""
    return {"quality": 0.62 + 0.025 * index}


def fake_matrix(
    root,
    *,
    methods=tuple(KINDS),
    ratios=("10", "100"),
    seeds=(0, 1),
    num_classes=20,
    natural=True,
    epochs=16,
    scores=rising,
):
    """Write a matrix of `methods` × `ratios` × `seeds`, and a natural data set with three methods and one seed.

    `scores` returns from the position of a method the arguments of `_results.write_cell` that set its scores and cost.
    """
    matrix = FakeMatrix(root, [], {}, {}, {})
    names = [HOSTILE, *(f"78{label:04X}" for label in range(1, num_classes))]
    columns = [("adsb_synth", ir, seed, methods, num_classes) for ir in ratios for seed in seeds]
    columns += [("mitdb", "natural", 0, methods[:3], 5)] if natural else []
    for dataset, ir, seed, chosen, size in columns:
        counts = long_tail_counts(
            500 if dataset == "adsb_synth" else 3000, 130.0 if ir == "natural" else float(ir), size
        )
        folder = root / dataset / f"ir{ir}" / f"seed{seed}"
        nothing = np.array([], dtype=np.int64)
        write_split(folder / "split.npz", Split(nothing, nothing, counts, counts.max() / counts.min(), {}))
        matrix.splits[dataset, ir, seed] = str(folder / "split.npz")
        matrix.metas[dataset] = str(root / dataset / "meta.json")
        files.write_json(matrix.metas[dataset], {"class_names": names[:size]})
        matrix.examples[dataset] = str(root / dataset / "examples.json")
        files.write_json(matrix.examples[dataset], EXAMPLES if dataset == "adsb_synth" else [])
        for index, method in enumerate(chosen):
            rng = np.random.default_rng((seed, index, size))
            cell = describe(folder, dataset, ir, seed, method, rank=methods.index(method))
            _results.write_cell(cell, names[:size], counts, rng=rng, epochs=epochs, **scores(index))
            matrix.cells.append(cell)
    return matrix


def describe(folder, dataset, ir, seed, method, rank=None):
    method_folder, stage1_folder = folder / method, folder / ("ce" if method in SHARING else method)
    stages = [
        ("stage1", stage1_folder),
        *([("stage2", method_folder)] if method in {"crt", "lws", "moe_ltsei"} else []),
    ]
    return CellFiles(
        dataset=dataset,
        ir=ir,
        seed=seed,
        method=method,
        title="" if method != "moe_ltsei" else "MoE-LTSEI",
        kind=KINDS.get(method, "other"),
        rank=list(KINDS).index(method) if method in KINDS else rank or len(KINDS),
        blocks=("comparison",) if method not in {"ce", "moe_ltsei"} else ("comparison", "ablation"),
        metrics=str(method_folder / "metrics.json"),
        per_class=str(method_folder / "per_class.csv"),
        confusion=str(method_folder / "confusion.csv"),
        recipe=str(method_folder / "recipe.json"),
        histories=tuple((stage, str(at / stage / "history.csv")) for stage, at in stages),
        benchmarks=tuple((stage, at.name, str(at / stage / "benchmark.tsv")) for stage, at in stages),
        expected={"make_split": "s1", "stage1": "t1"},
        logs=(str(method_folder / "stage1.log"), str(method_folder / "evaluate.log")),
        sweep=str(method_folder / "stage3" / "sweep.csv") if KINDS.get(method) == "post-hoc" else "",
        diagnostics=str(method_folder / "diagnostics.json"),
        map=str(stage1_folder / "stage1" / "map.json"),
    )


def data_of(page):
    """Return the data of a page."""
    script = re.search(r'<script type="text/plain" id="data">(.*?)</script>', page.read_text(encoding="utf-8"))
    return json.loads(gzip.decompress(base64.b64decode(script[1])))


def table_of(data, columns):
    """Return the rows of a table in the data of a page."""
    values = {name: column_of(data["columns"][position]) for name, position in columns.items()}
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def column_of(stored):
    """Return the values of a column in the data of a page."""
    return stored if isinstance(stored, list) else [stored["texts"][position] for position in stored["at"]]


def chart_of(data, position):
    """Return specification, tables and other blanks of a chart in the data of a page."""
    chart = data["charts"][position]
    tables = {blank: table_of(data, columns) for blank, columns in chart["tables"].items()}
    return chart["specification"], tables, chart["blanks"]


def spoil(matrix):
    """Remove the results of one cell, and make another cell out of date."""
    Path(matrix.cells[3].metrics).unlink()
    record = files.read_json(matrix.cells[5].recipe)
    files.write_json(matrix.cells[5].recipe, {**record, "fingerprints": {"make_split": "s1", "stage1": "older"}})
