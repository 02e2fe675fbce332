"""Checkpoint files and resume state."""

import logging
import os
import pickle
import resource

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.core.errors import InputError
from ltsei.runtime import checkpoint
from ltsei.runtime.checkpoint import Resume

CONTENT = {
    "weights": torch.arange(6.0).view(2, 3),
    "spec": {"name": "linear", "bias": True},
    "shape": (4, 2),
    "n": None,
}


def test_a_checkpoint_is_read_back_as_it_was_written(tmp_path):
    checkpoint.save(tmp_path / "model.pt", CONTENT)
    loaded = checkpoint.load(tmp_path / "model.pt")
    assert torch.equal(loaded.pop("weights"), CONTENT["weights"])
    assert loaded == {key: value for key, value in CONTENT.items() if key != "weights"}


def test_equal_content_gives_equal_bytes_whatever_the_name(tmp_path):
    paths = [tmp_path / "a" / "model.pt", tmp_path / "head.pt"]
    for path in paths:
        checkpoint.save(path, CONTENT)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("end", [0, 10, 300, -5])
def test_a_truncated_checkpoint_is_an_input_error_with_its_name(tmp_path, end):
    checkpoint.save(tmp_path / "model.pt", CONTENT)
    whole = (tmp_path / "model.pt").read_bytes()
    (tmp_path / "model.pt").write_bytes(whole[:end])
    with pytest.raises(InputError, match=r"model\.pt: not a complete checkpoint \([^()]+\S.*\); delete it") as error:
        checkpoint.load(tmp_path / "model.pt")
    assert "\n" not in str(error.value)


def test_a_missing_checkpoint_is_an_input_error_with_its_name(tmp_path):
    with pytest.raises(InputError, match=r"model\.pt"):
        checkpoint.load(tmp_path / "model.pt")


def test_a_file_that_holds_no_mapping_is_an_input_error(tmp_path):
    checkpoint.save(tmp_path / "model.pt", [1, 2])
    with pytest.raises(InputError, match="holds list"):
        checkpoint.load(tmp_path / "model.pt")


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    (tmp_path / "model.pt").write_bytes(pickle.dumps(Harm(), protocol=2))  # the one of torch.save
    with pytest.raises(InputError, match=r"not a complete checkpoint \(Weights only load failed") as error:
        checkpoint.load(tmp_path / "model.pt")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "harm").exists()


def test_a_snapshot_does_not_follow_the_module():
    layer = nn.Linear(2, 2)
    snapshot = checkpoint.snapshot(layer)
    before = layer.weight.detach().clone()
    with torch.no_grad():
        layer.weight.zero_()
    assert torch.equal(snapshot["weight"], before)


def test_different_data_has_different_digests():
    values = [np.array([1, 2]), np.array([2, 1]), np.array([1.0, 2.0])]
    assert len({checkpoint.digest("a", value) for value in values} | {checkpoint.digest("b", values[0])}) == 4


def resume(folder, fingerprint="recipe", minutes=60.0):
    return Resume(folder / "resume", fingerprint=fingerprint, minutes=minutes)


def test_there_is_no_state_at_first(tmp_path):
    assert resume(tmp_path).load("data") is None


def test_a_saved_state_is_read_back(tmp_path):
    resume(tmp_path).save("data", {"epoch": 3})
    assert resume(tmp_path).load("data") == {"epoch": 3}


@pytest.mark.parametrize(
    ("fingerprint", "identity", "difference"),
    [
        ("other", "data", "settings or code"),
        ("recipe", "other", "signals, split, starting weights, device or version of torch"),
    ],
)
def test_the_state_of_another_training_is_ignored_with_a_reason(tmp_path, caplog, fingerprint, identity, difference):
    resume(tmp_path).save("data", {"epoch": 3})
    with caplog.at_level(logging.WARNING):
        assert resume(tmp_path, fingerprint).load(identity) is None
    assert "starts from the beginning" in caplog.text and "state.pt" in caplog.text
    assert caplog.messages[-1].endswith(f"has other {difference}")


def test_a_truncated_state_is_ignored_with_a_line_in_the_log(tmp_path, caplog):
    state = resume(tmp_path)
    state.save("data", {"weights": torch.zeros(1000)})
    state.path.write_bytes(state.path.read_bytes()[:2000])
    with caplog.at_level(logging.WARNING):
        assert state.load("data") is None
    assert "its content does not match the hash at its end" in caplog.text


@pytest.mark.fault("a bit of the saved state of a training is flipped", "complete")
def test_a_state_with_a_flipped_bit_anywhere_is_ignored_with_a_line_in_the_log(tmp_path, caplog):
    state = resume(tmp_path)
    state.save("data", {"weights": torch.ones(8), "epoch": 3})
    whole = state.path.read_bytes()
    for position in range(0, len(whole), 7):
        state.path.write_bytes(whole[:position] + bytes([whole[position] ^ 16]) + whole[position + 1 :])
        caplog.clear()
        assert state.load("data") is None
        assert "training starts from the beginning" in caplog.text
    state.path.write_bytes(whole)
    assert state.load("data")["epoch"] == 3


def test_a_state_of_an_earlier_version_without_a_hash_is_ignored(tmp_path, caplog):
    state = resume(tmp_path)
    checkpoint.save(state.path, {"fingerprint": "recipe", "identity": "data", "state": {"epoch": 3}})
    assert state.load("data") is None
    assert "training starts from the beginning" in caplog.text


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets, in seconds."""
    now = {"seconds": 1000.0}
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now["seconds"])
    return now


def test_saving_is_due_after_the_given_minutes_and_again_as_long_after_that(tmp_path, clock):
    state = resume(tmp_path, minutes=2.0)
    for _ in range(2):
        clock["seconds"] += 119.0
        assert not state.due()
        clock["seconds"] += 1.0
        assert state.due()
        state.save("data", {"epoch": 3})
        assert not state.due()


def test_the_folder_is_removed_when_the_job_is_done(tmp_path):
    with resume(tmp_path) as state:
        state.save("data", {"epoch": 3})
        state.path.with_name(".state.pt.t1-4194305-0a.part").write_bytes(b"left by a killed attempt")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folder_that_is_not_a_state_stays(tmp_path):
    with resume(tmp_path) as state:
        state.save("data", {"epoch": 3})
        (state.path.parent / "notes.txt").touch()
    assert [path.name for path in state.path.parent.iterdir()] == ["notes.txt"]


def test_a_job_without_a_state_leaves_no_folder(tmp_path):
    with resume(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_state_stays_when_the_job_fails(tmp_path):
    with pytest.raises(RuntimeError), resume(tmp_path) as state:
        state.save("data", {"epoch": 3})
        raise RuntimeError
    assert resume(tmp_path).load("data") == {"epoch": 3}


@pytest.fixture
def small_files():
    """Limit files to 100 kB, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_checkpoint_that_cannot_be_written_leaves_the_previous_one_and_says_why(tmp_path, small_files):
    checkpoint.save(tmp_path / "model.pt", CONTENT)
    with pytest.raises(OSError, match="File too large"):
        checkpoint.save(tmp_path / "model.pt", {"weights": torch.zeros(100_000)})
    assert checkpoint.load(tmp_path / "model.pt")["shape"] == CONTENT["shape"]
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt"]


def test_a_state_that_cannot_be_written_leaves_the_previous_one_and_a_warning(tmp_path, small_files, caplog, clock):
    state = resume(tmp_path, minutes=2.0)
    state.save("data", {"epoch": 3})
    clock["seconds"] += 120.0
    with caplog.at_level(logging.WARNING):
        state.save("data", {"weights": torch.zeros(100_000)})
    assert "the state could not be saved, the previous one stays: [Errno 27] File too large" in caplog.text
    assert state.load("data") == {"epoch": 3}
    assert not state.due()  # a full disk is not tried again at every step
    assert [path.name for path in state.path.parent.iterdir()] == ["state.pt"]
