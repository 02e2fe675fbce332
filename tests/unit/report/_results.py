"""The files of a made-up cell: numbers, tables and histories as the rules would write them."""

import math
import zlib
from pathlib import Path

import numpy as np

from ltsei.core import files
from ltsei.data.groups import groups


def write_cell(cell, names, counts, *, quality, rng, epochs=16, steepness=None, seconds=None):
    """Write the files of a cell.

    Args:
        cell: where they lie.
        names: of the classes.
        counts: training signals per class.
        quality: recall of the most frequent class.
        rng: for the noise.
        epochs: in the history.
        steepness: recall falls with this power of the training signals; by default less where quality is high.
        seconds: that each stage took, by default more for more classes.
    """
    size = len(names)
    exponent = 0.25 * (1 - quality) if steepness is None else steepness
    tests = 20 + 10 * (np.arange(size) % 5)  # unequal, so that balanced and overall accuracy differ
    tests[-1] = 0  # the last class has no test signals: its recall is undefined
    recall = np.clip(quality * (counts / counts.max()) ** exponent + rng.normal(0, 0.03, size), 0, 1)
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
    files.write_json(cell.recipe, {**coordinates, "rule": "evaluate", **provenance(cell)})
    Path(cell.logs[-1]).write_text("done\n", encoding="utf-8")
    write_extras(cell, recalls, rng)
    for (_, history), (_, _, benchmark) in zip(cell.histories, cell.benchmarks, strict=True):
        write_history(history, quality, epochs)
        lines = ["s\th:m:s\tmax_rss\tmean_load", f"{seconds or 60 + 3 * size:.4f}\t0:02:00\t812.5\t-"]
        Path(benchmark).write_text("\n".join(lines) + "\n", encoding="utf-8")


def provenance(cell):
    stage1 = {
        "backbone": {"name": "convnet_adsb", "width": 0.25},
        "head": {"name": "linear"},
        "loss": {"name": "cross_entropy" if cell.method in {"crt", "lws"} else cell.method},
        "class_weights": {"name": "uniform"},
        "sampler": {"name": "class_balanced" if cell.method in {"crt", "class_uniform"} else "instance_balanced"},
    }
    steps = {"stage3": {"steps": [{"name": cell.method}]}} if cell.sweep else {}
    made = {"commit": "0123456789ab", "machine": {"host": "node", "processor": "CPU"}, "software": {"torch": "2.13.0"}}
    return {
        "recipe": {"stage1": stage1, **steps},
        "fingerprints": {"make_split": "s1", "stage1": "t1", "evaluate": "e1"},
        "made": {"stage1": made, "evaluate": made},
    }


def write_extras(cell, recalls, rng):
    """Write histograms and maps, the tau of post-hoc methods, and the expert usage of a mixture."""
    usage = {"many": [0.5, 0.25, 0.25], "medium": None, "few": [0.125, 0.375, 0.5]}
    mixture = {"gate_entropy": 0.875, "expert_usage": usage, "disagreement": 0.25}
    labels = rng.choice([label for label, recall in enumerate(recalls) if recall is not None], 200).tolist()
    places = rng.integers(-1000, 1000, (2, len(labels))).tolist()
    shown = {
        "confidence": [{"part": "correct", "low": 0.9, "high": 0.95, "share": 100.0}],
        "calibration": [{"low": 0.8, "high": 0.9, "confidence": 0.85, "accuracy": 0.7}],
        "experts": mixture if cell.method == "moe_ltsei" else None,
    }
    files.write_json(cell.diagnostics, shown)
    files.write_json(cell.map, {"labels": labels, "x": places[0], "y": places[1]})
    if cell.sweep:
        values = (0.9, 1.0, 1.1) if cell.method == "tau_norm" else (1.0,)
        row = {"step": cell.method, "parameter": "tau", "balanced_accuracy": 0.5}
        rows = [{**row, "value": value, "chosen": value == values[-1]} for value in values]
        files.write_csv(cell.sweep, ("step", "parameter", "value", "balanced_accuracy", "chosen"), rows)


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
        "num_parameters": 183564,
    }


def write_history(path, quality, epochs):
    rng = np.random.default_rng(zlib.crc32(path.encode()))
    columns = ("epoch", "learning_rate", "train_loss", "gate_entropy", "val_loss", "val_balanced_accuracy")
    rows = [
        {
            "epoch": epoch,
            "learning_rate": 0.05 * (1 + math.cos(math.pi * epoch / 15)),
            "train_loss": 3 * math.exp(-epoch / 5) + rng.uniform(0.1, 0.2),
            "val_loss": 3 * math.exp(-epoch / 6) + rng.uniform(0.4, 0.6),
            "val_balanced_accuracy": quality * (1 - math.exp(-(epoch + 1) / 4)) * rng.uniform(0.95, 1),
        }
        for epoch in range(epochs)
    ]
    files.write_csv(path, columns, rows)
