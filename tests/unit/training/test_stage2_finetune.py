"""Stage 2 where the backbone moves: only what the recipe names changes."""

import copy

import numpy as np
import pytest
import torch
from tones import make_store, split_of
from torch import nn

from ltsei.config.stages import Stage1, Stage2
from ltsei.core.errors import Interrupted
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training import stage1, stage2_finetune
from ltsei.training.model import TunedClassifier, restored_component

CPU = torch.device("cpu")
NORM = nn.modules.batchnorm._BatchNorm


STORE = make_store(per_class=12)
SPLIT = split_of(STORE, imbalance_ratio=2.0, validation={"protocol": "balanced", "per_class": 3})
TRAINING = {"loss": "cross_entropy", "epochs": 2, "batch_size": 8, "weight_decay": 0.0, "head": "linear"}


@pytest.fixture(scope="module")
def before():
    """The checkpoint of a trained stage 1."""
    backbone = {"name": "convnet_adsb", "width": 0.05, "dropout": 0.5}
    recipe = Stage1(**TRAINING, backbone=backbone, sampler="instance_balanced", lr=0.05, length=80)
    return stage1.train(recipe, STORE, SPLIT, seed=0, device=CPU).checkpoint


def train(before, attempt=None, teacher=None, **changes):
    settings = {**TRAINING, "sampler": "class_balanced", "lr": 0.05, "mode": "crt", **changes}
    options = {"seed": 0, "device": CPU, "attempt": attempt, "teacher": teacher}
    return stage2_finetune.train(Stage2(**settings), before, STORE, SPLIT, **options)


def changed(before, after):
    """Return which tensors of the backbone have changed: affine, statistics (both of normalisation), others."""
    old, new = before["backbone"]["state"], after["backbone"]["state"]
    module = restored_component(before, "backbone")
    norms = {name for name, part in module.named_modules() if isinstance(part, NORM)}
    kinds = set()
    for name in old:
        owner, _, leaf = name.rpartition(".")
        kind = "others" if owner not in norms else "affine" if leaf in {"weight", "bias"} else "statistics"
        if not torch.equal(old[name], new[name]):
            kinds.add(kind)
    return kinds


@pytest.mark.parametrize(
    ("settings", "moved"),
    [
        ({"mode": "crt", "bn": "shifted"}, {"statistics"}),
        ({"mode": "lws", "bn": "shifted"}, {"statistics"}),
        ({"mode": "crt", "bn": "train_affine"}, {"statistics", "affine"}),
        ({"mode": "finetune", "bn": "frozen"}, {"others"}),
        ({"mode": "finetune", "bn": "shifted"}, {"others", "statistics"}),
        ({"mode": "finetune", "bn": "train_affine"}, {"others", "statistics", "affine"}),
    ],
)
def test_only_what_the_recipe_names_changes(before, settings, moved):
    trained, _ = train(before, **settings)
    assert changed(before, trained.checkpoint) == moved


def test_a_student_depends_on_the_logits_of_its_teacher(before):
    teacher = np.eye(3, dtype=np.float32)[STORE.train_labels[SPLIT.train]]
    one, other = (train(before, teacher=each, mode="finetune", loss="distillation")[0] for each in (teacher, -teacher))
    assert changed(one.checkpoint, other.checkpoint) >= {"others"}


def test_the_checkpoint_of_stage_1_is_left_unchanged(before):
    copied = copy.deepcopy(before)
    train(before, mode="finetune", bn="train_affine")
    for part in ("backbone", "head"):
        assert all(torch.equal(copied[part]["state"][name], value) for name, value in before[part]["state"].items())


def test_features_and_head_give_the_logits(before):
    trained, features = train(before, mode="finetune")
    head = restored_component(trained.checkpoint, "head")
    assert torch.equal(head(torch.from_numpy(features["test"])).logits, torch.from_numpy(trained.logits["test"]))
    assert [len(features[part]) for part in ("train", "val", "test")] == [len(SPLIT.train), 9, 36]


def test_the_features_are_those_of_the_moved_backbone(before):
    trained, features = train(before, mode="finetune")
    recipe = Stage1(**TRAINING, backbone="convnet_adsb", sampler="instance_balanced", lr=0.05, length=80)
    again = stage1.features(trained.checkpoint, recipe, STORE, SPLIT, device=CPU)
    assert np.array_equal(again["test"], features["test"])


def test_the_head_has_a_learning_rate_of_its_own(before):
    slow, _ = train(
        before, mode={"name": "finetune", "head_lr_factor": 1e-9}, optimizer={"name": "sgd", "momentum": 0.0}
    )
    fast, _ = train(
        before, mode={"name": "finetune", "head_lr_factor": 1.0}, optimizer={"name": "sgd", "momentum": 0.0}
    )
    start = before["head"]["state"]["weight"]
    assert torch.allclose(slow.checkpoint["head"]["state"]["weight"], start, atol=1e-8)
    assert not torch.allclose(fast.checkpoint["head"]["state"]["weight"], start, atol=1e-4)


def test_a_backbone_that_is_not_tuned_has_no_dropout(before):
    backbone, head = restored_component(before, "backbone"), restored_component(before, "head")
    model = TunedClassifier(backbone, head, "float32", tuned=False, bn="shifted").train()
    assert all(module.training == isinstance(module, NORM) for module in backbone.modules())
    assert model.head.training


def test_an_interrupted_training_ends_with_the_same_bytes(before, tmp_path):
    resume = Resume(tmp_path / "resume", fingerprint="recipe", minutes=60.0)
    settings = {"mode": "finetune", "bn": "train_affine", "augmentations": ["phase_rotation"]}
    answers = iter([False, False, True])
    with pytest.raises(Interrupted):
        train(before, Attempt(resume, stop=lambda: next(answers)), **settings)
    again, features = train(before, Attempt(resume), **settings)
    uninterrupted, expected = train(before, **settings)
    assert again.history == uninterrupted.history
    assert np.array_equal(again.logits["test"], uninterrupted.logits["test"])
    assert all(np.array_equal(features[part], expected[part]) for part in expected)


def test_a_state_is_ignored_after_stage_1_was_trained_again(before, tmp_path):
    resume = Resume(tmp_path / "resume", fingerprint="recipe", minutes=60.0)
    other = copy.deepcopy(before)
    state = before["backbone"]["state"]
    other["backbone"]["state"] = {
        name: 1.5 * value if value.is_floating_point() else value for name, value in state.items()
    }
    answers = iter([False, True])
    with pytest.raises(Interrupted):
        train(before, Attempt(resume, stop=lambda: next(answers)), mode="finetune")
    second, _ = train(other, Attempt(resume), mode="finetune")
    fresh, _ = train(other, mode="finetune")
    assert np.array_equal(second.logits["test"], fresh.logits["test"])
