"""The logits of a teacher: computed from its results, and read by its students."""

import numpy as np
import pytest
import torch
from tones import Paths

from ltsei.core import content, files
from ltsei.core.context import prior_context
from ltsei.core.errors import InputError
from ltsei.runtime import checkpoint
from ltsei.training import teacher
from ltsei.training.model import stored_component, stored_context
from ltsei.training.training_logits import training_logits

COUNTS = np.array([12, 6, 2])
LABELS = np.repeat(np.arange(3), COUNTS)
FEATURES = np.random.default_rng(0).standard_normal((len(LABELS), 4)).astype(np.float32)


@pytest.fixture
def trained(tmp_path):
    """A function that writes a head of this name; it returns the paths of a job's inputs, and the head."""

    def write(name):
        context = prior_context(COUNTS, signal_shape=(8, 2), sample_rate_hz=None, in_features=4)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            head = context.build("heads", name).eval()
        stored = {"head": stored_component({"name": name}, head), "context": stored_context(context)}
        checkpoint.save(tmp_path / "head.pt", stored)
        np.save(tmp_path / "train.npy", FEATURES)
        return Paths(classifier=tmp_path / "head.pt", features_train=tmp_path / "train.npy", steps=[]), head

    return write


@pytest.mark.parametrize("name", ["linear", "cosine", "moe_cosine"])
def test_they_are_those_of_the_head_in_evaluation_mode(trained, name):
    paths, head = trained(name)
    logits = training_logits(paths, LABELS, COUNTS)
    with torch.no_grad():
        expected = head(torch.from_numpy(FEATURES)).logits.numpy()
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, expected, rtol=1e-6)
    assert np.array_equal(logits, training_logits(paths, LABELS, COUNTS))


def test_post_hoc_steps_are_applied_with_the_values_chosen(trained, tmp_path):
    paths, head = trained("linear")
    steps = [{"name": "tau_norm", "tau": 1.0}, {"name": "logit_adjustment", "tau": 0.5}]
    files.write_json(tmp_path / "steps.json", steps)
    logits = training_logits(Paths(paths | {"steps": [tmp_path / "steps.json"]}), LABELS, COUNTS)
    weight = head.weight.detach().numpy()
    directions = weight / np.linalg.norm(weight, axis=1, keepdims=True)
    expected = FEATURES @ directions.T - 0.5 * np.log(COUNTS / COUNTS.sum())
    np.testing.assert_allclose(logits, expected, rtol=1e-5, atol=1e-6)


def test_class_means_are_those_of_the_training_signals(trained, tmp_path):
    paths, _ = trained("linear")
    files.write_json(tmp_path / "steps.json", [{"name": "ncm", "features": "un"}])
    logits = training_logits(Paths(paths | {"steps": [tmp_path / "steps.json"]}), LABELS, COUNTS)
    means = np.stack([FEATURES[label == LABELS].mean(0) for label in range(3)])
    distances = np.linalg.norm(FEATURES[:, None] - means, axis=2)
    assert np.array_equal(logits.argmax(1), distances.argmin(1))


@pytest.fixture
def written(tmp_path):
    """Paths of logits and of a record beside them."""
    logits, record = tmp_path / "logits_train.npy", tmp_path / "recipe.json"
    np.save(logits, np.ones((3, 2), np.float32))
    files.write_json(record, content.sealed({"fingerprints": {"stage1": "a", "stage2": "b", "data": "c"}}))
    return [str(logits), str(record)]


def test_a_student_reads_the_logits(written):
    assert np.array_equal(teacher.read(written, {"stage1": "a", "stage2": "b"}), np.ones((3, 2)))


def test_a_training_without_teacher_reads_nothing():
    assert teacher.read([], {}) is None


def test_logits_of_another_teacher_are_refused(written):
    with pytest.raises(InputError, match=r"logits_train.npy: made with another stage2, features of the teacher"):
        teacher.read(written, {"stage1": "a", "stage2": "other", "features": "d"})
