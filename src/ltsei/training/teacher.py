"""The logits of a teacher, as a student reads them."""

from collections.abc import Mapping, Sequence

import numpy as np

from ltsei.core import content
from ltsei.core.errors import InputError


def read(paths: Sequence[str], expected: Mapping[str, str]) -> np.ndarray | None:
    """Return the logits of the training signals, float32 [N, C]; None for a training without teacher.

    Args:
        paths: the logits and the record beside them; empty without a teacher.
        expected: rule -> fingerprint of what the logits must be made with (`Training.taught_by`).

    Raises:
        InputError: they were made with something else.
    """
    if not paths:
        return None
    logits, record = paths
    recorded = content.read_record(record)["fingerprints"]
    changed = [rule for rule, fingerprint in expected.items() if recorded.get(rule) != fingerprint]
    if changed:
        raise InputError(
            f"{logits}: made with another {', '.join(changed)} of the teacher than this run's; delete the teacher's "
            "results that `ltsei verify` names"
        )
    values: np.ndarray = np.load(logits, allow_pickle=False)
    return values
