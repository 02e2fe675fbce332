"""What the calibration of a model is worth on its test part, for its model card; nothing is chosen by it."""

from typing import Any

import numpy as np

from ltsei.data.store import open_inputs, read_test_labels
from ltsei.evaluation import conformal
from ltsei.numerics import seeds
from ltsei.pipeline.deployment.calibration import Labelled
from ltsei.pipeline.deployment.exported import Exported
from ltsei.pipeline.deployment.of_cell import labelled
from ltsei.pipeline.deployment.trained_files import TrainedFiles


def on_test(paths: TrainedFiles, exported: Exported, device: Any) -> dict[str, Any]:
    """Return the shares that are kept and covered among the test signals, JSON-able, undefined ones None.

    Args:
        paths: of the cell.
        exported: its model.
        device: of torch, to compute on.

    Returns:
        ``kept``: score -> share of the signals that it accepts; ``sets``: what `conformal.rate` returns, None without
        sets.
    """
    store, fitted = open_inputs(paths.signals), exported.calibration
    labels = read_test_labels(paths.signals.labels_test, paths.signals.meta)
    test = labelled(exported.model, store.test_signals, labels, np.arange(len(labels)), device)
    return {"kept": _kept(exported, test), "sets": None if fitted.sets is None else _sets(exported, test)}


def _kept(exported: Exported, test: Labelled) -> dict[str, float]:
    fitted = exported.calibration
    return {
        name: float((fitted.scores[name].of(test.features, test.logits) >= threshold).mean())
        for name, threshold in fitted.thresholds.items()
    }


def _sets(exported: Exported, test: Labelled) -> dict[str, Any]:
    fitted = exported.calibration
    assert fitted.sets is not None
    members = fitted.sets.of(fitted.probabilities(test.logits), seeds.generator(0, "prediction sets of test"))
    rates = dict(conformal.rate(members, test.labels))
    covered = [None if np.isnan(value) else value for value in rates["class_coverage"].tolist()]
    return {**rates, "class_coverage": covered}
