"""Options and folders of a run on which a shell could act are named, and so is a Python that needs quotes."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ltsei.cli import startup_checks


@pytest.fixture
def problems(tmp_path, monkeypatch):
    """A function that returns the problems of a run; what is not given is harmless."""

    def run(folder="a b", snakefile="Snakefile", overlays=(), config=None, python="/opt/venv-1/bin/python3.11"):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        monkeypatch.setattr(sys, "executable", python)
        workflow = SimpleNamespace(
            main_snakefile=snakefile,
            overwrite_configfiles=[Path(overlay) for overlay in overlays],
            config_settings=SimpleNamespace(config_args=config),
        )
        return list(startup_checks.unsafe_values(workflow))

    return run


def test_spaces_and_letters_of_any_language_are_no_problem(problems):
    assert problems("Übung 数据", "/a b/Snakefile", ["ü b.yaml"], ["results=my results", "smoke=true"]) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"folder": "a$(touch X)"}, "working directory: got "),
        ({"snakefile": "`touch X`/Snakefile"}, "--snakefile: got '`touch X`/Snakefile' with `"),
        ({"overlays": ["a.yaml", "b$(touch X).yaml"]}, "--configfile: got 'b$(touch X).yaml' with $"),
        ({"config": ["smoke=true", 'results=a"; touch X; "']}, '--config: got \'results=a"; touch X; "\' with "'),
        ({"python": "/my home/bin/python"}, "Python: got '/my home/bin/python', but Snakemake writes this path into"),
        ({"python": "/a;touch X/bin/python"}, "Python: got '/a;touch X/bin/python'"),
    ],
)
def test_what_a_shell_would_act_on_is_named_with_its_place(problems, given, expected):
    (problem,) = problems(**given)
    assert problem.startswith(expected)
