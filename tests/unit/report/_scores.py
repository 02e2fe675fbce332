"""Results with scores that a test chooses, and nothing else."""

from unit.report import _results
from unit.report._matrix import describe

from ltsei.core import files
from ltsei.report.matrix_results import read_results


def scored(root, scores, name="balanced_accuracy", control="ce"):
    """Return results in which metrics have given values.

    Args:
        root: folder of the files.
        scores: (method, ir) -> a value per seed, or name -> values; None is undefined, a missing entry a missing cell.
        name: of the metric, where `scores` does not name it.
        control: of the report.
    """
    cells = []
    for (method, ir), given in scores.items():
        values = given if isinstance(given, dict) else {name: given}
        for seed in range(max(map(len, values.values()))):
            cell = describe(root / "d" / f"ir{ir}" / f"seed{seed}", "d", ir, seed, method)
            coordinates = {"dataset": "d", "ir": ir, "seed": seed, "method": method}
            metrics = {key: column[seed] for key, column in values.items()}
            if metrics != dict.fromkeys(metrics, "missing"):
                files.write_json(cell.metrics, {**coordinates, **metrics})
                files.write_json(cell.recipe, {**coordinates, "rule": "evaluate", **_results.provenance(cell)})
            cells.append(cell)
    block = {"name": "", "title": "Scores", "control": control}
    return read_results(cells, {}, {}, {}, [block], {})
