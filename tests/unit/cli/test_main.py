"""The command line answers a mistake with one sentence and status 2."""

import numpy as np
import pytest
import yaml
from conftest import SCRIPTS

from ltsei.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["inspect", "nowhere.npy"], "nowhere.npy"),
        (["inspect", "nowhere.npy", "layout=[a"], "layout, line 1: not YAML"),
        (["verify"], "config/experiments.yaml: no such file"),
    ],
)
def test_a_mistake_ends_with_its_sentence_and_status_two(arguments, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_an_experiment_file_that_is_not_yaml_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "experiments.yaml").write_text("methods: [")
    assert main(["verify"]) == 2
    assert capsys.readouterr().err.startswith("config/experiments.yaml, line 1: not YAML")


@pytest.mark.parametrize("command", ["check", "plan"])
def test_mistakes_in_the_data_end_check_and_plan_with_all_of_them_and_status_one(
    command, experiments, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    experiments["datasets"]["files"] = {"source": {"name": "files", "train": "X.npy", "test": "absent.npz"}}
    experiments["experiments"]["main"]["datasets"] = ["small", "files"]
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "experiments.yaml").write_text(yaml.safe_dump(experiments))
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "scripts").symlink_to(SCRIPTS)
    assert main([command]) == 1
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "datasets.files.source: X.npy: no such file",
        "datasets.files.source: absent.npz: no such file",
    ]


def test_check_shows_the_signals_per_class_and_ends_with_status_zero(experiments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "experiments.yaml").write_text(yaml.safe_dump(experiments))
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "scripts").symlink_to(SCRIPTS)
    assert main(["check"]) == 0
    assert "small: Ratio 2, seed 0: signals per class: training 12 to 24" in capsys.readouterr().out


def test_inspecting_a_file_that_cannot_be_used_as_it_is_ends_with_status_one(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", X=np.zeros((6, 32, 2), np.float32))
    assert main(["inspect", str(tmp_path / "a.npz")]) == 1
    assert "\nNot usable as it is: " in capsys.readouterr().out


def test_inspecting_a_file_that_can_be_used_ends_with_status_zero(tmp_path):
    signals = np.random.default_rng(0).normal(size=(40, 32, 2)).astype(np.float32)
    np.savez(tmp_path / "a.npz", X=signals, y=np.arange(40) % 2)
    assert main(["inspect", str(tmp_path / "a.npz")]) == 0


@pytest.mark.parametrize("command", ["plan", "verify", "watch"])
def test_an_option_is_not_taken_for_a_longer_one(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--config", "seeds=3"])
    assert end.value.code == 2
    assert "unrecognized arguments: --config" in capsys.readouterr().err
