"""The evaluation of a cell: its numbers belong to its test signals."""

import numpy as np
import pytest

from ltsei.data.groups import groups
from ltsei.evaluation.evaluate import evaluate

LABELS = np.array([0, 0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 0, 1, 1, 2, 2])
"""Three of four, one of two, one of one: 5/7 of the signals, and 3/4 of a signal per class."""


@pytest.fixture
def evaluation():
    counts = np.array([200, 50, 5])
    return evaluate(
        np.eye(3)[PREDICTED],
        LABELS,
        class_counts=counts,
        class_names=["a", "b", "c"],
        class_groups=groups(counts),
        num_parameters=17,
    )


def test_each_row_of_logits_is_compared_with_the_label_of_the_same_signal(evaluation):
    assert evaluation.confusion.tolist() == [[3, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert evaluation.metrics["overall_accuracy"] == pytest.approx(5 / 7)


def test_balanced_accuracy_counts_classes_and_overall_accuracy_signals(evaluation):
    assert evaluation.metrics["balanced_accuracy"] == pytest.approx((3 / 4 + 1 / 2 + 1) / 3)
    groups_of_one = [evaluation.metrics[f"{name}_accuracy"] for name in ("many", "medium", "few")]
    assert groups_of_one == pytest.approx([3 / 4, 1 / 2, 1])


def test_a_row_per_class_has_its_name_counts_and_recall(evaluation):
    rows = [(row["class_name"], row["train_count"], row["test_count"], row["recall"]) for row in evaluation.per_class]
    assert rows == [("a", 200, 4, 3 / 4), ("b", 50, 2, 1 / 2), ("c", 5, 1, 1.0)]
    assert evaluation.metrics["num_parameters"] == 17
