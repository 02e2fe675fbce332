from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from ltsei.components.losses._shared import Batch
from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {
    "combined": {"losses": ["cross_entropy", "focal"], "weights": [0.7, 0.3]},
    "expected_cost": {"costs": "inverse_frequency"},
}
"""Parameters of members that have some without a default."""
NAMES = [name for name in registry.names("losses") if not registry.declared("losses", name, "LABEL_FREE", False)]
SIGNALS = 12


def head_name(name):
    return registry.declared("losses", name, "REQUIRES", {}).get("head", ["linear"])[0]


def build(name, context):
    """A loss in evaluation mode, in which none draws random numbers or changes its state."""
    return build_component("losses", {"name": name, **EXAMPLES.get(name, {})}, context).eval()


@pytest.fixture(params=NAMES)
def case(request, make_context):
    context = make_context()
    torch.manual_seed(0)
    head = build_component("heads", head_name(request.param), context).eval()
    features = torch.randn(SIGNALS, context.in_features, requires_grad=True)
    labels = torch.arange(SIGNALS) % context.num_classes
    output = head(features)
    teacher = torch.randn(SIGNALS, context.num_classes)
    batch = Batch(output.logits, labels, features, output.extras, teacher=teacher)
    return SimpleNamespace(
        name=request.param, context=context, head=head, batch=batch, loss=build(request.param, context)
    )


def changed(batch, tensor):
    """The batch with its per-signal tensors changed by `tensor`; a scale has no axis of signals."""
    extras = {key: tensor(value) if value.ndim else value for key, value in batch.extras.items()}
    per_signal = {key: tensor(getattr(batch, key)) for key in ("logits", "features", "teacher")}
    return replace(batch, extras=extras, **per_signal)


def test_one_finite_loss_per_signal(case):
    value = case.loss(case.batch)
    assert value.per_sample.shape == (SIGNALS,)
    assert torch.isfinite(value.per_sample).all()
    assert all(term.shape == () and torch.isfinite(term) for term in value.terms.values())


def test_gradient_reaches_every_parameter_of_the_head(case):
    value = case.loss(case.batch)
    (value.per_sample.mean() + sum(value.terms.values())).backward()
    gradients = [case.batch.features.grad, *(parameter.grad for parameter in case.head.parameters())]
    assert all(torch.isfinite(gradient).all() and gradient.abs().sum() > 0 for gradient in gradients)


def test_bfloat16_inputs_give_the_float32_loss_of_the_rounded_values(case):
    half = changed(case.batch, lambda tensor: tensor.detach().bfloat16())
    value, expected = case.loss(half), case.loss(changed(half, lambda tensor: tensor.float()))
    torch.testing.assert_close(value.per_sample, expected.per_sample)
    assert value.per_sample.dtype == torch.float32


def test_extreme_logits_stay_finite(case):
    sign = torch.where(torch.arange(SIGNALS) % 2 == 0, 1e4, -1e4)
    logits = (sign[:, None] * torch.eye(case.context.num_classes)[case.batch.labels]).requires_grad_()
    value = case.loss(replace(case.batch, logits=logits)).per_sample
    value.sum().backward()
    assert torch.isfinite(value).all()
    assert torch.isfinite(logits.grad).all()


def test_order_of_the_batch_is_irrelevant(case):
    order = torch.randperm(SIGNALS, generator=torch.Generator().manual_seed(1))
    shuffled = changed(case.batch, lambda tensor: tensor[order])
    shuffled = replace(shuffled, labels=case.batch.labels[order])
    expected, value = case.loss(case.batch), case.loss(shuffled)
    torch.testing.assert_close(value.per_sample, expected.per_sample[order])
    assert all(torch.isclose(value.terms[key], expected.terms[key]) for key in expected.terms)


def test_renaming_the_classes_changes_nothing(case, make_context):
    new_name = torch.tensor([3, 0, 4, 1, 2])
    old_name = torch.argsort(new_name)
    loss = build(case.name, make_context(case.context.class_counts[old_name.numpy()]))
    logits, teacher = case.batch.logits[:, old_name], case.batch.teacher[:, old_name]
    renamed = replace(case.batch, logits=logits, labels=new_name[case.batch.labels], teacher=teacher)
    expected, value = case.loss(case.batch), loss(renamed)
    torch.testing.assert_close(value.per_sample, expected.per_sample)
    assert all(torch.isclose(value.terms[key], expected.terms[key]) for key in expected.terms)


def test_training_mode_gives_finite_losses_and_gradients(case):
    generator = torch.Generator().manual_seed(0)
    value = build(case.name, replace(case.context, generator=generator)).train()(case.batch)
    (value.per_sample.mean() + sum(value.terms.values())).backward()
    assert torch.isfinite(value.per_sample).all()
    assert torch.isfinite(case.batch.features.grad).all()
    assert case.batch.features.grad.abs().sum() > 0


def test_the_generator_decides_all_random_numbers(case):
    losses = []
    for global_seed in (0, 1):
        torch.manual_seed(global_seed)
        generator = torch.Generator().manual_seed(5)
        losses.append(build(case.name, replace(case.context, generator=generator)).train()(case.batch).per_sample)
    assert torch.equal(*losses)


def test_only_state_that_changes_in_training_is_stored_with_the_weights(case):
    before = {name: buffer.clone() for name, buffer in case.loss.state_dict().items()}
    case.loss(case.batch)
    assert all(torch.equal(buffer, before[name]) for name, buffer in case.loss.state_dict().items())
    case.loss.train()(case.batch)
    assert not any(torch.equal(buffer, before[name]) for name, buffer in case.loss.state_dict().items())


def test_required_heads_exist(case):
    required = registry.declared("losses", case.name, "REQUIRES", {"head": []})
    assert set(required["head"]) <= set(registry.names("heads"))
