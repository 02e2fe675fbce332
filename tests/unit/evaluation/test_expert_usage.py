"""What is said about a mixture's gate and experts."""

import numpy as np
import pytest

from ltsei.evaluation.expert_usage import expert_usage


def test_a_gate_that_separates_the_groups_has_no_entropy_and_one_expert_for_each():
    groups_of_signals = np.array(["many", "many", "few"])
    gate = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = expert_usage(gate, np.array([[0, 0], [1, 2], [3, 3]]), groups_of_signals)
    assert found["gate_entropy"] == pytest.approx(0.0)
    assert found["expert_usage"] == {"many": [1.0, 0.0], "medium": None, "few": [0.0, 1.0]}
    assert found["disagreement"] == pytest.approx(1 / 3)


def test_equal_shares_have_the_largest_entropy():
    gate = np.full((4, 3), 1 / 3)
    found = expert_usage(gate, np.zeros((4, 3), dtype=int), np.array(["few"] * 4))
    assert found["gate_entropy"] == pytest.approx(1.0)
    assert found["disagreement"] == 0.0
