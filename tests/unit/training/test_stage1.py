"""Stage 1 from the store to its files."""

import numpy as np
import pytest
import torch
from tones import make_store, paths_in, split_of

from ltsei.config.stages import Stage1
from ltsei.core import files, registry
from ltsei.core.errors import Interrupted
from ltsei.data.split import Split
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training import stage1
from ltsei.training.inputs import read_features, write_features
from ltsei.training.model import restored_component

CPU = torch.device("cpu")
LENGTH = 96
BACKBONES = ["convnet_adsb", "frequency_expert", "resnet1d"]
if torch.cuda.is_available():  # where kernels differ more from each other, all of them
    names = registry.names("backbones")
    BACKBONES = [name for name in names if registry.declared("backbones", name, "AXES", 1) == 1]


STORE = make_store()
SPLIT = split_of(STORE, validation={"protocol": "balanced", "per_class": 4})


def recipe(**changes):
    values = {
        "backbone": {"name": "convnet_adsb", "width": 0.05},
        "head": "linear",
        "loss": "cross_entropy",
        "sampler": "instance_balanced",
        "augmentations": ["phase_rotation"],
        "epochs": 2,
        "batch_size": 8,
        "lr": 0.05,
        "weight_decay": 1e-4,
    }
    return Stage1(**{**values, **changes})


def train(split=SPLIT, seed=0, attempt=None, device=CPU, teacher=None, **changes):
    options = {"seed": seed, "device": device, "attempt": attempt, "teacher": teacher}
    return stage1.train(recipe(**changes), STORE, split, **options)


def written(folder, trained):
    paths = paths_in(folder, "stage1")
    trained.write(paths)
    return {name: path.read_bytes() for name, path in paths.items() if path.exists()}


@pytest.fixture(params=["cpu", "cuda"])
def device(request, monkeypatch):
    """Every device that a training may run on; a GPU is used without claiming it, since tests run in parallel."""
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs a GPU")
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    return torch.device(request.param)


@pytest.mark.parametrize("precision", ["float32", "bf16"])
@pytest.mark.parametrize("backbone", BACKBONES)
def test_equal_seeds_give_equal_files(tmp_path, device, backbone, precision):
    changes = {"device": device, "backbone": backbone, "precision": precision, "epochs": 1}
    assert written(tmp_path, train(**changes)) == written(tmp_path, train(**changes))


TEACHER = np.random.default_rng(0).standard_normal((len(SPLIT.train), 3)).astype(np.float32)
LEARNING = {"loss": "distillation", "augmentations": ["phase_rotation"], "mixer": "mixup"}


def test_a_student_depends_on_the_logits_of_its_teacher(tmp_path, device):
    changes = {"device": device, **LEARNING}
    first = written(tmp_path, train(teacher=TEACHER, **changes))
    assert written(tmp_path, train(teacher=TEACHER, **changes)) == first
    assert written(tmp_path, train(teacher=TEACHER[:, ::-1].copy(), **changes))["model"] != first["model"]


def test_an_interrupted_student_ends_with_the_same_files(tmp_path):
    expected = written(tmp_path, train(teacher=TEACHER, **LEARNING))
    state, steps = Resume(tmp_path / "state", fingerprint="recipe", minutes=60.0), iter(range(100))
    with pytest.raises(Interrupted):
        train(teacher=TEACHER, attempt=Attempt(state, stop=lambda: next(steps) == 3), **LEARNING)
    assert written(tmp_path, train(teacher=TEACHER, attempt=Attempt(state), **LEARNING)) == expected


def test_other_seeds_give_other_weights(tmp_path):
    assert written(tmp_path, train())["model"] != written(tmp_path, train(seed=1))["model"]


def test_the_files_hold_what_was_trained(tmp_path):
    trained = train()
    written(tmp_path, trained)
    paths, width = paths_in(tmp_path, "stage1"), trained.checkpoint["context"]["in_features"]
    arrays = {name: files.read_npz(paths[name]) for name in ("experts", "sample")}
    arrays["logits"] = {part: np.load(paths[f"logits_{part}"]) for part in ("val", "test")}
    assert {(file, name): (values.shape, values.dtype) for file in arrays for name, values in arrays[file].items()} == {
        ("logits", "val"): ((12, 3), np.float32),
        ("logits", "test"): ((48, 3), np.float32),
        ("experts", "gate"): ((48, 0), np.float32),
        ("experts", "choices"): ((48, 0), np.int64),
        ("sample", "indices"): ((48,), np.int64),
        ("sample", "features"): ((48, width), np.float16),
    }
    parts = (trained.checkpoint[part]["num_parameters"] for part in ("backbone", "head"))
    assert files.read_json(paths.network) == {"num_parameters": sum(parts)}
    lines = paths.history.read_text().splitlines()
    assert lines[0].startswith("epoch,progress,learning_rate,train_loss") and len(lines) == 3
    loaded = checkpoint.load(paths.model)
    assert loaded["context"]["class_counts"].tolist() == SPLIT.class_counts.tolist()
    assert loaded["context"]["sample_rate_hz"] == 8e6
    assert loaded["backbone"]["spec"]["name"] == "convnet_adsb" and loaded["epoch"] == 2


@pytest.mark.parametrize("step", [1, 3, 5])
def test_an_interrupted_stage_ends_with_the_same_files(tmp_path, device, step):
    changes = {"device": device, "select": "best"}
    uninterrupted = written(tmp_path, train(**changes))
    calls = iter(range(1, 100))
    with pytest.raises(Interrupted), Resume(tmp_path / "resume", fingerprint="f", minutes=60.0) as resume:
        train(**changes, attempt=Attempt(resume, stop=lambda: next(calls) == step))
    with Resume(tmp_path / "resume", fingerprint="f", minutes=60.0) as resume:
        assert written(tmp_path, train(**changes, attempt=Attempt(resume))) == uninterrupted
    assert not (tmp_path / "resume").exists()


def test_the_head_applied_to_the_features_gives_the_logits_to_the_bit():
    trained = train(epochs=1)
    features = stage1.features(trained.checkpoint, recipe(), STORE, SPLIT, device=CPU)
    head = restored_component(trained.checkpoint, "head").eval()
    for part in ("val", "test"):
        with torch.no_grad():
            assert np.array_equal(head(torch.from_numpy(features[part])).logits.numpy(), trained.logits[part])


def test_features_are_those_of_the_split_in_its_order(tmp_path):
    trained = train(epochs=1)
    features = stage1.features(trained.checkpoint, recipe(), STORE, SPLIT, device=CPU)
    width = trained.checkpoint["context"]["in_features"]
    assert {part: values.shape for part, values in features.items()} == {
        "train": (len(SPLIT.train), width),
        "val": (12, width),
        "test": (48, width),
    }
    one = Split(SPLIT.train[7:8], SPLIT.val, SPLIT.class_counts, 4.0, {})
    alone = stage1.features(trained.checkpoint, recipe(), STORE, one, device=CPU)
    assert np.allclose(alone["train"][0], features["train"][7], atol=1e-5)
    paths = paths_in(tmp_path, "features")
    write_features(features, paths)
    assert all(np.array_equal(read_features(paths)[part], values) for part, values in features.items())


def test_without_validation_its_logits_are_empty():
    trained = train(split=split_of(STORE), epochs=1)
    assert trained.logits["val"].shape == (0, 3)
    assert trained.history[0]["val_loss"] is None


def test_the_history_evaluates_the_validation_signals_of_the_split():
    trained = train()
    expected = torch.nn.functional.cross_entropy(
        torch.from_numpy(trained.logits["val"]), torch.from_numpy(STORE.train_labels[SPLIT.val])
    )
    assert trained.history[-1]["val_loss"] == pytest.approx(expected.item(), rel=1e-5)


def test_the_length_of_the_recipe_is_what_the_model_sees():
    assert train(epochs=1, length=40).checkpoint["context"]["signal_shape"] == (40, 2)
    assert train(epochs=1).checkpoint["context"]["signal_shape"] == (LENGTH, 2)


def test_methods_with_other_losses_start_from_the_same_weights_and_see_the_same_batches(tmp_path):
    losses = ["cross_entropy", {"name": "logit_adjustment", "tau": 0.0}]
    first, second = (written(tmp_path, train(loss=loss)) for loss in losses)
    assert first["logits_test"] == second["logits_test"]


def test_bf16_stays_close_to_float32(device):
    changes = {"device": device, "epochs": 1, "lr": 1e-6}
    logits = [train(**changes, precision=precision).logits["test"] for precision in ("float32", "bf16")]
    assert not np.array_equal(*logits)
    assert np.abs(logits[0] - logits[1]).max() < 0.1 * np.abs(logits[0]).max()
