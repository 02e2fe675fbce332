"""Results with scores that a test chooses, and nothing else."""

from unit.report import _results
from unit.report._matrix import describe

from ltsei.core import files
from ltsei.report.matrix_results import read_results

BALANCED = {
    ("ce", "10"): [0.50, 0.54, 0.58],
    ("ce", "100"): [0.30, 0.34, 0.32],
    ("crt", "10"): [0.60, 0.66, 0.63],
    ("crt", "100"): [0.40, 0.40, 0.46],
    ("focal", "10"): [0.70, 0.71, 0.69],
    ("focal", "100"): [0.20, 0.26, 0.20],
    ("class_uniform", "10"): [0.51, 0.52, 0.53],
    ("class_uniform", "100"): [0.31, 0.32, 0.33],
}
"""Means over both ratios: crt .525, focal .46, ce .43, class_uniform .42."""
RUNS = {
    key: {"balanced_accuracy": values, "overall_accuracy": [1 - v for v in values], "ece": [v / 2 for v in values]}
    for key, values in BALANCED.items()
}


def scored(root, scores, name="balanced_accuracy", control="ce"):
    """Return results in which metrics have given values.

    Args:
        root: folder of the files.
        scores: (method, ir) or (method, ir, data set) -> a value per seed, or name -> values; None is
            undefined, a missing entry a missing cell.
        name: of the metric, where `scores` does not name it.
        control: of the report.
    """
    cells = []
    for (method, ir, *others), given in scores.items():
        dataset = others[0] if others else "d"
        values = given if isinstance(given, dict) else {name: given}
        for seed in range(max(map(len, values.values()))):
            cell = describe(root / dataset / f"ir{ir}" / f"seed{seed}", dataset, ir, seed, method)
            coordinates = {"dataset": dataset, "ir": ir, "seed": seed, "method": method}
            metrics = {key: column[seed] for key, column in values.items()}
            if metrics != dict.fromkeys(metrics, "missing"):
                files.write_json(cell.metrics, {**coordinates, **metrics})
                files.write_json(cell.recipe, {**coordinates, "rule": "evaluate", **_results.provenance(cell)})
            cells.append(cell)
    block = {"name": "", "title": "Scores", "control": control}
    return read_results(cells, {}, {}, {}, [block], {})


def numbers(row, *columns):
    return [None if row[column] == "" else float(row[column]) for column in columns]
