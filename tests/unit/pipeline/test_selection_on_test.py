"""Which methods are compared with a choice on the test part, and which data sets with their oracle."""

import pytest
from conftest import EXPERIMENTS, SCRIPTS

from ltsei.config.tuning import TUNED
from ltsei.pipeline import protocols, selection_on_test
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rule_inputs import inputs

HONEST = {"from": "small", "split": {"validation": {"fraction": 0.2}}}


def matrix(tuning=None, methods=None, datasets=("small",), **changes):
    """Return the matrix of the tests with these changes; its data set is an oracle, and ``honest`` derived from it."""
    block = EXPERIMENTS["experiments"]["main"] | {"datasets": list(datasets), **({"tuning": tuning} if tuning else {})}
    known = {**EXPERIMENTS["methods"], **(methods or {})}
    block |= {"methods": list(known)}
    sources = EXPERIMENTS["datasets"] | {"honest": HONEST}
    parts = {"datasets": sources, "methods": known, "experiments": {"main": block}}
    return load_matrix(EXPERIMENTS | parts | changes, SCRIPTS)


def test_methods_that_choose_are_those_with_trials_and_those_with_a_free_parameter():
    assert selection_on_test.owners(matrix()) == ["tau_norm"]
    tuned = selection_on_test.owners(matrix({"trials": 3}))
    assert set(tuned) == {
        "tau_norm",
        *(method + TUNED for method in ("ce", "focal", "crt", "crt_tau", "la_posthoc")),
        "tau_norm.tuned",
    }


def test_trials_whose_test_features_are_not_stored_are_left_out():
    method = {"own": {"stage1": {"lr": 0.02}, "stage3": [{"name": "tau_norm", "tau": 0.5}]}}
    assert "own.tuned" not in selection_on_test.owners(matrix({"trials": 3}, method))
    assert "own.tuned" in selection_on_test.owners(matrix({"trials": 3, "stages": ["stage3"]}, method))


def test_trials_on_seeds_of_their_own_are_left_out():
    owners = selection_on_test.owners(matrix({"trials": 3, "choice_seeds": [7]}))
    assert "crt.tuned" not in owners


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({}, False),
        ({"datasets": ("small", "honest")}, True),
        ({"tuning": {"trials": 3}}, True),
        ({"tuning": {"trials": 3}, "selection_on_test": False}, False),
        ({"selection_on_test": True}, True),
    ],
)
def test_it_is_made_where_something_is_tuned_or_compared_with_an_oracle_or_as_the_file_says(arguments, wanted):
    made = matrix(**arguments)
    jobs = selection_on_test.jobs(made, made.cells())
    assert bool(jobs) == wanted
    assert not {job.rule for job in made.jobs()} & {"selection_on_test"}


def test_an_oracle_is_paired_with_the_data_set_that_is_derived_from_it():
    both = matrix(datasets=("small", "honest"))
    assert (protocols.oracles(both), protocols.pairs(both)) == (["small"], [("honest", "small")])
    assert protocols.pairs(matrix()) == []


def test_trials_of_stage_3_alone_start_from_the_logits_before_it():
    made = matrix({"trials": 3, "stages": ["stage3"]})
    cell = next(cell for cell in made.cells() if cell.method == "la_posthoc.tuned")
    (job,) = selection_on_test.jobs(made, [cell]).values()
    paths = inputs(made, job)
    assert str(paths["logits_test"]).endswith("/ce/stage1/logits_test.npy")
    assert str(paths["logits_chosen"]).endswith("/la_posthoc.tuned/stage3_test/logits_test.npy")
    assert len(paths["archives"]) == 1
