"""What one batch adds to the gradient."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from ltsei.components.augmentations._shared import Guided
from ltsei.components.heads._shared import HeadOutput
from ltsei.components.losses._shared import LossValue
from ltsei.components.mixers._shared import Mixed, Mixer
from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import build_component
from ltsei.training.class_activation import class_activation
from ltsei.training.model import Classifier, build_classifier
from ltsei.training.objective import Objective
from ltsei.training.streams import Drawn
from ltsei.training.training_step import Weighted, add_gradient, reduced

LOSSES, WEIGHTS = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([0.5, 0.5, 2.0])


def one(value, weights=WEIGHTS):
    """A batch whose signals have one label each."""
    return [Weighted(torch.tensor([0, 1, 2]), value, weights)]


def test_weighted_mean_divides_by_the_weights():
    assert reduced(one(LossValue(LOSSES)), "weighted_mean").item() == pytest.approx(9.5 / 3)


def test_batch_mean_divides_by_the_signals():
    weights = torch.tensor([0.5, 0.5, 5.0])
    assert reduced(one(LossValue(LOSSES), weights), "batch_mean").item() == pytest.approx(21.5 / 3)


def test_the_scale_of_the_weights_matters_for_batch_mean_alone():
    value = LossValue(LOSSES)
    ratios = [
        reduced(one(value, 3 * WEIGHTS), how) / reduced(one(value), how) for how in ("weighted_mean", "batch_mean")
    ]
    assert [ratio.item() for ratio in ratios] == pytest.approx([1.0, 3.0])


def test_terms_are_added_after_the_reduction():
    value = LossValue(LOSSES, {"gate": torch.tensor(0.25), "balance": torch.tensor(1.0)})
    bare = reduced(one(LossValue(LOSSES)), "weighted_mean")
    assert reduced(one(value), "weighted_mean").item() == pytest.approx(bare.item() + 1.25)


def test_factors_of_classes_multiply_the_losses_and_not_the_divisor():
    changed = reduced(one(LossValue(LOSSES)), "weighted_mean", factors=torch.tensor([0.0, 1.0, 2.0]))
    assert changed.item() == pytest.approx((0.5 * 2 + 2 * 2 * 4) / 3)


def test_named_terms_belong_to_no_class():
    value = LossValue(LOSSES, {"gate": torch.tensor(0.25)})
    ones = reduced(one(value), "weighted_mean", factors=torch.ones(3))
    assert reduced(one(value), "weighted_mean").item() == pytest.approx(ones.item() + 0.25)


COUNTS = np.array([30, 10, 4])
LABELS = torch.tensor([0, 1, 2, 0, 1, 0])
SIGNALS = torch.randn(6, 5, 2, generator=torch.Generator().manual_seed(0))
OTHERS = torch.randn(6, 5, 2, generator=torch.Generator().manual_seed(1))
OTHER_LABELS = torch.tensor([2, 2, 1, 1, 0, 2])
SHARE = torch.tensor([1.0, 0.25, 0.5, 0.75, 0.0, 0.9])
CLASS_WEIGHTS = torch.tensor([0.5, 1.0, 1.5])


class Linear(nn.Linear):
    def forward(self, features):
        return HeadOutput(super().forward(features))


class Watching(nn.Module):
    """Cross-entropy that keeps the batches it sees."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, batch):
        self.seen.append(batch)
        return LossValue(functional.cross_entropy(batch.logits, batch.labels, reduction="none"))


def network():
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return Classifier(nn.Flatten(), Linear(10, 3))


def objective(loss=None, **parts):
    return Objective(
        loss=loss or Watching(),
        class_weights=lambda progress: CLASS_WEIGHTS.numpy(),
        sampler=Sampler(lambda progress: COUNTS.astype(float)),
        augmentations=parts.pop("augmentations", []),
        generator=torch.Generator().manual_seed(2),
        **parts,
    )


def drawn(signals=SIGNALS, labels=LABELS, repeated=None):
    return Drawn(signals, labels, torch.zeros(6, dtype=torch.bool) if repeated is None else repeated)


def gradient(goal, batches=None, class_weights=CLASS_WEIGHTS, reduction="weighted_mean"):
    """Return the gradient of the head's weight, and the records."""
    model = network()
    records = add_gradient(model, goal, batches or [drawn()], class_weights, 0.5, reduction, (1.0, 1.0))
    return model.head.weight.grad, records


def halfway(level="signals", share=SHARE):
    def mix(pair):
        weights = share.view(-1, *[1] * (pair.first.ndim - 1))
        return Mixed(weights * pair.first + (1 - weights) * pair.second, share)

    return Mixer(level, mix)


BOTH = [drawn(), drawn(OTHERS, OTHER_LABELS)]


@pytest.mark.parametrize("level", ["signals", "features"])
def test_soft_labels_give_the_cross_entropy_of_the_dense_label(level):
    soft = SHARE[:, None] * functional.one_hot(LABELS, 3) + (1 - SHARE)[:, None] * functional.one_hot(OTHER_LABELS, 3)
    model, signals = network(), SHARE.view(-1, 1, 1) * SIGNALS + (1 - SHARE).view(-1, 1, 1) * OTHERS
    loss = functional.cross_entropy(model(signals)[1].logits, soft.float())
    loss.backward()
    measured, records = gradient(objective(mixer=halfway(level)), BOTH, torch.ones(3))
    torch.testing.assert_close(measured, model.head.weight.grad)
    assert records["train_loss"].item() == pytest.approx(loss.item())


def test_class_weights_are_those_of_either_label():
    goal = objective(mixer=halfway())
    _, records = gradient(goal, BOTH)
    (one, other), both = goal.loss.seen, []
    for batch, share in ((one, SHARE), (other, 1 - SHARE)):
        weights = (share * CLASS_WEIGHTS[batch.labels]).numpy()
        losses = functional.cross_entropy(batch.logits, batch.labels, reduction="none").detach().numpy()
        both.append((weights @ losses, weights.sum()))
    expected = sum(loss for loss, _ in both) / sum(weight for _, weight in both)
    assert records["train_loss"].item() == pytest.approx(expected)


def test_a_share_of_1_is_the_plain_step():
    plain, records = gradient(objective())
    mixed, others = gradient(objective(mixer=halfway(share=torch.ones(6))), BOTH)
    torch.testing.assert_close(mixed, plain)
    assert others["train_loss"].item() == pytest.approx(records["train_loss"].item())
    assert others["train_accuracy"].item() == pytest.approx(records["train_accuracy"].item())


def order_of_the_mixture():
    return torch.Generator().manual_seed(2)


@pytest.mark.parametrize("level", ["signals", "features"])
def test_without_a_partner_the_batch_is_mixed_with_itself_in_another_order(level):
    goal = objective(mixer=halfway(level, torch.zeros(6)))
    gradient(goal)
    _, second = goal.loss.seen
    order = torch.randperm(6, generator=order_of_the_mixture())
    assert torch.equal(second.labels, LABELS[order])
    torch.testing.assert_close(second.features, network().features(SIGNALS[order]))


def taught(batch, first):
    """A batch whose signal i has the teacher's logits `first` + i."""
    return batch._replace(teacher=torch.arange(first, first + 6.0)[:, None].repeat(1, 3))


@pytest.mark.parametrize("mixer", [None, halfway(), halfway("features")])
def test_the_teacher_of_a_label_is_that_of_the_signal_it_comes_from(mixer):
    goal = objective(mixer=mixer, sees_partner=True)
    gradient(goal, [taught(BOTH[0], 0.0), taught(BOTH[1], 10.0)])
    firsts = [batch.teacher[:, 0].tolist() for batch in goal.loss.seen]
    expected = [[0, 1, 2, 3, 4, 5], [10, 11, 12, 13, 14, 15]]
    assert firsts == (expected if mixer else expected[:1])
    assert goal.loss.seen[0].partner.teacher[:, 0].tolist() == expected[1]


def test_a_batch_mixed_with_itself_has_its_teacher_in_the_same_order():
    goal = objective(mixer=halfway())
    gradient(goal, [taught(drawn(), 0.0)])
    assert torch.equal(goal.loss.seen[1].teacher[:, 0].long(), torch.randperm(6, generator=order_of_the_mixture()))


def test_distillation_of_a_mixture_learns_the_mixed_probabilities_of_the_teacher(make_context):
    loss = build_component("losses", {"name": "distillation", "alpha": 1.0, "temperature": 1.0}, make_context())
    first, second = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(9))
    batches = [BOTH[0]._replace(teacher=first), BOTH[1]._replace(teacher=second)]
    measured, _ = gradient(objective(loss, mixer=halfway()), batches, torch.ones(3))
    model, signals = network(), SHARE.view(-1, 1, 1) * SIGNALS + (1 - SHARE).view(-1, 1, 1) * OTHERS
    soft = SHARE[:, None] * first.softmax(1) + (1 - SHARE)[:, None] * second.softmax(1)
    functional.cross_entropy(model(signals)[1].logits, soft).backward()
    torch.testing.assert_close(measured, model.head.weight.grad)


def noise(signals, generator):
    return signals + torch.randn(signals.shape, generator=generator)


def test_a_loss_sees_as_many_views_as_it_asks_for_each_augmented_anew():
    goal = objective(views=3, augmentations=[noise])
    gradient(goal)
    (batch,) = goal.loss.seen
    assert batch.views.shape == (3, 6, 10)
    assert torch.equal(batch.views[0], batch.features)
    assert all((batch.views[one] != batch.views[other]).any() for one, other in ((0, 1), (0, 2), (1, 2)))
    generator = torch.Generator().manual_seed(2)
    expected = torch.stack([network().features(noise(SIGNALS, generator)) for _ in range(3)])
    torch.testing.assert_close(batch.views, expected)
    torch.testing.assert_close(batch.view_logits, network().head(expected).logits)
    assert torch.equal(batch.view_logits[0], batch.logits)


def test_a_loss_sees_the_partner_batch_if_it_asks_for_it():
    goal = objective(sees_partner=True)
    gradient(goal, BOTH)
    (batch,) = goal.loss.seen
    assert torch.equal(batch.labels, LABELS)
    assert torch.equal(batch.partner.labels, OTHER_LABELS)
    torch.testing.assert_close(batch.partner.logits, network()(OTHERS)[1].logits)


def test_repeats_alone_are_augmented_where_the_recipe_says_so():
    repeated = torch.tensor([True, False, True, False, False, True])
    goal = objective(augmentations=[noise], repeats_only=True)
    gradient(goal, [drawn(repeated=repeated)])
    changed = (goal.loss.seen[0].features != network().features(SIGNALS)).any(1)
    assert torch.equal(changed, repeated)


def test_a_branched_backbone_sends_each_stream_through_its_own_branch(make_context):
    context = replace(make_context(), signal_shape=(64, 2))
    spec = {"name": "branched", "backbone": {"name": "resnet1d", "base": 4, "stages": 2, "blocks": 1}}
    body = build_component("backbones", spec, context).eval()
    signals = torch.randn(3, 2, 64, generator=torch.Generator().manual_seed(0))
    whole, streams = body(signals), [body.of_stream(signals, stream) for stream in (0, 1)]
    torch.testing.assert_close(sum(streams), whole)
    width = body.out_features // 2
    assert not streams[0][:, width:].any() and not streams[1][:, :width].any()
    assert not torch.equal(whole[:, :width], whole[:, width:])


def test_a_guided_augmentation_gets_the_class_activation_of_what_it_changes(make_context):
    context = replace(make_context(), signal_shape=(64, 2))
    model = build_classifier({"name": "resnet1d", "base": 4, "stages": 2}, "linear", context, seed=0)
    signals, labels = torch.randn(6, 64, 2, generator=torch.Generator().manual_seed(4)), LABELS
    seen = []

    def change(signals, generator, activation):
        seen.append((signals, activation))
        return signals

    goal = objective(augmentations=[noise, Guided(change)])
    expected = noise(signals, torch.Generator().manual_seed(2))
    add_gradient(model.train(), goal, [drawn(signals, labels)], torch.ones(5), 0.5, "weighted_mean", (1.0, 1.0))
    ((changed, activation),) = seen
    assert torch.equal(changed, expected)
    fresh = build_classifier({"name": "resnet1d", "base": 4, "stages": 2}, "linear", context, seed=0)
    torch.testing.assert_close(activation, class_activation(fresh, expected, labels))


def doubled(signals, generator):
    return 2 * signals


def test_unlabelled_signals_have_a_weak_view_without_gradient_and_a_strong_one_each_augmented_anew():
    others = torch.randn(12, 5, 2, generator=torch.Generator().manual_seed(8))
    unlabelled = Drawn(others, torch.zeros(12, dtype=torch.int64), torch.zeros(12, dtype=torch.bool))
    goal = objective(augmentations=[noise], strong_augmentations=[doubled])
    gradient(goal, [drawn()._replace(unlabelled=unlabelled)])
    (batch,), generator = goal.loss.seen, torch.Generator().manual_seed(2)
    noise(SIGNALS, generator)
    weak, strong = noise(others, generator), 2 * noise(others, generator)
    torch.testing.assert_close(batch.unlabelled.weak, network()(weak)[1].logits)
    torch.testing.assert_close(batch.unlabelled.strong, network()(strong)[1].logits)
    assert not batch.unlabelled.weak.requires_grad and batch.unlabelled.strong.requires_grad
