"""Pre-training from the store to its files, and stage 1 that starts from it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tones import make_store, split_of

from ltsei.config.stages import Pretraining, Stage1
from ltsei.core.errors import InputError, Interrupted
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training import pretrain, stage1

CPU = torch.device("cpu")
STORE = make_store()
SPLIT = split_of(STORE, validation={"protocol": "balanced", "per_class": 4})
SIGNALS = {
    "backbone": {"name": "convnet_adsb", "width": 0.05},
    "sampler": "instance_balanced",
    "augmentations": ["phase_rotation", "mask"],
    "epochs": 2,
    "batch_size": 8,
    "lr": 0.05,
    "weight_decay": 1e-4,
}
STAGE1 = Stage1(**SIGNALS, head="linear", loss="cross_entropy")


def train(split=SPLIT, seed=0, attempt=None):
    recipe = Pretraining(**SIGNALS, loss={"name": "nt_xent", "hidden": 8, "dim": 4})
    return pretrain.train(recipe, STORE, split, seed=seed, device=CPU, attempt=attempt)


def written(folder, trained):
    paths = SimpleNamespace(model=folder / "model.pt", history=folder / "history.csv")
    trained.write(paths)
    return paths.model.read_bytes(), paths.history.read_bytes()


def test_the_history_has_a_loss_and_no_accuracy():
    history = train().history
    assert [row["epoch"] for row in history] == [1, 2]
    assert np.isfinite([row["train_loss"] for row in history]).all()
    assert "train_accuracy" not in history[0]
    assert all(row["val_loss"] is None for row in history)


def test_equal_seeds_give_equal_bytes_also_after_an_interruption(tmp_path):
    expected = written(tmp_path, train())
    assert written(tmp_path, train()) == expected
    assert written(tmp_path, train(seed=1)) != expected
    state, steps = Resume(tmp_path / "state", fingerprint="recipe", minutes=60.0), iter(range(100))
    with pytest.raises(Interrupted):
        train(attempt=Attempt(state, stop=lambda: next(steps) == 3))
    assert written(tmp_path, train(attempt=Attempt(state))) == expected


def test_stage_1_starts_from_the_pretrained_backbone(tmp_path):
    written(tmp_path, train())
    start = pretrain.read([str(tmp_path / "model.pt")])
    frozen = STAGE1.model_copy(update={"lr": 1e-12, "epochs": 1, "weight_decay": 0.0})
    options = {"seed": 0, "device": CPU}
    moved, anew = (stage1.train(frozen, STORE, SPLIT, start=given, **options) for given in (start, None))
    for name, value in start["backbone"]["state"].items():
        if name.endswith("weight"):
            assert torch.allclose(moved.checkpoint["backbone"]["state"][name], value, atol=1e-6)
    name = "blocks.0.0.weight"
    assert not torch.allclose(anew.checkpoint["backbone"]["state"][name], start["backbone"]["state"][name], atol=1e-3)


def test_another_backbone_cannot_start_from_it(tmp_path):
    written(tmp_path, train())
    start = checkpoint.load(tmp_path / "model.pt")
    other = STAGE1.model_copy(update={"backbone": {**STAGE1.backbone, "width": 0.1}})
    with pytest.raises(InputError, match="expected that of the pre-training"):
        stage1.train(other, STORE, SPLIT, seed=0, device=CPU, start=start)


def test_without_a_file_stage_1_starts_anew():
    assert pretrain.read([]) is None


def test_settings_that_need_labels_are_refused():
    with pytest.raises(ValueError, match=r"select: got 'best', which needs labels"):
        Pretraining(**SIGNALS, loss="nt_xent", select="best")
