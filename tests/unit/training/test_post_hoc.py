"""Post-hoc steps as layers give the logits of stage 3, in any order, and after they were stored."""

import numpy as np
import pytest
import torch

from ltsei.components.stage3_steps._shared import Outputs, TrainingSet
from ltsei.core import registry
from ltsei.training import stage3
from ltsei.training.post_hoc import post_hoc, restored_post_hoc

FITTED = {"tau_norm": {"tau": 0.7}, "iif": {"tau": 1.0}, "temperature_scaling": {"temperature": 1.7}}
VARIANTS = [
    *([{"name": name, **FITTED.get(name, {})}] for name in registry.names("stage3_steps")),
    [{"name": "ncm", "features": "un"}],
    [{"name": "ncm", "features": "l2n", "metric": "cosine"}],
    [{"name": "tau_norm", "tau": 0.5, "keep_bias": True}],
    [{"name": "logit_adjustment"}, {"name": "tau_norm", "tau": 0.7}, {"name": "iif"}],
    [{"name": "thresholds"}, {"name": "ncm"}, {"name": "temperature_scaling", "temperature": 0.3}],
]


@pytest.mark.parametrize("steps", VARIANTS, ids=lambda steps: "+".join(step["name"] for step in steps))
def test_layers_give_the_logits_of_the_steps(steps, make_context):
    rng, context = np.random.default_rng(0), make_context(in_features=8)
    features, weight, bias = rng.normal(size=(30, 8)), rng.normal(size=(5, 8)), rng.normal(size=5)
    training = TrainingSet(rng.normal(size=(40, 8)), np.arange(40) % 5)
    head = {"weight": weight, "bias": bias, "bias_columns": (6, 7)}
    before = Outputs(features @ weight.T + bias, features, **head)
    expected = stage3.applied(steps, before, context.class_counts, training).logits
    layers = post_hoc(steps, context, head, training)
    inputs = [torch.from_numpy(values.astype(np.float32)) for values in (features, before.logits)]
    np.testing.assert_allclose(layers(*inputs).numpy(), expected, rtol=1e-5, atol=1e-5)
    assert torch.equal(restored_post_hoc(layers.stored())(*inputs), layers(*inputs))
