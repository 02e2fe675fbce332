"""The command line answers a mistake with one sentence and status 2."""

import pytest

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
