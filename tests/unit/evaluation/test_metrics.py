"""Metrics against scikit-learn, formulas and hand-made cases."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import sklearn_metrics

from ltsei.core.errors import InputError
from ltsei.data.groups import groups
from ltsei.evaluation.metrics import evaluate, per_class
from ltsei.evaluation.predictions import Predictions
from ltsei.numerics.confusion import confusion_matrix

COUNTS = np.array([300, 150, 60, 40, 15, 8, 3])


def predict(predictions, num_classes=7):
    """Return logits whose largest is at `predictions`."""
    return 4.0 * np.eye(num_classes)[np.asarray(predictions)]


def random_case(seed=0, signals=200, num_classes=7):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, num_classes, signals)
    logits = rng.normal(size=(signals, num_classes)) + 2 * np.eye(num_classes)[labels] * rng.random((signals, 1))
    return logits.astype(np.float32), labels


def scores(logits, labels, counts=COUNTS):
    return evaluate(Predictions(logits, labels), groups(counts))


def rows(logits, labels, counts=COUNTS):
    names = [f"emitter {label}" for label in range(len(counts))]
    return per_class(Predictions(logits, labels), groups(counts), counts, names)


def softmax(logits):
    powers = np.exp(logits.astype(np.float64))
    return powers / powers.sum(axis=1, keepdims=True)


def test_accuracies_agree_with_sklearn():
    logits, labels = random_case()
    result, predictions = scores(logits, labels), logits.argmax(axis=1)
    assert result["overall_accuracy"] == pytest.approx(sklearn_metrics().accuracy_score(labels, predictions))
    assert result["balanced_accuracy"] == pytest.approx(sklearn_metrics().balanced_accuracy_score(labels, predictions))
    assert result["macro_f1"] == pytest.approx(sklearn_metrics().f1_score(labels, predictions, average="macro"))
    macro_precision = sklearn_metrics().precision_score(labels, predictions, average="macro")
    assert result["macro_precision"] == pytest.approx(macro_precision)


def test_top5_and_nll_agree_with_sklearn():
    logits, labels = random_case()
    result = scores(logits, labels)
    top5 = sklearn_metrics().top_k_accuracy_score(labels, logits, k=5, labels=range(7))
    assert result["top5_accuracy"] == pytest.approx(top5)
    assert result["nll"] == pytest.approx(sklearn_metrics().log_loss(labels, softmax(logits), labels=range(7)))


def test_top5_is_undefined_for_five_classes():
    logits, labels = random_case(num_classes=5)
    assert scores(logits, labels, COUNTS[:5])["top5_accuracy"] is None


def test_confusion_has_true_classes_in_its_rows():
    matrix = confusion_matrix(predict([1, 1, 0, 2], 3), np.array([0, 1, 0, 0]))
    assert matrix.tolist() == [[1, 1, 1], [0, 1, 0], [0, 0, 0]]


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    logits, labels = random_case(signals=60)
    probability = softmax(logits)
    areas = []
    for label in range(7):
        inside, outside = probability[labels == label, label], probability[labels != label, label]
        wins = (inside[:, None] > outside) + 0.5 * (inside[:, None] == outside)
        areas.append(wins.mean())
    assert scores(logits, labels)["macro_auroc"] == pytest.approx(np.mean(areas))


def test_auprc_is_the_mean_precision_at_each_positive():
    logits, labels = random_case(signals=60)
    areas = []
    for label in range(7):
        hits = (labels == label)[np.argsort(-softmax(logits)[:, label])]
        precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
        areas.append(precision[hits].mean())
    assert scores(logits, labels)["macro_auprc"] == pytest.approx(np.mean(areas))


def test_ece_is_the_weighted_gap_of_fifteen_bins():
    logits, labels = random_case()
    probability = softmax(logits)
    confidence, correct = probability.max(axis=1), probability.argmax(axis=1) == labels
    expected = 0.0
    for index in range(15):
        inside = (confidence > index / 15) & (confidence <= (index + 1) / 15)
        if inside.any():
            expected += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    assert scores(logits, labels)["ece"] == pytest.approx(expected)


def test_certainty_shares_the_last_bin_of_the_ece():
    logits = np.array([[1000.0, 0.0], [np.log(97 / 3), 0.0]])
    assert scores(logits, np.array([1, 0]), COUNTS[:2])["ece"] == pytest.approx(abs((0 - 1) + (1 - 0.97)) / 2)


def test_a_perfect_classifier_has_perfect_scores():
    labels = np.repeat(np.arange(7), 3)
    result = scores(100 * predict(labels), labels)
    ones = ["overall_accuracy", "balanced_accuracy", "macro_f1", "macro_precision", "g_mean", "worst_class_recall"]
    ones += ["many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean", "top5_accuracy"]
    ones += ["macro_auroc", "macro_auprc"]
    assert {key: result[key] for key in ones} == pytest.approx(dict.fromkeys(ones, 1.0))
    assert {result["ece"], result["nll"], result["zero_recall_classes"]} == {0}


def test_a_constant_classifier_is_at_chance():
    labels = np.repeat(np.arange(7), 3)
    result = scores(predict([0] * 21), labels)
    assert result["overall_accuracy"] == result["balanced_accuracy"] == pytest.approx(1 / 7)
    assert result["macro_auroc"] == pytest.approx(0.5)
    assert (result["g_mean"], result["harmonic_mean"], result["worst_class_recall"]) == (0, 0, 0)
    assert result["zero_recall_classes"] == 6
    assert result["many_accuracy"] == pytest.approx(0.5)


def test_a_class_never_predicted_counts_as_zero_in_macro_precision_and_f1():
    result = scores(predict([0, 0], 2), np.array([0, 1]), COUNTS[:2])
    assert (result["macro_precision"], result["macro_f1"]) == pytest.approx((0.25, 1 / 3))


def test_group_accuracies_are_mean_recalls_of_their_classes():
    labels = np.array([0, 0, 1, 2, 3, 3, 4, 5, 6])
    result = scores(predict([0, 1, 1, 0, 3, 3, 4, 0, 6]), labels)
    assert (result["many_accuracy"], result["medium_accuracy"]) == (0.75, 0.5)
    assert result["few_accuracy"] == pytest.approx(2 / 3)
    assert [result[f"{group}_classes"] for group in ("many", "medium", "few")] == [2, 2, 3]
    assert result["harmonic_mean"] == pytest.approx(3 / (1 / 0.75 + 1 / 0.5 + 3 / 2))


def test_an_empty_group_is_undefined_and_so_is_the_harmonic_mean():
    logits, labels = random_case()
    result = scores(logits, labels, np.full(7, 50))
    assert (result["many_accuracy"], result["few_accuracy"], result["harmonic_mean"]) == (None, None, None)
    assert (result["many_classes"], result["medium_classes"], result["few_classes"]) == (0, 7, 0)


def test_a_group_which_the_test_part_lacks_is_undefined():
    result = scores(predict([0, 2]), np.array([0, 2]))
    assert result["few_accuracy"] is None
    assert result["few_classes"] == 3


def test_absent_classes_are_left_out_of_macro_means_and_counted():
    result = scores(predict([0, 1, 2, 6]), np.array([0, 1, 2, 2]))
    assert result["absent_test_classes"] == 4
    assert result["balanced_accuracy"] == pytest.approx(2.5 / 3)
    assert result["macro_f1"] == pytest.approx((1 + 1 + 2 / 3) / 3)
    assert result["worst_class_recall"] == 0.5
    assert result["g_mean"] == pytest.approx(0.5 ** (1 / 3))


def test_ranking_metrics_drop_absent_classes_and_count_them():
    logits, labels = random_case()
    present = labels < 5
    assert scores(logits[present], labels[present])["auroc_dropped_classes"] == 2


def test_ranking_metrics_of_a_single_class_are_undefined():
    result = scores(predict([0, 1]), np.array([0, 0]))
    assert (result["macro_auroc"], result["macro_auprc"], result["auroc_dropped_classes"]) == (None, None, 7)


def test_huge_logits_give_finite_scores():
    result = scores(1e4 * predict([0, 1, 2]), np.array([0, 1, 3]))
    assert result["nll"] == pytest.approx(4e4 / 3)


def test_a_test_part_without_signals_is_an_error():
    with pytest.raises(InputError, match="no test signals"):
        scores(np.zeros((0, 7)), np.array([], int))


def test_logits_that_are_not_finite_are_an_error():
    logits = predict([0, 1, 2])
    logits[1, 3] = np.nan
    with pytest.raises(InputError, match=r"test signal 1 has NaN or infinity, the first of 1"):
        scores(logits, np.array([0, 1, 2]))


def test_per_class_rows_agree_with_sklearn():
    logits, labels = random_case()
    expected = sklearn_metrics().precision_recall_fscore_support(labels, logits.argmax(axis=1))
    table = rows(logits, labels)
    for column, values in zip(("precision", "recall", "f1", "test_count"), expected, strict=True):
        np.testing.assert_allclose([row[column] for row in table], values)


def test_per_class_rows_say_which_class_they_are_about():
    row = rows(*random_case())[4]
    assert (row["label"], row["class_name"], row["group"], row["train_count"]) == (4, "emitter 4", "few", 15)


def test_per_class_scores_without_a_denominator_are_undefined():
    table = rows(predict([0, 0, 3]), np.array([0, 1, 0]))
    assert (table[3]["recall"], table[3]["precision"], table[3]["f1"]) == (None, 0.0, None)
    assert (table[1]["recall"], table[1]["precision"], table[1]["f1"]) == (0.0, None, 0.0)


def test_importing_metrics_does_not_import_sklearn_or_torch():
    code = "import sys, ltsei.evaluation.metrics; print({'sklearn', 'scipy', 'torch'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


@pytest.mark.parametrize("decimals", [1, 12])
def test_areas_under_curves_agree_with_sklearn_also_where_scores_tie(decimals):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 6, 300)
    logits = np.round(rng.normal(size=(300, 6)) + 1.5 * np.eye(6)[labels], decimals)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    result = scores(logits, labels, np.full(6, 50))
    positive = labels[:, None] == np.arange(6)
    assert result["macro_auroc"] == pytest.approx(sklearn_metrics().roc_auc_score(positive, chances, average="macro"))
    expected = sklearn_metrics().average_precision_score(positive, chances, average="macro")
    assert result["macro_auprc"] == pytest.approx(expected)
