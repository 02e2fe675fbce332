"""The training loop."""

import logging
from functools import partial

import numpy as np
import pytest
import torch
from tones import paths_in
from torch import nn

from ltsei.components.heads._shared import HeadOutput
from ltsei.components.losses._shared import LossValue
from ltsei.components.samplers._shared import Sampler
from ltsei.components.updates._shared import Update
from ltsei.config.training import Training
from ltsei.core import registry
from ltsei.core.context import build_component, prior_context
from ltsei.core.errors import InputError, Interrupted
from ltsei.numerics import seeds
from ltsei.numerics.validation_scores import SCORES
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training.divergence import DivergedError
from ltsei.training.fit import fit
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective
from ltsei.training.outputs import Trained

COUNTS = np.array([24, 12, 5])
LABELS = np.repeat(np.arange(3), COUNTS)
STEPS = 4
"""Steps of an epoch of 41 signals in batches of 10; the last batch has 11."""


def signals(labels, seed=0):
    """Three classes which differ in the mean of their channels."""
    rng = np.random.default_rng(seed)
    means = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])[labels][:, None, :]
    return torch.from_numpy((means + rng.standard_normal((len(labels), 6, 2))).astype(np.float32))


def flat(inputs):
    """Return signals as a backbone of `nn.Flatten` sees them, [N, channels · L]."""
    return inputs.movedim(-1, 1).flatten(1)


class Small(nn.Module):
    """Linear, batch normalisation and dropout."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2))

    def forward(self, inputs):
        return self.layers(inputs)


class Linear(nn.Linear):
    def forward(self, features):
        return HeadOutput(super().forward(features))


class Likelihood(nn.Module):
    """Cross-entropy that records its training batches.

    `replaced` may map losses and step to other losses, `terms` a batch to named terms.
    """

    def __init__(self, replaced=None, terms=lambda batch: {}):
        super().__init__()
        self.seen, self.replaced, self.terms = [], replaced, terms

    def forward(self, batch):
        if self.training:
            self.seen.append(batch)
        losses = nn.functional.cross_entropy(batch.logits, batch.labels, reduction="none")
        return LossValue(losses if self.replaced is None else self.replaced(losses, len(self.seen)), self.terms(batch))


def shift(inputs, generator):
    return inputs + 0.1 * torch.randn(len(inputs), 1, 1, generator=generator)


def objective(loss=None, draws=COUNTS, weights=(1.0, 1.0, 1.0), augmentations=(shift,), **parts):
    return Objective(
        loss=loss or Likelihood(),
        class_weights=lambda progress: np.array(weights),
        sampler=Sampler(lambda progress: np.asarray(draws, dtype=float)),
        augmentations=list(augmentations),
        generator=torch.Generator().manual_seed(11),
        **parts,
    )


def recipe(**changes):
    values = {"loss": "cross_entropy", "sampler": "instance_balanced", "epochs": 3, "batch_size": 10, "lr": 0.1}
    return Training(**{**values, "weight_decay": 1e-3, **changes})


def model():
    with torch.random.fork_rng():
        torch.manual_seed(2)
        return Classifier(Small(), Linear(8, 3))


VALIDATION = (signals(np.arange(30) % 3, seed=5), torch.arange(30) % 3)


def train(
    target=None,
    goal=None,
    seed=0,
    validation=VALIDATION,
    attempt=None,
    identity="data",
    teacher=None,
    unlabelled=None,
    **changes,
):
    """Return the result, and the model it belongs to."""
    target = target or model()
    result = fit(
        target,
        signals(LABELS),
        torch.from_numpy(LABELS),
        goal or objective(),
        recipe=recipe(**changes),
        seed=seed,
        purpose="test",
        validation=validation,
        teacher=teacher,
        unlabelled=unlabelled,
        identity=identity,
        attempt=attempt,
    )
    return result, target


def written(folder, result, target):
    """Return the bytes of the files that a stage would write."""
    content = {"state": checkpoint.snapshot(target), "epoch": result.epoch}
    paths = paths_in(folder, "stage2")
    nothing = dict.fromkeys(("val", "test"), np.zeros(0))
    Trained(content, result.history, logits=nothing, num_parameters=1, experts={}).write(paths)
    return [paths[name].read_bytes() for name in ("model", "history")]


def resume(tmp_path, minutes=60.0, fingerprint="recipe"):
    return Resume(tmp_path / "resume", fingerprint=fingerprint, minutes=minutes)


def stop_at(*calls):
    """Return a stop function that returns True at these steps of the attempt, counted from 1."""
    asked = []

    def stop():
        asked.append(None)
        return len(asked) in calls

    return stop


def test_separable_classes_are_learned():
    result, _ = train(epochs=20)
    assert result.history[-1]["val_balanced_accuracy"] > 0.95
    assert result.history[-1]["train_loss"] < 0.5 * result.history[0]["train_loss"]


def test_the_history_has_a_row_per_epoch():
    result, _ = train(warmup_epochs=1, schedule="constant")
    columns = [
        "epoch",
        "progress",
        "learning_rate",
        "train_loss",
        "train_accuracy",
        "val_loss",
        "val_accuracy",
        "val_balanced_accuracy",
        "val_macro_f1",
        "val_balanced_loss",
    ]
    assert [list(row) for row in result.history] == [columns] * 3
    assert [row["epoch"] for row in result.history] == [1, 2, 3]
    assert [row["progress"] for row in result.history] == [0.0, 0.5, 1.0]
    assert [row["learning_rate"] for row in result.history] == pytest.approx([0.05, 0.1, 0.1])


def test_without_validation_its_columns_are_empty():
    result, _ = train(validation=None)
    assert [(row["val_loss"], row["val_balanced_accuracy"]) for row in result.history] == [(None, None)] * 3


def test_the_progress_of_a_single_epoch_is_one():
    result, _ = train(epochs=1)
    assert result.history[0]["progress"] == 1.0


def test_each_row_is_reported():
    rows = []
    result, _ = train(attempt=Attempt(progress=rows.append))
    assert rows == result.history


def test_named_terms_are_in_the_history_and_in_the_loss():
    plain, _ = train(epochs=1)
    result, _ = train(epochs=1, goal=objective(Likelihood(terms=lambda batch: {"gate": torch.tensor(0.5)})))
    assert result.history[0]["train_gate"] == 0.5
    assert result.history[0]["train_loss"] == pytest.approx(plain.history[0]["train_loss"] + 0.5)


def test_the_loss_of_an_epoch_is_the_mean_over_its_signals():
    sizes = []

    def numbered(losses, batch):
        sizes.append(len(losses))
        return losses * 0 + batch

    result, _ = train(epochs=1, validation=None, goal=objective(Likelihood(numbered)))
    assert sizes == [10, 10, 10, 11]
    assert result.history[0]["train_loss"] == pytest.approx((10 + 20 + 30 + 44) / 41)


def perfect():
    """A linear classifier that knows the classes."""
    model = Classifier(nn.Flatten(), Linear(12, 3))
    with torch.no_grad():
        model.head.weight.copy_(torch.tensor([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]]).repeat_interleave(6, 1))
    return model


def test_accuracy_is_that_of_the_training_draws():
    result, _ = train(perfect(), epochs=1, lr=1e-9)
    assert result.history[0]["train_accuracy"] > 0.95


def test_an_epoch_is_evaluated_on_the_validation_signals_and_not_on_those_it_was_trained_on():
    inputs, truth = VALIDATION
    result, _ = train(perfect(), epochs=1, lr=1e-9, validation=(inputs, (truth + 1) % 3))
    assert result.history[0]["train_accuracy"] > 0.95
    assert result.history[0]["val_accuracy"] < 0.05
    assert result.history[0]["val_balanced_accuracy"] < 0.05


def test_the_validation_loss_is_the_mean_over_the_validation_signals():
    inputs, truth = VALIDATION
    result, model = train(epochs=2)
    model.eval()
    with torch.no_grad():
        expected = nn.functional.cross_entropy(model.head(model.backbone(inputs.movedim(-1, 1))).logits, truth)
    assert result.history[-1]["val_loss"] == pytest.approx(expected.item(), rel=1e-5)


def test_balanced_validation_accuracy_counts_every_class_alike():
    inputs, truth = VALIDATION
    few = torch.cat([(truth == 0).argwhere()[:, 0], (truth != 0).argwhere()[:4, 0]])
    labels = torch.where(truth == 1, 2, truth)  # signals of class 1 are called class 2: none of them is recognised
    result, _ = train(perfect(), epochs=1, lr=1e-9, validation=(inputs[few], labels[few]))
    assert labels[few].bincount().tolist() == [10, 0, 4]
    assert result.history[0]["val_accuracy"] == pytest.approx(12 / 14)
    assert result.history[0]["val_balanced_accuracy"] == pytest.approx((1 + 1 / 2) / 2)


def test_the_seed_decides_the_order_of_the_training_signals():
    orders = []
    for seed in (0, 0, 1):
        loss = Likelihood()
        train(perfect(), objective(loss, augmentations=()), seed=seed, epochs=1)
        orders.append(torch.cat([batch.features[:, 0] for batch in loss.seen]).tolist())
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


@pytest.mark.parametrize("draws", [COUNTS, [13, 14, 14], [2, 4, 35]])
def test_an_epoch_has_the_draws_of_the_sampler(draws):
    loss = Likelihood()
    train(epochs=2, goal=objective(loss, draws))
    seen = torch.cat([batch.labels for batch in loss.seen])
    assert torch.bincount(seen).tolist() == [2 * count for count in draws]
    assert {batch.progress for batch in loss.seen} == {0.0, 1.0}


def test_labels_stay_with_their_signals():
    loss = Likelihood()
    train(Classifier(nn.Flatten(), Linear(12, 3)), goal=objective(loss, augmentations=()))
    expected = {tuple(row.tolist()): label for row, label in zip(flat(signals(LABELS)), LABELS, strict=True)}
    for batch in loss.seen:
        assert [expected[tuple(row.tolist())] for row in batch.features] == batch.labels.tolist()


def one_step(**changes):
    """Return the gradient of one step on a linear model by plain SGD, all signals in one batch."""
    target = Classifier(nn.Flatten(), Linear(12, 3, bias=False))
    nn.init.constant_(target.head.weight, 0.1)
    settings = {"optimizer": {"name": "sgd", "momentum": 0.0}, "lr": 0.5, "weight_decay": 0.0, "schedule": "constant"}
    weights = changes.pop("weights", (1.0, 1.0, 1.0))
    goal = objective(weights=weights, augmentations=())
    train(target, goal, epochs=1, batch_size=41, **settings, **changes)
    return (0.1 - target.head.weight.detach()) / 0.5


def by_hand(weights, divisor):
    """Return the gradient of Σ w ℓ / divisor at equal weights, where every probability is 1/3."""
    inputs, w = flat(signals(LABELS)), torch.tensor(weights)[torch.from_numpy(LABELS)]
    error = 1 / 3 - nn.functional.one_hot(torch.from_numpy(LABELS)).float()
    return (w[:, None] * error).T @ inputs / divisor


def test_weighted_mean_is_the_gradient_by_hand():
    weights = (0.5, 1.0, 1.5)
    expected = by_hand(weights, float(np.array(weights) @ COUNTS))
    assert torch.allclose(one_step(weights=weights), expected, atol=1e-5)


def test_batch_mean_is_the_gradient_by_hand():
    weights = (0.5, 1.0, 1.5)
    expected = by_hand(weights, 41.0)
    assert torch.allclose(one_step(weights=weights, reduction="batch_mean"), expected, atol=1e-5)


def test_a_gradient_is_clipped_to_its_norm_and_keeps_its_direction():
    free, clipped = one_step(), one_step(gradient_clip=0.01)
    assert free.norm() > 0.1
    assert torch.allclose(clipped, 0.01 * free / free.norm(), atol=1e-5)


@pytest.mark.parametrize("reduction", ["weighted_mean", "batch_mean"])
@pytest.mark.parametrize("draws", [(16, 12, 12), (24, 12, 6)], ids=["even", "a short last batch"])
def test_accumulated_batches_have_the_gradient_of_one_large_batch(draws, reduction):
    settings = {"optimizer": {"name": "sgd", "momentum": 0.0}, "schedule": "constant", "weight_decay": 0.0}
    heads = []
    for changes in ({"batch_size": 20, "accumulate": 3}, {"batch_size": 60, "accumulate": 1}):
        target = Classifier(nn.Flatten(), Linear(12, 3, bias=False))
        nn.init.constant_(target.head.weight, 0.1)
        loss = Likelihood(terms=lambda batch: {"gate": 3.0 * batch.logits.square().mean()})
        goal = objective(loss, draws=draws, weights=(0.2, 1.0, 1.8), augmentations=())
        train(target, goal, epochs=1, reduction=reduction, **settings, **changes)
        heads.append(target.head.weight.detach())
    assert torch.allclose(*heads, atol=1e-6)


def test_an_interrupted_training_with_accumulated_batches_ends_with_the_same_bytes(tmp_path):
    uninterrupted = written(tmp_path, *train(accumulate=3))
    with pytest.raises(Interrupted, match="epoch 2 after step 1"):
        train(attempt=Attempt(resume(tmp_path), stop=stop_at(3)), accumulate=3)
    assert written(tmp_path, *train(attempt=Attempt(resume(tmp_path)), accumulate=3)) == uninterrupted


def sharpness_aware(rho=0.05, **changes):
    return objective(**changes, update=build_component("updates", {"name": "sam", "rho": rho}, None))


def test_sharpness_aware_steps_at_a_vanishing_distance_are_plain_steps():
    goals = sharpness_aware(1e-9), objective(), sharpness_aware(0.5)
    (near, one), (plain, other), (aware, _) = (train(goal=goal) for goal in goals)
    for name, value in one.state_dict().items():
        assert torch.allclose(value, other.state_dict()[name], atol=1e-5), name
    losses = [[row["train_loss"] for row in each.history] for each in (near, plain, aware)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)
    assert losses[2] != pytest.approx(losses[1], abs=1e-2)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_a_sharpness_aware_training_resumes_with_the_same_bytes(tmp_path, optimizer):
    settings = {"optimizer": optimizer, "accumulate": 2, "gradient_clip": 1.0, "lr": 0.02}
    uninterrupted = written(tmp_path, *train(goal=sharpness_aware(), **settings))
    with pytest.raises(Interrupted, match="epoch 2 after step 1"):
        train(goal=sharpness_aware(), attempt=Attempt(resume(tmp_path), stop=stop_at(3)), **settings)
    resumed = train(goal=sharpness_aware(), attempt=Attempt(resume(tmp_path)), **settings)
    assert written(tmp_path, *resumed) == uninterrupted


def test_sharpness_aware_steps_climb_with_the_gradient_of_all_accumulated_batches():
    heads = []
    goal = {"draws": (30, 20, 10), "weights": (0.2, 1.0, 1.8), "augmentations": ()}
    aware, plain = (partial(kind, **goal) for kind in (partial(sharpness_aware, 1.0), objective))
    for kind, sizes in (
        (aware, {"batch_size": 20, "accumulate": 3}),
        (aware, {"batch_size": 60}),
        (plain, {"batch_size": 60}),
    ):
        target = Classifier(nn.Flatten(), Linear(12, 3, bias=False))
        nn.init.constant_(target.head.weight, 0.1)
        train(target, kind(), epochs=1, **sizes)
        heads.append(target.head.weight.detach())
    assert torch.allclose(*heads[:2], atol=1e-6)
    assert not torch.allclose(*heads[1:], atol=1e-3)


def test_a_sharpness_aware_training_counts_each_batch_once_in_its_running_statistics():
    counts = [
        target.state_dict()["backbone.layers.2.num_batches_tracked"]
        for _, target in (train(), train(goal=sharpness_aware()))
    ]
    assert counts == [3 * STEPS] * 2


def opened():
    """An objective that uses every part of a step: two samplers, a mixer, repeats, two views and an update."""

    class Stateful(Likelihood):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.zeros(8))
            self.register_buffer("epochs", torch.zeros(()))

        def begin_epoch(self, progress):
            self.epochs += 1

        def forward(self, batch):
            if self.training:
                self.mean.lerp_(batch.features.detach().mean(0), 0.1)
            value = super().forward(batch)
            return value._replace(per_sample=value.per_sample * (1 + self.mean.norm() + self.epochs))

    return sharpness_aware(
        loss=Stateful(),
        partner_sampler=Sampler(lambda progress: np.array([1.0, 1.0, 1.0])),
        mixer=build_component("mixers", {"name": "mixup", "level": "features"}, None),
        repeats_only=True,
    )


def test_a_step_with_all_parts_resumes_with_the_same_bytes(tmp_path):
    settings = {"accumulate": 2, "gradient_clip": 1.0, "lr": 0.02}
    uninterrupted = written(tmp_path, *train(goal=opened(), **settings))
    with pytest.raises(Interrupted, match="epoch 2 after step 1"):
        train(goal=opened(), attempt=Attempt(resume(tmp_path), stop=stop_at(3)), **settings)
    assert written(tmp_path, *train(goal=opened(), attempt=Attempt(resume(tmp_path)), **settings)) == uninterrupted
    assert written(tmp_path, *train(goal=sharpness_aware(), **settings)) != uninterrupted


LOSSES_WITH_STATE = [
    name
    for name in registry.names("losses")
    if registry.declared("losses", name, "STATE", False) and not registry.declared("losses", name, "LABEL_FREE", False)
]


ACTIVE = {"debiased_pseudo_label": {"threshold": 0.4, "momentum": 0.5}}
"""Parameters with which the state of a loss matters from the first steps on."""
UNLABELLED = signals(np.arange(17) % 3, seed=9)


def with_state(loss):
    """What `train` needs for a loss with parameters or running state, such as a queue or class means."""
    context = prior_context(COUNTS, in_features=8)
    with torch.random.fork_rng():
        torch.manual_seed(4)
        network = Classifier(Small(), build_component("heads", "linear", context))
        built = build_component("losses", {"name": loss, **ACTIVE.get(loss, {})}, context)
    partner = Sampler(lambda progress: np.array([1.0, 1.0, 1.0]))
    spec = registry.resolve("losses", {"name": loss, **ACTIVE.get(loss, {})}, where="loss")
    goal = objective(
        built,
        partner_sampler=partner,
        views=registry.most_declared("losses", spec, "VIEWS", 1),
        sees_partner=registry.most_declared("losses", spec, "PARTNER", False),
        unlabelled_ratio=2,
        strong_augmentations=[shift],
    )
    learns = registry.most_declared("losses", spec, "UNLABELLED", False)
    return {"target": network, "goal": goal, "unlabelled": UNLABELLED if learns else None}


@pytest.mark.parametrize(("stop", "where"), [(3, "epoch 2 after step 1"), (5, "epoch 3 after step 1")])
@pytest.mark.parametrize("loss", [*LOSSES_WITH_STATE, "pseudo_label"])
def test_a_loss_with_state_resumes_with_the_same_bytes(tmp_path, loss, stop, where):
    settings = {"accumulate": 2, "gradient_clip": 1.0, "lr": 0.02}
    uninterrupted = written(tmp_path, *train(**with_state(loss), **settings))
    with pytest.raises(Interrupted, match=where):
        train(**with_state(loss), attempt=Attempt(resume(tmp_path), stop=stop_at(stop)), **settings)
    assert written(tmp_path, *train(**with_state(loss), attempt=Attempt(resume(tmp_path)), **settings)) == uninterrupted


def test_the_state_of_debiased_pseudo_labels_changes_the_gradient(tmp_path):
    frozen = with_state("debiased_pseudo_label")
    frozen["goal"].loss.momentum = 1.0
    changing = written(tmp_path, *train(**with_state("debiased_pseudo_label")))
    assert written(tmp_path, *train(**frozen)) != changing


def test_unlabelled_signals_are_a_stream_of_their_own_beside_the_others():
    parts = {"partner_sampler": Sampler(lambda progress: np.array([5.0, 5.0, 5.0])), "sees_partner": True}
    alone, both = objective(**parts), objective(**parts, unlabelled_ratio=2)
    train(goal=alone)
    train(goal=both, unlabelled=UNLABELLED)
    for without, given in zip(alone.loss.seen, both.loss.seen, strict=True):
        assert torch.equal(without.labels, given.labels)
        assert torch.equal(without.partner.labels, given.partner.labels)
        assert without.unlabelled is None
        assert len(given.unlabelled.weak) == 2 * len(given.labels)


def test_each_stream_of_a_training_has_random_numbers_of_its_own(monkeypatch):
    purposes, generator = [], seeds.generator
    monkeypatch.setattr(seeds, "generator", lambda seed, purpose: purposes.append(purpose) or generator(seed, purpose))
    parts = {"partner_sampler": Sampler(lambda progress: np.array([5.0, 5.0, 5.0])), "sees_partner": True}
    train(goal=objective(**parts, unlabelled_ratio=2), unlabelled=UNLABELLED)
    assert len(purposes) == len(set(purposes)) == 3


def test_an_epoch_begins_once_for_each_module_of_the_loss():
    goal = opened()
    train(goal=goal, epochs=4)
    assert goal.loss.epochs == 4


def test_a_constraint_holds_after_every_step():
    class Zero(Update):
        def start(self, model):
            self.model = model

        def constrain(self):
            with torch.no_grad():
                self.model.head.bias.zero_()

    assert not train(goal=objective(update=Zero()))[1].head.bias.any()
    assert train()[1].head.bias.any()


def test_early_stopping_waits_for_an_improvement_for_as_many_epochs_as_its_patience(monkeypatch):
    scores([0.3, 0.5, 0.4, 0.5, 0.9], monkeypatch)
    result, _ = train(epochs=5, early_stopping={"patience": 2}, select="best")
    assert len(result.history) == 4
    assert result.epoch == 2


def test_parameters_without_gradient_stay_as_they_are():
    target = model()
    target.backbone.requires_grad_(False)
    before = checkpoint.snapshot(target)
    _, target = train(target)
    moved = {name for name, value in target.named_parameters() if not torch.equal(value, before[name])}
    assert moved == {"head.weight", "head.bias"}


def scores(values, monkeypatch):
    """Make the epochs' validation scores `values`."""
    given = iter(values)
    monkeypatch.setitem(SCORES, "val_balanced_accuracy", lambda *_: next(given))


def test_last_keeps_the_last_epoch(monkeypatch):
    scores([0.2, 0.9, 0.1], monkeypatch)
    assert train()[0].epoch == 3


def test_best_keeps_the_first_of_the_best_epochs(monkeypatch):
    scores([0.2, 0.9, 0.9], monkeypatch)
    states = []
    target = model()
    watch = Attempt(progress=lambda row: states.append(checkpoint.snapshot(target)))
    result, _ = train(target, select="best", attempt=watch)
    assert result.epoch == 2
    assert all(torch.equal(value, states[1][name]) for name, value in target.state_dict().items())


BY_EPOCH = {
    "val_loss": [0.9, 0.2, 0.4, 0.2],
    "val_accuracy": [0.1, 0.2, 0.9, 0.3],
    "val_balanced_accuracy": [0.8, 0.1, 0.2, 0.3],
    "val_macro_f1": [0.1, 0.2, 0.3, 0.9],
    "val_balanced_loss": [0.9, 0.8, 0.2, 0.4],
}


@pytest.mark.parametrize(
    ("select_by", "epoch"),
    [("val_loss", 2), ("val_accuracy", 3), ("val_balanced_accuracy", 1), ("val_macro_f1", 4), ("val_balanced_loss", 3)],
)
def test_best_is_chosen_by_the_column_that_select_by_names(monkeypatch, select_by, epoch):
    epochs = iter(range(4))

    def scores(*_):
        number = next(epochs)
        return {name: values[number] for name, values in BY_EPOCH.items()}

    monkeypatch.setattr("ltsei.training.loop.validate", scores)
    result, _ = train(epochs=4, select="best", select_by=select_by)
    assert result.epoch == epoch


def test_an_epoch_whose_validation_loss_is_undefined_is_not_the_best(monkeypatch):
    losses = iter([None, 0.9, None])
    other = dict.fromkeys(["val_accuracy", "val_balanced_accuracy", "val_macro_f1"], 0.5)
    monkeypatch.setattr("ltsei.training.loop.validate", lambda *_: {"val_loss": next(losses), **other})
    result, _ = train(epochs=3, select="best", select_by="val_loss")
    assert result.epoch == 2


def test_best_without_validation_is_refused():
    with pytest.raises(InputError, match="select: got 'best', which needs validation"):
        train(validation=None, select="best")


def test_a_loss_that_is_not_finite_is_named_with_epoch_batch_and_learning_rate():
    loss = Likelihood(lambda losses, batch: losses * (float("nan") if batch >= STEPS + 2 else 1.0))
    with pytest.raises(DivergedError, match=r"the loss is nan in epoch 2 of 3, batch 2 of 4, learning rate 0\.1;"):
        train(goal=objective(loss), schedule="constant")


def test_weights_that_are_not_finite_after_the_last_step_are_an_error():
    loss = Likelihood(lambda losses, batch: losses * 1e36)
    with pytest.raises(DivergedError, match=r"a weight is not finite in epoch 1 of 1, batch 1 of 1"):
        train(goal=objective(loss), epochs=1, batch_size=41, lr=1e8)


def test_the_threads_of_the_recipe_count_and_not_those_of_the_process():
    before = torch.get_num_threads()
    results = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        result, trained = train(threads=1)
        results.append((result.history, checkpoint.snapshot(trained)))
    torch.set_num_threads(before)
    (history, weights), (again, weights_again) = results
    assert history == again
    assert all(torch.equal(weights[name], weights_again[name]) for name in weights)


def test_threads_and_the_global_stream_are_left_as_they_were():
    before = torch.get_num_threads()
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    train(threads=before + 1)
    assert torch.get_num_threads() == before
    assert torch.equal(torch.rand(2), expected)


def test_equal_seeds_give_equal_bytes_and_others_do_not(tmp_path):
    first, second, other = (written(tmp_path, *train(seed=seed)) for seed in (0, 0, 1))
    assert first == second
    assert first[0] != other[0]


OPTIMIZERS = [{"name": "sgd", "momentum": 0.9}, {"name": "sgd", "momentum": 0.0}, "adamw"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=["momentum", "sgd", "adamw"])
@pytest.mark.parametrize("step", [1, 2, STEPS, STEPS + 1, 3 * STEPS], ids=lambda step: f"step{step}")
def test_an_interrupted_training_ends_with_the_same_bytes(tmp_path, step, optimizer):
    settings = {"select": "best", "optimizer": optimizer, "lr": 0.02, "gradient_clip": 1.0}
    uninterrupted = written(tmp_path, *train(**settings))
    with pytest.raises(Interrupted, match=f"epoch {1 + (step - 1) // STEPS} after step {1 + (step - 1) % STEPS}"):
        train(attempt=Attempt(resume(tmp_path), stop=stop_at(step)), **settings)
    assert written(tmp_path, *train(attempt=Attempt(resume(tmp_path)), **settings)) == uninterrupted


def test_a_training_can_be_interrupted_again_and_again(tmp_path):
    uninterrupted = written(tmp_path, *train())
    for _ in range(3):
        with pytest.raises(Interrupted):
            train(attempt=Attempt(resume(tmp_path), stop=stop_at(3)))
    loss = Likelihood()
    assert written(tmp_path, *train(goal=objective(loss), attempt=Attempt(resume(tmp_path)))) == uninterrupted
    assert len(loss.seen) == 3 * STEPS - 9


def test_a_killed_training_resumes_from_its_last_saved_state(tmp_path):
    uninterrupted = written(tmp_path, *train())

    def kill(row):
        if row["epoch"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(attempt=Attempt(resume(tmp_path, minutes=1e-9), kill))
    loss = Likelihood()
    assert written(tmp_path, *train(goal=objective(loss), attempt=Attempt(resume(tmp_path)))) == uninterrupted
    assert len(loss.seen) == STEPS


def test_without_a_folder_for_its_state_an_interrupted_training_just_stops():
    with pytest.raises(Interrupted):
        train(attempt=Attempt(stop=stop_at(2)))


TEACHER = np.eye(3, dtype=np.float32)[LABELS]


@pytest.mark.parametrize("changed", [{"fingerprint": "other"}, {"identity": "other data"}, {"teacher": -TEACHER}])
def test_the_state_of_another_recipe_split_or_teacher_is_ignored(tmp_path, caplog, changed):
    with pytest.raises(Interrupted):
        train(attempt=Attempt(resume(tmp_path), stop=stop_at(6)), teacher=TEACHER)
    loss, identity = Likelihood(), changed.get("identity", "data")
    state = resume(tmp_path, fingerprint=changed.get("fingerprint", "recipe"))
    with caplog.at_level(logging.WARNING):
        train(
            goal=objective(loss),
            attempt=Attempt(state),
            identity=identity,
            teacher=changed.get("teacher", TEACHER),
        )
    assert len(loss.seen) == 3 * STEPS
    assert "starts from the beginning" in caplog.text
