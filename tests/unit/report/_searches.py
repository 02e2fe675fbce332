"""Made-up results of a tuned method on a data set and its oracle, with scores that a test chooses."""

import dataclasses

from unit.report import _results
from unit.report._matrix import describe

from ltsei.config.search_space import Dimension
from ltsei.core import files
from ltsei.report.matrix_results import read_results
from ltsei.report.searches import SearchFiles

LR = Dimension(name="stage2.lr", column=0, default=0.1, low=0.01, high=1.0, logarithmic=True, whole=False)
SMOOTHING = Dimension(name="stage2.smoothing", column=1, default=0.1, low=0.0, high=0.2, logarithmic=False, whole=False)
SPACE = (LR, SMOOTHING)
VALUES = [(0.1, 0.1), (0.0105, 0.05), (0.5, 0.195), (0.3, 0.15)]
"""Learning rate and smoothing of the trials; the first one is the default recipe, the second at the edge of a range."""


def choice(path, scores, chosen, select_by="val_balanced_accuracy"):
    """Write the trials of one cell."""
    rows = [
        {
            "trial": trial,
            "score": score,
            "balanced_accuracy": score,
            "parameters": {LR.name: VALUES[trial][0], SMOOTHING.name: VALUES[trial][1]},
        }
        for trial, score in enumerate(scores)
    ]
    files.write_json(path, {"select_by": select_by, "chosen": chosen, "trials": rows})


def searched(root, cells, *, oracles=(), protocols=(), on_choice_seeds=False):
    """Return results of some cells.

    Args:
        root: folder of the files.
        cells: (data set, ir, seed, method) -> balanced accuracy, and for tuned methods the scores of the trials, the
            number of the chosen one, and the balanced accuracy of the best one on the test part.
        oracles: data sets that are marked.
        protocols: pairs of data sets that are compared.
        on_choice_seeds: whether the trials ran on seeds 10 and 11.
    """
    described = []
    for (dataset, ir, seed, method), (value, *search) in cells.items():
        folder = root / dataset / f"ir{ir}" / f"seed{seed}"
        cell = dataclasses.replace(describe(folder, dataset, ir, seed, method), title=method, origin="d")
        if search:
            scores, chosen, on_test = search
            path = folder / method / "choice.json"
            choice(path, scores, chosen)
            selection = folder / method / "selection.json"
            files.write_json(selection, {"among": "trials", "chosen": value, "on_test": on_test, "choice": 0})
            seeds = "10, 11" if on_choice_seeds else str(seed)
            source = SearchFiles(method, seeds, on_choice_seeds, str(path), SPACE)
            cell = dataclasses.replace(cell, searches=(source,), selection=str(selection))
        if method.endswith(".tuned"):
            cell = dataclasses.replace(cell, untuned=method.removesuffix(".tuned"))
        coordinates = {"dataset": dataset, "ir": ir, "seed": seed, "method": method}
        files.write_json(cell.metrics, {**coordinates, "balanced_accuracy": value})
        files.write_json(cell.recipe, {**coordinates, "rule": "evaluate", **_results.provenance(cell)})
        described.append(cell)
    block = {"name": "", "title": "Searches", "control": "ce"}
    results = read_results(described, {}, {}, {}, [block], {})
    return dataclasses.replace(results, oracles=frozenset(oracles), protocols=tuple(protocols))


DEFAULTS = {"crt": [0.50, 0.52, 0.54, 0.56], "focal": [0.55, 0.53, 0.57, 0.51], "ce": [0.40, 0.41, 0.42, 0.43]}
"""Method -> balanced accuracy at both ratios and in both seeds: (10, 0), (10, 1), (100, 0), (100, 1)."""
TUNED = [0.53, 0.54, 0.55, 0.60]
SCORES = [[0.6, 0.8, 0.7, 0.5], [0.6, 0.8, None, 0.5], [0.6, 0.65, 0.7, 0.5], [0.9, 0.65, 0.7, 0.5]]
CHOSEN = [1, 1, 2, 0]
RUNS = [(ir, seed) for ir in ("10", "100") for seed in (0, 1)]


def tuned_cells(dataset="d", shift=0.0, seeds=2):
    """Return the cells of three methods and of one tuned version."""
    cells = {}
    for place, (ir, seed) in enumerate(RUNS):
        for method, values in DEFAULTS.items():
            cells[dataset, ir, seed, method] = (values[place] + shift * (method == "crt"),)
        tuned = (TUNED[place], SCORES[place], CHOSEN[place], TUNED[place] + 0.01 * (place + 1))
        cells[dataset, ir, seed, "crt.tuned"] = tuned
    return {key: cell for key, cell in cells.items() if key[2] < seeds}
