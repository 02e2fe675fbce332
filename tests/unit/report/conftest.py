"""A made-up matrix on disk: three data sets' worth of corner cases, none of it trained."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ltsei import files
from ltsei.longtail import Split, groups, long_tail_counts, write_split
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
            "groups": {"adsb_synth": (100, 20), "mitdb": (100, 20)},
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
            write_cell(cell, names[:size], counts, quality=0.62 + 0.025 * index, rng=rng)
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
        benchmarks=tuple((stage, str(at / stage / "benchmark.tsv")) for stage, at in stages),
        expected={"split": "s1", "stage1": "t1"},
        log=str(own / "evaluate.log"),
    )


def write_cell(cell, names, counts, *, quality, rng):
    size = len(names)
    tests = np.full(size, 40)
    tests[-1] = 0  # the last class has no test signals: its recall is undefined
    recall = np.clip(quality * (counts / counts.max()) ** (0.25 * (1 - quality)) + rng.normal(0, 0.03, size), 0, 1)
    chances = np.where(np.eye(size, dtype=bool), recall[:, None], (1 - recall[:, None]) / (size - 1))
    confusion = np.array([rng.multinomial(tests[c], chances[c]) for c in range(size)])
    recalls = [float(confusion[c, c] / tests[c]) if tests[c] else None for c in range(size)]
    group = groups(counts)
    coordinates = {"dataset": cell.dataset, "ir": cell.ir, "seed": cell.seed, "method": cell.method}
    files.write_json(cell.metrics, {**coordinates, **metrics(recalls, group, confusion, rng)})
    rows = [
        dict(
            label=c, class_name=names[c], group=group[c], train_count=counts[c], test_count=tests[c], recall=recalls[c]
        )
        for c in range(size)
    ]
    columns = ("label", "class_name", "group", "train_count", "test_count", "recall", "precision", "f1")
    files.write_csv(cell.per_class, columns, rows)
    files.write_csv(cell.confusion, names, [dict(zip(names, row, strict=True)) for row in confusion.tolist()])
    recipe = {"stage1": {"backbone": {"name": "convnet_adsb", "width": 0.25}, "loss": {"name": cell.method}, "lr": 0.1}}
    fingerprints = {"split": "s1", "stage1": "t1"}
    files.write_json(cell.recipe, {**coordinates, "stage": "evaluate", "recipe": recipe, "fingerprints": fingerprints})
    Path(cell.log).write_text("done\n", encoding="utf-8")
    for (_, history), (_, benchmark) in zip(cell.histories, cell.benchmarks, strict=True):
        write_history(history, quality)
        lines = ["s\th:m:s\tmax_rss\tmean_load", f"{60 + 3 * size:.4f}\t0:02:00\t812.5\t-"]
        Path(benchmark).write_text("\n".join(lines) + "\n", encoding="utf-8")


def metrics(recalls, group, confusion, rng):
    defined = [recall for recall in recalls if recall is not None]
    accuracy = {}
    for name in ("many", "medium", "few"):
        members = [r for r, g in zip(recalls, group, strict=True) if g == name and r is not None]
        accuracy[f"{name}_accuracy"] = float(np.mean(members)) if members else None
        accuracy[f"{name}_classes"] = int((group == name).sum())
    return {
        "overall_accuracy": float(np.trace(confusion) / confusion.sum()),
        "balanced_accuracy": float(np.mean(defined)),
        "macro_f1": float(np.mean(defined)) * 0.97,
        "macro_precision": float(np.mean(defined)) * 0.98,
        **accuracy,
        "harmonic_mean": None if None in accuracy.values() else float(np.mean(defined)) * 0.95,
        "g_mean": 0.0 if 0 in defined else math.exp(float(np.mean(np.log(defined)))),
        "zero_recall_classes": sum(recall == 0 for recall in defined),
        "worst_class_recall": min(defined),
        **{"top5_accuracy": 0.97, "macro_auroc": 0.98, "macro_auprc": 0.9},
        "ece": float(rng.uniform(0.02, 0.2)),
        "nll": float(rng.uniform(0.5, 1.5)),
        "num_test_signals": int(confusion.sum()),
        "absent_test_classes": recalls.count(None),
    }


def write_history(path, quality):
    columns = ("epoch", "learning_rate", "train_loss", "gate_entropy", "val_loss", "val_balanced_accuracy")
    rows = [
        {
            "epoch": epoch,
            "learning_rate": 0.05 * (1 + math.cos(math.pi * epoch / 15)),
            "train_loss": 3 * math.exp(-epoch / 5) + 0.1,
            "val_loss": 3 * math.exp(-epoch / 6) + 0.4,
            "val_balanced_accuracy": quality * (1 - math.exp(-(epoch + 1) / 4)),
        }
        for epoch in range(16)
    ]
    files.write_csv(path, columns, rows)


@pytest.fixture
def matrix(tmp_path):
    """Two methods that share a stage, one ratio, two seeds."""
    return fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("100",), num_classes=6, natural=False)


@pytest.fixture(scope="session")
def full_report(tmp_path_factory):
    """The outputs of a report on twelve methods, with a missing cell, a stale one, an empty group, a hostile name."""
    matrix = fake_matrix(tmp_path_factory.mktemp("full"))
    spoil(matrix)
    return matrix.build(title=f"Fake {HOSTILE}")


def spoil(matrix):
    """Take away the results of one cell and make those of another those of older code."""
    Path(matrix.cells[3].metrics).unlink()
    record = files.read_json(matrix.cells[5].recipe)
    files.write_json(matrix.cells[5].recipe, {**record, "fingerprints": {"split": "s1", "stage1": "older"}})
