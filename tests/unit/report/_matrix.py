"""A made-up matrix on disk: data sets, ratios, seeds and methods, none of it trained."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from unit.report import _results

from ltsei import files
from ltsei.longtail import Split, long_tail_counts, write_split
from ltsei.report import CellFiles, build

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
OUTPUTS = {
    "html": "report.html",
    "tidy": "tidy.csv",
    "summary": "summary.csv",
    "balanced_accuracy": "balanced_accuracy.svg",
    "groups": "groups.svg",
    "class_distribution": "class_distribution.svg",
}


@dataclass(frozen=True)
class FakeMatrix:
    """The arguments of `build`, and the folder they lie in."""

    root: Path
    cells: list[CellFiles]
    splits: dict[tuple[str, str, int], str]
    metas: dict[str, str]

    def build(self, *names, **changes):
        """Build the outputs `names`, without any all of them, and return their paths."""
        outputs = {name: str(self.root / "report" / OUTPUTS[name]) for name in names or OUTPUTS}
        arguments = {
            "splits": self.splits,
            "metas": self.metas,
            "outputs": outputs,
            "title": "Fake results",
            "note": "adsb_synth: last epoch; 40 test signals per class.\nmitdb: best epoch on validation.",
            "groups": {"adsb_synth": {"many_above": 100, "few_below": 20}, "mitdb": {}},
            "baseline": "ce",
        } | changes
        build(arguments.pop("cells", self.cells), **arguments)
        return {name: Path(path) for name, path in arguments["outputs"].items()}


def fake_matrix(root, *, methods=tuple(KINDS), ratios=("10", "100"), seeds=(0, 1), num_classes=20, natural=True):
    """Write a matrix of `methods` × `ratios` × `seeds`, and a natural data set with three methods at one seed."""
    matrix = FakeMatrix(root, [], {}, {})
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
        for index, method in enumerate(chosen):
            rng = np.random.default_rng((seed, index, size))
            cell = describe(folder, dataset, ir, seed, method)
            _results.write_cell(cell, names[:size], counts, quality=0.62 + 0.025 * index, rng=rng)
            matrix.cells.append(cell)
    return matrix


def describe(folder, dataset, ir, seed, method):
    own, shared = folder / method, folder / ("ce" if method in SHARING else method)
    stages = [("stage1", shared), *([("stage2", own)] if method in {"crt", "lws", "moe_ltsei"} else [])]
    return CellFiles(
        dataset=dataset,
        ir=ir,
        seed=seed,
        method=method,
        title="" if method != "moe_ltsei" else "MoE-LTSEI",
        kind=KINDS.get(method, "other"),
        rank=list(KINDS).index(method) if method in KINDS else len(KINDS),
        blocks=("comparison",) if method not in {"ce", "moe_ltsei"} else ("comparison", "ablation"),
        metrics=str(own / "metrics.json"),
        per_class=str(own / "per_class.csv"),
        confusion=str(own / "confusion.csv"),
        recipe=str(own / "recipe.json"),
        histories=tuple((stage, str(at / stage / "history.csv")) for stage, at in stages),
        benchmarks=tuple((stage, at.name, str(at / stage / "benchmark.tsv")) for stage, at in stages),
        expected={"split": "s1", "stage1": "t1"},
        logs=(str(own / "stage1.log"), str(own / "evaluate.log")),
        sweep=str(own / "stage3" / "sweep.csv") if KINDS.get(method) == "post-hoc" else "",
        diagnostics=str(own / "diagnostics.json"),
    )


def data_of(page):
    """Return what the script of a page gets."""
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL
    )
    return json.loads(found[1])


def spoil(matrix):
    """Take away the results of one cell and make those of another those of older code."""
    Path(matrix.cells[3].metrics).unlink()
    record = files.read_json(matrix.cells[5].recipe)
    files.write_json(matrix.cells[5].recipe, {**record, "fingerprints": {"split": "s1", "stage1": "older"}})
