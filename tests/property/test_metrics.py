"""Metrics: ranges, invariances and sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltsei.data.groups import groups
from ltsei.evaluation.metrics import evaluate, per_class
from ltsei.evaluation.predictions import Predictions
from ltsei.numerics.confusion import confusion_matrix

GROUPED = np.array([500, 120, 50, 30, 10, 2])
patient = settings(deadline=None)  # the first call imports scikit-learn
FRACTIONS = ["overall_accuracy", "balanced_accuracy", "macro_f1", "macro_precision", "many_accuracy", "g_mean"]
FRACTIONS += ["medium_accuracy", "few_accuracy", "harmonic_mean", "worst_class_recall", "top5_accuracy"]
FRACTIONS += ["macro_auroc", "macro_auprc", "ece"]


def case(seed, signals):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=2, size=(signals, 6)), rng.integers(0, 6, signals)


def scores(logits, labels, counts=GROUPED):
    return evaluate(Predictions(logits, labels), groups(counts))


def assert_equal_scores(one, other):
    assert [key for key in one if one[key] is None] == [key for key in other if other[key] is None]
    defined = {key: value for key, value in one.items() if value is not None}
    assert defined == pytest.approx({key: other[key] for key in defined}, rel=1e-6, abs=1e-9)


@patient
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_fractions_stay_between_zero_and_one_or_are_undefined(seed, signals):
    result = scores(*case(seed, signals))
    assert all(result[key] is None or 0 <= result[key] <= 1 + 1e-12 for key in FRACTIONS)
    assert all(value is None or np.isfinite(value) for value in result.values())


@patient
@given(st.integers(0, 10_000), st.integers(1, 40), st.permutations(range(6)))
def test_metrics_do_not_depend_on_the_order_of_the_classes(seed, signals, order):
    logits, labels = case(seed, signals)
    order = np.array(order)
    permuted = scores(logits[:, order], np.argsort(order)[labels], GROUPED[order])
    assert_equal_scores(scores(logits, labels), permuted)


@patient
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_metrics_do_not_depend_on_the_order_of_the_signals(seed, signals):
    logits, labels = case(seed, signals)
    shuffled = np.random.default_rng(seed).permutation(signals)
    assert_equal_scores(scores(logits, labels), scores(logits[shuffled], labels[shuffled]))


@patient
@given(st.integers(0, 10_000), st.integers(1, 8))
def test_a_balanced_test_part_has_equal_overall_and_balanced_accuracy(seed, per_class_signals):
    labels = np.repeat(np.arange(6), per_class_signals)
    result = scores(case(seed, len(labels))[0], labels)
    assert result["overall_accuracy"] == pytest.approx(result["balanced_accuracy"])


@patient
@given(st.integers(0, 10_000), st.integers(1, 40), st.floats(-50, 50))
def test_a_constant_added_to_the_logits_changes_nothing(seed, signals, constant):
    logits, labels = case(seed, signals)
    assert_equal_scores(scores(logits, labels), scores(logits + constant, labels))


@patient
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_the_table_by_class_sums_up_to_the_totals(seed, signals):
    logits, labels = case(seed, signals)
    table = per_class(Predictions(logits, labels), groups(GROUPED), GROUPED, list("abcdef"))
    recalls = [row["recall"] for row in table if row["recall"] is not None]
    assert scores(logits, labels)["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    assert sum(row["test_count"] for row in table) == confusion_matrix(logits, labels).sum() == signals
