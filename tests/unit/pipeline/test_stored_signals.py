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


META = "results/small/signals/meta.json"


def planned(rule, inputs=(), **outputs):
    return SimpleNamespace(rule=SimpleNamespace(name=rule), input=Paths(inputs), output=Paths(outputs))


STAGE1 = planned("stage1", {"train": "train.npy", "meta": META})


def test_each_file_is_compared_once_and_again_after_it_was_written(results, hashed):
    for _ in range(2):
        stored_signals.check([STAGE1, STAGE1])
    assert sorted(hashed) == ["test.npy", "train.npy"]
    path = results / "small/signals/train.npy"
    files.write_text(path, path.read_text())
    stored_signals.check([STAGE1])
    assert hashed[2:] == ["train.npy"]


def test_a_flipped_bit_stops_the_run_with_the_name_of_the_file(results):
    stored_signals.check([STAGE1])
    path = results / "small/signals/train.npy"
    path.write_text(path.read_text().replace("train", "Train", 1))
    with pytest.raises(DamagedError, match=r"train\.npy: content differs"):
        stored_signals.check([STAGE1])
    with pytest.raises(DamagedError):  # a damaged file is not remembered as compared
        stored_signals.check([STAGE1])


def test_a_file_of_another_size_is_refused_without_reading_it(results, hashed):
    files.write_text(results / "small/signals/test.npy", "short")
    with pytest.raises(DamagedError, match=r"test\.npy: truncated: 5 bytes instead of 800"):
        stored_signals.check([STAGE1])
    assert "test.npy" not in hashed


def test_only_signals_that_jobs_will_read_and_that_are_not_made_again_are_compared(results, hashed):
    files.write_text(results / "small/signals/test.npy", "short")
    stored_signals.check([planned("evaluate", {"logits_test": "logits_test.npy", "meta": META})])
    stored_signals.check([STAGE1, planned("prepare", meta=META)])
    stored_signals.check([])
    assert hashed == []
    assert not stored_signals.COMPARED.exists()


@pytest.mark.parametrize("text", ["[1]", "not JSON"])
def test_a_damaged_memory_only_costs_another_comparison(results, hashed, text):
    stored_signals.check([STAGE1])
    stored_signals.COMPARED.write_text(text)
    stored_signals.check([STAGE1])
    assert len(hashed) == 4
