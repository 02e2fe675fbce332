"""Scores on each domain of the test part."""

import numpy as np

from ltsei.evaluation.domain_scores import domain_scores

LABELS = np.array([0, 0, 0, 1, 0, 1, 1, 1])
PREDICTED = np.array([0, 0, 1, 1, 1, 1, 0, 0])
NOTES = {
    "domains": {
        "names": ["day", "site"],
        "train": [[3, "1", "a"], [5, "2", "a"]],
        "test": [[4, "1", "a"], [4, "2", "b"]],
    }
}


def test_every_value_has_the_mean_recall_of_its_classes_and_the_worst_is_named():
    day, site = domain_scores(np.eye(2)[PREDICTED], LABELS, NOTES, trained=np.array([0, 1, 4]))
    assert day["name"] == "day"
    assert day["values"][0] == {
        **{"value": "1", "train_signals": 2, "test_signals": 4, "classes": 2},
        **{"balanced_accuracy": (2 / 3 + 1) / 2, "overall_accuracy": 0.75},
    }
    assert day["values"][1]["balanced_accuracy"] == 1 / 6
    assert (day["worst"], day["worst_balanced_accuracy"]) == ("2", 1 / 6)
    np.testing.assert_allclose(day["gap"], 5 / 6 - 1 / 6)
    assert (day["unseen"], day["drop"]) == (None, None)
    assert site["values"][1]["train_signals"] == 0
    np.testing.assert_allclose([site["seen"], site["unseen"], site["drop"]], [5 / 6, 1 / 6, 4 / 6])


def test_a_value_is_unseen_if_only_signals_that_were_left_out_have_it():
    day, _ = domain_scores(np.eye(2)[PREDICTED], LABELS, NOTES, trained=np.array([3, 4, 5]))
    assert [value["train_signals"] for value in day["values"]] == [0, 3]
    np.testing.assert_allclose(day["drop"], 1 / 6 - 5 / 6)


def test_signals_without_domains_have_no_scores():
    assert domain_scores(np.eye(2), np.array([0, 1]), {}, np.array([0])) == []
