"""A job does not compute with inputs that are not as they were made."""

from types import SimpleNamespace

import pytest
from snakemake.iocontainers import Wildcards
from tones import Paths

from ltsei.core import content, files
from ltsei.core.content import DamagedError
from ltsei.runtime import input_check
from ltsei.runtime.job import job


@pytest.fixture
def folder(tmp_path):
    """Results of a training and a store, with their records, and a file of a data source that nothing recorded."""
    for name, record in (("stage1/model.pt", "recipe.json"), ("signals/train.npy", "meta.json")):
        files.write_text(tmp_path / name, name)
        path = tmp_path / name
        recorded = content.sealed({"contents": content.contents(path.parent, [path.name])})
        files.write_json(path.with_name(record), recorded)
    files.write_text(tmp_path / "data" / "meta.json", "of the user")
    files.write_text(tmp_path / "data" / "X.npy", "raw")
    return tmp_path


def snakemake(folder, **params):
    inputs = Paths(
        source=[str(folder / "data/X.npy")],
        model=str(folder / "stage1/model.pt"),
        train=str(folder / "signals/train.npy"),
    )
    return SimpleNamespace(input=inputs, params=Paths(**params))


def test_inputs_as_they_were_made_pass(folder):
    input_check.check(snakemake(folder))


def test_a_changed_input_is_refused_with_its_name(folder):
    (folder / "stage1/model.pt").write_text("stage1/model.PT")
    with pytest.raises(DamagedError, match=r"stage1/model\.pt: content differs .*; `ltsei repair` says what to do"):
        input_check.check(snakemake(folder))


def test_one_of_several_inputs_under_one_name_is_checked_too(folder):
    (folder / "stage1/model.pt").write_text("")
    inputs = Paths(histories=[str(folder / "signals/train.npy"), str(folder / "stage1/model.pt")])
    with pytest.raises(DamagedError, match=r"stage1/model\.pt: empty"):
        input_check.check(SimpleNamespace(input=inputs, params=Paths()))


def test_of_signals_only_the_size_is_compared(folder):
    (folder / "signals/train.npy").write_text("signals/train.NPY")
    input_check.check(snakemake(folder))
    (folder / "signals/train.npy").write_text("signals")
    with pytest.raises(DamagedError, match=r"signals/train\.npy: truncated: 7 bytes instead of 17"):
        input_check.check(snakemake(folder))


def test_a_report_checks_what_it_shows_itself(folder):
    (folder / "stage1/model.pt").write_text("")
    input_check.check(snakemake(folder, contents="a report"))


def test_a_job_with_a_damaged_input_ends_with_one_sentence_before_it_computes(folder, capsys):
    (folder / "stage1/model.pt").write_text("stage1/model.PT")
    recipe = SimpleNamespace(current_fingerprint=lambda: "f")
    given = snakemake(folder, recipe=recipe, fingerprint="f")
    started = []
    with (
        pytest.raises(SystemExit),
        job(
            SimpleNamespace(
                **vars(given), log=[str(folder / "log")], rule="features", wildcards=Wildcards(fromdict={"method": "c"})
            )
        ),
    ):
        started.append(1)
    assert not started
    sentence = f"{folder}/stage1/model.pt: {content.DIFFERS}; `ltsei repair` says what to do"
    assert capsys.readouterr().err == f"features c: {sentence}\n"
