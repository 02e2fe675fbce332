"""Data sets with unknown classes: whose prepared signals they use, and what they cannot be combined with."""

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.tested_cells import path


def with_datasets(experiments, **datasets):
    experiments["datasets"] |= datasets
    experiments["experiments"]["main"]["datasets"] = list(experiments["datasets"])
    return load_matrix(experiments, SCRIPTS)


def test_other_unknown_classes_make_other_prepared_signals_and_the_same_ones_share_them(experiments):
    matrix = with_datasets(
        experiments,
        open={"from": "small", "unknown_classes": 1},
        named={"from": "open", "unknown_classes": ["emitter-001"]},
        same={"from": "open", "normalize": "none"},
        closed={"from": "open", "unknown_classes": None},
    )
    stores = {name: matrix.store(name) for name in experiments["datasets"]}
    assert stores == {"small": "small", "open": "open", "named": "named", "same": "open", "closed": "closed"}
    assert matrix.unknown_stores() == ["open", "named"]
    fingerprints = {name: matrix.recipe_of(JobId("prepare", name)).fingerprint for name in ("small", "open", "named")}
    assert len(set(fingerprints.values())) == 3


def test_without_unknown_classes_nothing_about_the_prepared_signals_is_new(experiments):
    closed = with_datasets(experiments, other={"from": "small"})
    settings = closed.recipe_of(JobId("prepare", "small")).settings.model_dump()
    assert settings == {"source": closed.dataset("small").source, "length": None}
    assert path(closed, Cell("small", "2", 0, "ce"), "open_set") == ""
    assert closed.unknown_stores() == []


def test_a_number_and_its_settings_are_the_same_unknown_classes(experiments):
    matrix = with_datasets(
        experiments,
        one={"from": "small", "unknown_classes": 1},
        other={"from": "one", "unknown_classes": {"number": 1, "seed": 0}},
    )
    assert matrix.store("other") == "one"


def test_unlabelled_signals_may_be_of_unknown_classes(experiments):
    experiments["datasets"]["small"]["unlabelled"] = "synthetic_adsb"
    with pytest.raises(InputError, match=r"datasets\.open\.unknown_classes: signals of these classes may be among the"):
        with_datasets(experiments, open={"from": "small", "unknown_classes": 1})


@pytest.mark.parametrize("wrong", [0, [], True, "many", 1.5])
def test_what_is_neither_a_number_nor_names_is_refused(experiments, wrong):
    with pytest.raises(InputError, match=r"unknown_classes: got .*, expected a number, a list of class names"):
        with_datasets(experiments, open={"from": "small", "unknown_classes": wrong})


@pytest.mark.parametrize("wrong", [{}, {"seed": 1}, {"number": 1, "names": ["emitter-000"]}])
def test_classes_are_either_named_or_drawn(experiments, wrong):
    with pytest.raises(InputError, match=r"unknown_classes: give either a list of class names or a number"):
        with_datasets(experiments, open={"from": "small", "unknown_classes": wrong})
