"""Whatever the loss, an interrupted training ends with the same weights: its running state and draws are resumed."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from contract.test_losses import NAMES, build, context_of, head_of
from torch import nn

from ltsei.components.samplers._shared import Sampler
from ltsei.config.stages import Training
from ltsei.core import registry
from ltsei.core.context import prior_context
from ltsei.core.errors import Interrupted
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training.fit import fit
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective

COUNTS = np.array([16, 9, 5, 3, 1])
LABELS = torch.from_numpy(np.repeat(np.arange(5), COUNTS))
RECIPE = Training(
    loss="cross_entropy", sampler="instance_balanced", epochs=4, batch_size=12, lr=0.05, weight_decay=0.0, select="last"
)


def trained(name, attempt=None):
    """The weights after four epochs of a head on random features, and the history."""
    generator = torch.Generator().manual_seed(3)
    context = context_of(lambda counts, in_features: prior_context(counts, in_features=in_features), name, COUNTS)
    context = replace(context, generator=generator)
    torch.manual_seed(0)
    model = Classifier(nn.Identity(), head_of(name, context))
    loss = build(name, context)
    objective = Objective(
        loss, lambda progress: np.ones(5), Sampler(lambda progress: COUNTS.astype(float)), [], generator
    )
    inputs = torch.randn(len(LABELS), context.in_features, generator=torch.Generator().manual_seed(1))
    teacher = np.eye(5, dtype=np.float32)[LABELS] if registry.declared("losses", name, "TEACHER", False) else None
    unlabelled = inputs.flip(0) if registry.declared("losses", name, "UNLABELLED", False) else None
    options = {
        "recipe": RECIPE,
        "unlabelled": unlabelled,
        "seed": 0,
        "purpose": "test",
        "teacher": teacher,
        "attempt": attempt,
    }
    result = fit(model, inputs, LABELS, objective, **options)
    return model.state_dict(), result.history


def resume(folder):
    return Resume(folder / "state", fingerprint="recipe", minutes=60.0)


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupted_training_ends_with_the_same_weights(name, tmp_path):
    expected, history = trained(name)
    steps = itertools.count(1)
    with pytest.raises(Interrupted):
        trained(name, Attempt(resume(tmp_path), stop=lambda: next(steps) == 5))
    weights, resumed = trained(name, Attempt(resume(tmp_path)))
    assert resumed == history
    assert all(torch.equal(weights[key], expected[key]) for key in expected)
