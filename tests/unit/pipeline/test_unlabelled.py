"""A method may learn from unlabelled signals: which jobs that takes, what they depend on, and what is refused."""

import copy
from pathlib import Path

import numpy as np
import pytest
from conftest import SCRIPTS
from unit.pipeline._recorded import write_results

from ltsei.core.errors import InputError
from ltsei.pipeline import rule_inputs
from ltsei.pipeline.adopt import adoptable
from ltsei.pipeline.data_survey import survey
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.verify import verify

LEARNS = {"loss": "fixmatch", "unlabelled_ratio": 2}
SIGNALS = {"name": "synthetic_adsb", "per_class": 5}
FOLDER = "results/small/unlabelled"


def load(experiments, unlabelled=SIGNALS, methods=("ce", "focal"), **stage1):
    experiments = copy.deepcopy(experiments)
    experiments["methods"]["focal"]["stage1"] = LEARNS | stage1
    experiments["experiments"]["main"] |= {"methods": list(methods), "imbalance_ratios": [2]}
    if unlabelled is not None:
        experiments["datasets"]["small"]["unlabelled"] = unlabelled
    return load_matrix(experiments, SCRIPTS)


def refusal(*arguments, **stage1):
    with pytest.raises(InputError) as error:
        load(*arguments, **stage1)
    return str(error.value)


def test_their_preparation_is_a_job_of_methods_that_use_them_alone(experiments):
    matrix = load(experiments)
    assert [(job.rule, job.dataset) for job in matrix.jobs() if job.rule == "prepare_unlabelled"] == [
        ("prepare_unlabelled", "small")
    ]
    expected = {cell.method: matrix.expected(cell) for cell in matrix.cells()}
    assert "prepare_unlabelled" in expected["focal"] and "prepare_unlabelled" not in expected["ce"]
    inputs = {name: rule_inputs.inputs(matrix, JobId("stage1", "small", "2", "0", name)) for name in expected}
    assert inputs["focal"]["unlabelled"] == [f"{FOLDER}/signals.npy", f"{FOLDER}/recipe.json"]
    assert inputs["focal"]["before"] == [f"{FOLDER}/recipe.json"]
    assert inputs["ce"]["unlabelled"] == inputs["ce"]["before"] == []


def test_without_them_no_fingerprint_changes_and_with_others_theirs_alone(experiments):
    rules = ("prepare", "make_split", "stage1", "evaluate")

    def fingerprints(**options):
        matrix = load(experiments, **options)
        owners = {rule: "" if rule in ("prepare", "make_split") else "ce" for rule in rules}
        return [matrix.recipe(rule, "small", owner).fingerprint for rule, owner in owners.items()]

    assert fingerprints() == fingerprints(unlabelled=None, methods=["ce"])
    settings = load(experiments).recipe("stage1", "small", "ce").settings.model_dump(mode="json")
    assert not [key for key in settings if "unlabelled" in key or "strong" in key]
    first, other = (
        load(experiments, SIGNALS | {"per_class": number}).recipe("prepare_unlabelled", "small").fingerprint
        for number in (5, 6)
    )
    assert first != other


def test_a_method_whose_data_set_has_none_is_refused_where_it_is_used(experiments):
    assert refusal(experiments, None) == (
        "methods.focal.stage1.unlabelled_ratio: focal learns from unlabelled signals, but datasets.small.unlabelled is "
        "not set; name them there, or leave the method out of the blocks of this data set"
    )
    assert load(experiments, None, methods=["ce"]).datasets() == ["small"]


@pytest.mark.parametrize(
    ("stage1", "message"),
    [
        ({"unlabelled_ratio": None}, ".unlabelled_ratio: missing; fixmatch learns from unlabelled signals"),
        (
            {"loss": "cross_entropy"},
            ".unlabelled_ratio: without effect, since cross_entropy uses no unlabelled signals",
        ),
        (
            {"loss": "focal", "unlabelled_ratio": None, "strong_augmentations": ["mask"]},
            ".strong_augmentations: without effect, since focal uses no",
        ),
        ({"strong_augmentations": ["cam_translation"]}, ".strong_augmentations: cam_translation uses labels, which"),
        ({"loss": "debiased_pseudo_label", "mixer": "mixup"}, ".mixer: mixup mixes labels, but the loss debiased"),
    ],
)
def test_settings_that_do_not_fit_are_refused(experiments, stage1, message):
    assert refusal(experiments, **stage1).startswith(f"methods.focal.stage1{message}")


def test_stage_2_draws_none(experiments):
    experiments["methods"]["crt"]["stage2"]["loss"] = "fixmatch"
    assert "methods.crt.stage2.loss: fixmatch learns from unlabelled signals, which stage 1 alone" in refusal(
        experiments
    )


def test_the_method_itself_says_how_many_it_draws(experiments):
    experiments["datasets"]["small"]["defaults"] = {"stage1": {"unlabelled_ratio": 1}}
    assert "stage1.unlabelled_ratio: without effect, since cross_entropy uses no" in refusal(experiments)
    experiments["methods"] = {"focal": {"stage1": {"loss": "fixmatch"}}}
    experiments["datasets"]["small"]["unlabelled"] = SIGNALS
    experiments["experiments"]["main"]["methods"] = ["focal"]
    with pytest.raises(
        InputError, match=r"focal.stage1.unlabelled_ratio: got 1 for all methods; set it in the methods"
    ):
        load_matrix(experiments, SCRIPTS)


def test_a_missing_file_of_unlabelled_signals_is_named(experiments):
    message = refusal(experiments, {"name": "files", "signals": "absent.npy"})
    assert message.startswith("datasets.small.unlabelled.signals: no file 'absent.npy'")


def test_a_check_of_the_data_counts_them_and_says_what_is_wrong_with_them(experiments, tmp_path, monkeypatch):
    (found,) = survey(load(experiments, SIGNALS | {"imbalance_ratio": 5.0}))
    assert "9 unlabelled signals" in found.lines
    monkeypatch.chdir(tmp_path)
    np.save("more.npy", np.zeros((3, 100, 2), dtype=np.float32))
    (found,) = survey(load(experiments, {"name": "files", "signals": "more.npy", "layout": "NLC"}))
    assert found.problems[0].startswith("datasets.small.unlabelled: unlabelled: got signals of 100 samples, expected")


def test_results_are_current_as_long_as_the_unlabelled_signals_are(experiments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matrix, results = load(experiments), Path("results")
    write_results(matrix, results)
    assert {each.state for each in verify(matrix, results)} == {"current"}
    adopted = {path.as_posix() for path in adoptable(matrix, results).paths}
    assert {f"{FOLDER}/recipe.json", "results/small/ir2/seed0/focal/stage1/recipe.json"} <= adopted

    other = load(experiments, SIGNALS | {"per_class": 6})
    states = {each.cell.method: (each.state, each.changed) for each in verify(other, results)}
    assert states == {"ce": ("current", ()), "focal": ("out of date", ("prepare_unlabelled",))}
    adopted = {path.as_posix() for path in adoptable(other, results).paths}
    assert "results/small/ir2/seed0/ce/stage1/recipe.json" in adopted
    assert not {f"{FOLDER}/recipe.json", "results/small/ir2/seed0/focal/stage1/recipe.json"} & adopted
