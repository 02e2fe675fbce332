"""How a mixture of experts uses them: entropy of the gate, usage by group, disagreement."""

from itertools import combinations
from typing import Any

import numpy as np

from ltsei.data.groups import GROUPS


def expert_usage(gate: np.ndarray, choices: np.ndarray, groups_of_signals: np.ndarray) -> dict[str, Any]:
    """Return how a mixture uses its experts.

    Args:
        gate: probability of each expert, float [N, E], rows sum to 1.
        choices: class that each expert predicts alone, [N, E].
        groups_of_signals: many, medium or few, by the true class of each signal, [N].

    Returns:
        ``gate_entropy``: mean entropy of the gate over log E, in [0, 1] (1: all experts equally; 0 for one expert);
        ``expert_usage``: mean gate probability of each expert by group, None for a group without signals;
        ``disagreement``: the fraction of pairs of experts with different predictions, in [0, 1].
    """
    experts = gate.shape[1]
    gate = gate / gate.sum(1, keepdims=True, dtype=np.float64)  # float32 rows sum to 1 but for rounding
    entropy = float(-(gate * np.log(np.where(gate > 0, gate, 1.0))).sum(1).mean())
    differ = [(choices[:, a] != choices[:, b]).mean() for a, b in combinations(range(experts), 2)]
    members = {name: groups_of_signals == name for name in GROUPS}
    return {
        "gate_entropy": min(max(entropy, 0.0) / np.log(experts), 1.0) if experts > 1 else 0.0,
        "expert_usage": {
            name: gate[chosen].mean(0).tolist() if chosen.any() else None for name, chosen in members.items()
        },
        "disagreement": float(np.mean(differ)) if differ else 0.0,
    }
