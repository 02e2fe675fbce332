from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from ltsei.components.losses._shared import Batch, UnlabelledViews
from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {
    "combined": {"losses": ["cross_entropy", "focal"], "weights": [0.7, 0.3]},
    "expected_cost": {"costs": "inverse_frequency"},
}
"""Parameters of members that have some without a default."""
NAMES = [name for name in registry.names("losses") if not registry.declared("losses", name, "LABEL_FREE", False)]
SIGNALS, PROGRESS = 12, 0.5


def head_name(name):
    return registry.declared("losses", name, "REQUIRES", {}).get("head", ["linear"])[0]


def context_of(make_context, name, counts=(200, 60, 24, 9, 3)):
    """The context of a loss and of the head that it needs; experts have three branches."""
    if head_name(name) == "experts":
        return replace(make_context(counts, in_features=12), branches=3)
    return make_context(counts, in_features=8)


def head_of(name, context):
    """The head that a loss needs, with cosine experts."""
    spec = {"name": "experts", "head": "cosine"} if head_name(name) == "experts" else head_name(name)
    return build_component("heads", spec, context).eval()


def build(name, context):
    """The loss as it starts; the seed decides the weights of one that has some.

    One that asks for nothing beside labelled signals is in evaluation mode, in which none draws random numbers or
    changes its state.
    """
    asks = any(registry.declared("losses", name, literal, False) for literal in ("VIEWS", "PARTNER", "UNLABELLED"))
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return build_component("losses", {"name": name, **EXAMPLES.get(name, {})}, context).train(asks)


def batch_of(head, views, labels):
    """A batch of so many views of each signal, the features of each a leaf of the graph."""
    outputs = [head(each) for each in views]
    first = Batch(outputs[0].logits, labels, views[0], outputs[0].extras, PROGRESS)
    if len(views) == 1:
        return first
    return replace(first, views=torch.stack(views), view_logits=torch.stack([output.logits for output in outputs]))


@pytest.fixture(params=NAMES)
def case(request, make_context):
    """A loss and a training batch, with the views and the partner batch that it declares."""
    name = request.param
    context = context_of(make_context, name)
    torch.manual_seed(0)
    head = head_of(name, context)
    labels = torch.arange(SIGNALS) % context.num_classes
    count = registry.declared("losses", name, "VIEWS", 1)
    views = [torch.randn(SIGNALS, context.in_features, requires_grad=True) for _ in range(count)]
    batch = batch_of(head, views, labels)
    if registry.declared("losses", name, "PARTNER", False):
        partner = torch.randn(SIGNALS, context.in_features, requires_grad=True)
        batch = replace(batch, partner=batch_of(head, [partner], labels.flip(0)))
    if registry.declared("losses", name, "TEACHER", False):
        batch = replace(batch, teacher=torch.randn(SIGNALS, context.num_classes))
    leaves = [*views, *([] if batch.partner is None else [batch.partner.features])]
    if registry.declared("losses", name, "UNLABELLED", False):
        strong = torch.randn(SIGNALS, context.in_features, requires_grad=True)
        confident = 40 * torch.eye(context.num_classes)[torch.randint(context.num_classes, (SIGNALS,))]
        batch = replace(batch, unlabelled=UnlabelledViews(confident, head(strong).logits))
        leaves.append(strong)
    return SimpleNamespace(name=name, context=context, head=head, batch=batch, leaves=leaves, loss=build(name, context))


def changed(batch, tensor, labels=lambda labels: labels):
    """The batch with its per-signal tensors changed by `tensor`, those of its views and its partner too."""
    views = {
        name: torch.stack([tensor(view) for view in value])
        for name in ("views", "view_logits")
        if (value := getattr(batch, name)) is not None
    }
    extras = {key: tensor(value) if value.shape[:1] == (SIGNALS,) else value for key, value in batch.extras.items()}
    return replace(
        batch,
        logits=tensor(batch.logits),
        labels=labels(batch.labels),
        features=tensor(batch.features),
        extras=extras,
        partner=batch.partner and changed(batch.partner, tensor, labels),
        teacher=None if batch.teacher is None else tensor(batch.teacher),
        unlabelled=batch.unlabelled and UnlabelledViews(tensor(batch.unlabelled.weak), tensor(batch.unlabelled.strong)),
        **views,
    )


def total(value):
    return value.per_sample.mean() + sum(value.terms.values())


def test_one_finite_loss_per_signal(case):
    value = case.loss(case.batch)
    assert value.per_sample.shape == (SIGNALS,)
    assert torch.isfinite(value.per_sample).all()
    assert all(term.shape == () and torch.isfinite(term) for term in value.terms.values())


def test_gradient_reaches_all_features_and_every_parameter_of_head_and_loss(case):
    total(case.loss(case.batch)).backward()
    parameters = [*case.head.parameters(), *case.loss.parameters()]
    gradients = [leaf.grad for leaf in (*case.leaves, *parameters)]
    assert all(torch.isfinite(gradient).all() and gradient.abs().sum() > 0 for gradient in gradients)


def test_bfloat16_inputs_give_the_float32_loss_of_the_rounded_values(case):
    half = changed(case.batch, lambda tensor: tensor.detach().bfloat16())
    expected = build(case.name, case.context)(changed(half, lambda tensor: tensor.float()))
    value = case.loss(half)
    torch.testing.assert_close(value.per_sample, expected.per_sample)
    assert value.per_sample.dtype == torch.float32


def test_extreme_logits_stay_finite(case):
    sign = torch.where(torch.arange(SIGNALS) % 2 == 0, 1e4, -1e4)
    logits = (sign[:, None] * torch.eye(case.context.num_classes)[case.batch.labels]).requires_grad_()
    extras = {**case.batch.extras, "expert_logits": torch.stack([logits, -logits, logits], 1)}
    batch = replace(case.batch, logits=logits, extras=extras)
    if batch.view_logits is not None:
        batch = replace(batch, view_logits=torch.stack([logits] * len(batch.view_logits)))
    if batch.partner is not None:
        batch = replace(batch, partner=replace(batch.partner, logits=logits))
    if batch.unlabelled is not None:
        batch = replace(batch, unlabelled=UnlabelledViews(logits.detach(), -logits))
    value = case.loss(batch)
    total(value).backward()
    assert torch.isfinite(total(value)) and torch.isfinite(value.per_sample).all()
    assert torch.isfinite(logits.grad).all()


def test_order_of_the_batch_is_irrelevant(case):
    order = torch.randperm(SIGNALS, generator=torch.Generator().manual_seed(1))
    shuffled = changed(case.batch, lambda tensor: tensor[order], lambda labels: labels[order])
    expected, value = build(case.name, case.context)(case.batch), case.loss(shuffled)
    torch.testing.assert_close(value.per_sample, expected.per_sample[order])
    assert all(torch.isclose(value.terms[key], expected.terms[key]) for key in expected.terms)


def test_renaming_the_classes_changes_nothing(case, make_context):
    new_name = torch.tensor([3, 0, 4, 1, 2])
    old_name = torch.argsort(new_name)

    def renamed(tensor):
        return tensor[:, old_name] if tensor.shape[1:] == old_name.shape else tensor

    loss = build(case.name, context_of(make_context, case.name, case.context.class_counts[old_name.numpy()]))
    of_classes = {name: value for name, value in loss.state_dict().items() if value.shape[:1] == old_name.shape}
    loss.load_state_dict({name: value[old_name] for name, value in of_classes.items()}, strict=False)
    batch = changed(case.batch, renamed, lambda labels: new_name[labels])
    if "weight" in batch.extras and len(batch.extras["weight"]) == len(old_name):
        batch = replace(batch, extras=dict(batch.extras) | {"weight": batch.extras["weight"][old_name]})
    if "expert_logits" in batch.extras:
        experts = case.batch.extras["expert_logits"][..., old_name]
        batch = replace(batch, extras=dict(batch.extras) | {"expert_logits": experts})
    expected, value = case.loss(case.batch), loss(batch)
    torch.testing.assert_close(value.per_sample, expected.per_sample)
    assert all(torch.isclose(value.terms[key], expected.terms[key]) for key in expected.terms)


def test_parameters_and_state_are_stored_with_the_weights_and_constants_are_not(case):
    assert bool(case.loss.state_dict()) == registry.declared("losses", case.name, "STATE", False)
    assert set(dict(case.loss.named_parameters())) <= set(case.loss.state_dict())


def test_state_changes_in_training_mode_alone(case):
    case.loss.eval()
    before = {name: value.clone() for name, value in case.loss.state_dict().items()}
    value = case.loss(replace(case.batch, views=None, view_logits=None, partner=None, unlabelled=None))
    assert torch.isfinite(value.per_sample).all()
    assert all(torch.equal(value, before[name]) for name, value in case.loss.state_dict().items())


def test_stored_buffers_change_in_training(case):
    stored = case.loss.state_dict().keys() - dict(case.loss.named_parameters()).keys()
    before = {name: case.loss.state_dict()[name].clone() for name in stored}
    case.loss.train()(case.batch)
    assert not stored or any(not torch.equal(case.loss.state_dict()[name], before[name]) for name in stored)


def test_training_mode_gives_finite_losses_and_gradients(case):
    generator = torch.Generator().manual_seed(0)
    value = build(case.name, replace(case.context, generator=generator)).train()(case.batch)
    total(value).backward()
    assert torch.isfinite(value.per_sample).all()
    assert all(torch.isfinite(leaf.grad).all() and leaf.grad.abs().sum() > 0 for leaf in case.leaves)


def test_the_generator_decides_all_random_numbers(case):
    losses = []
    for global_seed in (0, 1):
        torch.manual_seed(global_seed)
        generator = torch.Generator().manual_seed(5)
        losses.append(build(case.name, replace(case.context, generator=generator)).train()(case.batch).per_sample)
    assert torch.equal(*losses)


def test_required_heads_exist(case):
    required = registry.declared("losses", case.name, "REQUIRES", {"head": []})
    assert set(required["head"]) <= set(registry.names("heads"))
