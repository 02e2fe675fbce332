"""Prepared signals are compared with their hashes before the first job, once."""

from types import SimpleNamespace

import pytest
from tones import Paths

from ltsei.core import content, files
from ltsei.core.content import DamagedError
from ltsei.pipeline import stored_signals


@pytest.fixture
def results(tmp_path, monkeypatch):
    """The results folder with a store whose record is complete."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "small" / "signals"
    names = ["train.npy", "test.npy"]
    for name in names:
        files.write_text(folder / name, name * 100)
    files.write_json(folder / "meta.json", content.sealed({"contents": content.contents(folder, names)}))
    return tmp_path / "results"


@pytest.fixture
def hashed(monkeypatch):
    """The names of the files whose hashes were computed."""
    names, real = [], content.sha256
    monkeypatch.setattr(content, "sha256", lambda path: names.append(path.name) or real(path))
    return names


def planned(rule, **inputs):
    rule = SimpleNamespace(name=rule)
    return SimpleNamespace(rule=rule, input=Paths(inputs), wildcards=SimpleNamespace(dataset="small"))


STAGE1 = planned("stage1", train="train.npy")


def test_each_file_is_compared_once_and_again_after_it_was_written(results, hashed):
    for _ in range(2):
        stored_signals.check([STAGE1, STAGE1], results)
    assert sorted(hashed) == ["test.npy", "train.npy"]
    path = results / "small/signals/train.npy"
    files.write_text(path, path.read_text())
    stored_signals.check([STAGE1], results)
    assert hashed[2:] == ["train.npy"]


def test_a_flipped_bit_stops_the_run_with_the_name_of_the_file(results):
    stored_signals.check([STAGE1], results)
    path = results / "small/signals/train.npy"
    path.write_text(path.read_text().replace("train", "Train", 1))
    with pytest.raises(DamagedError, match=r"train\.npy: content differs"):
        stored_signals.check([STAGE1], results)
    with pytest.raises(DamagedError):  # a damaged file is not remembered as compared
        stored_signals.check([STAGE1], results)


def test_a_file_of_another_size_is_refused_without_reading_it(results, hashed):
    files.write_text(results / "small/signals/test.npy", "short")
    with pytest.raises(DamagedError, match=r"test\.npy: truncated: 5 bytes instead of 800"):
        stored_signals.check([STAGE1], results)
    assert "test.npy" not in hashed


def test_only_signals_that_jobs_will_read_and_that_are_not_made_again_are_compared(results, hashed):
    files.write_text(results / "small/signals/test.npy", "short")
    stored_signals.check([planned("evaluate", logits_test="logits_test.npy")], results)
    stored_signals.check([STAGE1, planned("prepare")], results)
    stored_signals.check([], results)
    assert hashed == []
    assert not stored_signals.COMPARED.exists()


@pytest.mark.parametrize("text", ["[1]", "not JSON"])
def test_a_damaged_memory_only_costs_another_comparison(results, hashed, text):
    stored_signals.check([STAGE1], results)
    stored_signals.COMPARED.write_text(text)
    stored_signals.check([STAGE1], results)
    assert len(hashed) == 4
