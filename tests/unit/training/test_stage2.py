"""Stage 2 from features to its files."""

import copy

import numpy as np
import pytest
import torch
from tones import paths_in

from ltsei.components.heads._shared import HeadOutput
from ltsei.config.stages import Stage2
from ltsei.core.context import prior_context
from ltsei.core.errors import InputError, Interrupted
from ltsei.data.split import Split
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training import stage2
from ltsei.training.model import restored_component, stored_component, stored_context

CPU = torch.device("cpu")
COUNTS = np.array([60, 12, 4])
LABELS = np.concatenate([np.repeat(np.arange(3), COUNTS), np.repeat(np.arange(3), 10)])
SPLIT = Split(np.arange(76), np.arange(76, 106), COUNTS, 15.0, {})
TEST_LABELS = np.repeat(np.arange(3), 30)


def features_of(labels, seed):
    rng = np.random.default_rng(seed)
    return (1.5 * np.eye(3, 6)[labels] + 0.5 * rng.standard_normal((len(labels), 6))).astype(np.float32)


FEATURES = {
    "train": features_of(LABELS[:76], 0),
    "val": features_of(LABELS[76:], 1),
    "test": features_of(TEST_LABELS, 2),
}


def stage1(head="linear"):
    """Return the checkpoint of a stage 1; a linear head favours the first class."""
    context = prior_context(COUNTS, signal_shape=(8, 2), sample_rate_hz=None, in_features=6)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = context.build("heads", head)
    if head == "linear":
        with torch.no_grad():
            module.weight.copy_(torch.eye(3, 6))
            module.bias.copy_(torch.tensor([2.0, 0.0, -2.0]))
    return {
        "backbone": {"num_parameters": 100},
        "head": stored_component({"name": head}, module),
        "context": stored_context(context),
    }


def recipe(**changes):
    values = {"mode": "crt", "head": "linear", "loss": "cross_entropy", "sampler": "class_balanced", "epochs": 4}
    return Stage2(**{**values, "batch_size": 16, "lr": 0.5, "weight_decay": 0.0, **changes})


def train(before=None, features=FEATURES, seed=0, attempt=None, **changes):
    return stage2.train(
        recipe(**changes), before or stage1(), features, LABELS, SPLIT, seed=seed, device=CPU, attempt=attempt
    )


def written(folder, trained):
    paths = paths_in(folder, "stage2")
    trained.write(paths)
    return {name: path.read_bytes() for name, path in paths.items() if path.exists()}


def test_a_student_says_what_its_teacher_says_rather_than_the_labels():
    wrong = (LABELS[:76] + 1) % 3
    teacher = 20 * np.eye(3, dtype=np.float32)[wrong]
    loss = {"name": "distillation", "alpha": 0.95, "temperature": 1.0}
    arguments = stage1(), FEATURES, LABELS, SPLIT
    trained = stage2.train(recipe(epochs=20, loss=loss), *arguments, seed=0, device=CPU, teacher=teacher)
    assert (trained.logits["test"].argmax(1) == (TEST_LABELS + 1) % 3).mean() > 0.9


def test_balanced_draws_raise_balanced_accuracy():
    before = restored_component(stage1(), "head")(torch.from_numpy(FEATURES["test"])).logits.detach().numpy()
    after = train(epochs=20).logits["test"]
    scores = [balanced_accuracy(TEST_LABELS, logits.argmax(1), 3) for logits in (before, after)]
    assert scores[0] < 0.75 and scores[1] > 0.9


def test_the_history_evaluates_the_validation_features():
    trained = train()
    logits, labels = torch.from_numpy(trained.logits["val"]), torch.from_numpy(LABELS[SPLIT.val])
    expected = torch.nn.functional.cross_entropy(logits, labels)
    assert trained.history[-1]["val_loss"] == pytest.approx(expected.item(), rel=1e-5)


def test_the_backbone_of_stage_1_counts_among_the_parameters():
    assert train().num_parameters == 100 + 3 * 6 + 3


def test_the_checkpoint_is_a_head_and_its_context_without_a_backbone():
    trained = train()
    assert set(trained.checkpoint) == {"head", "context", "epoch"}
    assert trained.checkpoint["context"]["in_features"] == 6


@pytest.mark.parametrize("mode", ["crt", "lws"])
def test_the_logits_are_those_of_the_head_in_the_checkpoint(mode):
    trained = train(mode=mode)
    head = restored_component(trained.checkpoint, "head").eval()
    for part in ("val", "test"):
        output: HeadOutput = head(torch.from_numpy(FEATURES[part]))
        assert np.array_equal(output.logits.detach().numpy(), trained.logits[part])


def test_lws_scales_the_classes_of_stage_1_and_nothing_else():
    before, after = stage1(), train(mode="lws").checkpoint["head"]["state"]
    ratio = after["weight"].diagonal()[:3]
    assert not torch.allclose(ratio, torch.ones(3))
    assert torch.allclose(after["weight"], ratio[:, None] * before["head"]["state"]["weight"])
    assert torch.allclose(after["bias"], ratio * before["head"]["state"]["bias"])


def test_crt_does_not_see_the_head_of_stage_1(tmp_path):
    other = stage1()
    other["head"]["state"]["weight"] += 1.0
    assert written(tmp_path, train()) == written(tmp_path, train(other))


def test_the_checkpoint_of_stage_1_is_left_unchanged():
    before = stage1()
    copied = copy.deepcopy(before)
    train(before, mode="lws")
    for name, value in copied["head"]["state"].items():
        assert torch.equal(before["head"]["state"][name], value)


def test_another_kind_of_head_can_be_trained():
    trained = train(head={"name": "cosine", "scale": 10.0}, loss="ldam")
    assert trained.checkpoint["head"]["spec"]["name"] == "cosine"


@pytest.mark.parametrize("mode", ["crt", "lws"])
@pytest.mark.parametrize("step", [1, 7, 10])
def test_an_interrupted_stage_ends_with_the_same_files(tmp_path, step, mode):
    uninterrupted = written(tmp_path, train(mode=mode))
    calls = iter(range(1, 100))
    with pytest.raises(Interrupted), Resume(tmp_path / "resume", fingerprint="f", minutes=60.0) as resume:
        train(mode=mode, attempt=Attempt(resume, stop=lambda: next(calls) == step))
    with Resume(tmp_path / "resume", fingerprint="f", minutes=60.0) as resume:
        assert written(tmp_path, train(mode=mode, attempt=Attempt(resume))) == uninterrupted


def test_features_of_another_split_are_refused():
    features = {**FEATURES, "train": FEATURES["train"][:50]}
    with pytest.raises(InputError, match=r"features train: got shape \(50, 6\), expected \(76, 6\)"):
        train(features=features)


def test_a_stage_without_validation_has_no_validation_logits():
    without = Split(SPLIT.train, SPLIT.val[:0], COUNTS, 15.0, {})
    features = {**FEATURES, "val": FEATURES["val"][:0]}
    trained = stage2.train(recipe(), stage1(), features, LABELS, without, seed=0, device=CPU)
    assert trained.logits["val"].shape == (0, 3)
