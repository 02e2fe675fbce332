"""The labels of metrics: complete, and without influence on evaluation."""

import numpy as np
import pytest
from conftest import SCRIPTS

from ltsei.config.rerun_fingerprint import closure, code_of
from ltsei.data.groups import groups
from ltsei.evaluation import metric_labels
from ltsei.evaluation.evaluate import evaluate


def computed_metrics():
    """Return the name of every metric of an evaluated cell."""
    logits, labels = np.eye(6).repeat(3, axis=0), np.arange(6).repeat(3)
    counts = np.array([300, 150, 60, 40, 10, 5])
    names = [str(label) for label in range(6)]
    options = {"class_counts": counts, "class_names": names, "class_groups": groups(counts), "num_parameters": 1}
    return set(evaluate(logits, labels, **options).metrics)


def test_every_metric_that_is_computed_has_a_label_and_every_label_a_metric():
    assert set(metric_labels.METRICS) == computed_metrics()


def test_labels_and_short_names_are_unique():
    for names in (
        [metric.label for metric in metric_labels.METRICS.values()],
        [metric.short for metric in metric_labels.METRICS.values() if metric.short],
    ):
        assert len(set(names)) == len(names)


def test_a_metric_without_an_entry_comes_last_under_its_own_name():
    assert metric_labels.ordered(["new_score", "ece", "ece", "balanced_accuracy"]) == [
        "balanced_accuracy",
        "ece",
        "new_score",
    ]
    assert metric_labels.metric("new_score").label == "new score"


def test_only_metrics_with_a_better_direction_take_part_in_tests():
    names = ["balanced_accuracy", "many_classes", "num_parameters", "new_score", "nll"]
    assert metric_labels.tested(names) == ["balanced_accuracy", "nll"]


@pytest.mark.parametrize("script", ["evaluate.py", "stage1.py"])
def test_a_new_label_re_runs_neither_evaluation_nor_training(script):
    assert "ltsei.evaluation.metric_labels" not in closure(code_of(SCRIPTS / script).imports)
