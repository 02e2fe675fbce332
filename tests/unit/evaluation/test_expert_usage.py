"""How a mixture uses its experts: gate entropy, usage by group, disagreement."""

import numpy as np
import pytest

from ltsei.evaluation.expert_usage import expert_usage


def test_a_gate_that_separates_the_groups_has_no_entropy_and_one_expert_for_each():
    groups_of_signals = np.array(["many", "many", "few"])
    gate = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    usage = expert_usage(gate, np.array([[0, 0], [1, 2], [3, 3]]), groups_of_signals)
    assert usage["gate_entropy"] == pytest.approx(0.0)
    assert usage["expert_usage"] == {"many": [1.0, 0.0], "medium": None, "few": [0.0, 1.0]}
    assert usage["disagreement"] == pytest.approx(1 / 3)


def test_equal_gate_probabilities_have_the_largest_entropy():
    gate = np.full((4, 3), 1 / 3)
    usage = expert_usage(gate, np.zeros((4, 3), dtype=int), np.array(["few"] * 4))
    assert usage["gate_entropy"] == pytest.approx(1.0)
    assert usage["disagreement"] == 0.0
