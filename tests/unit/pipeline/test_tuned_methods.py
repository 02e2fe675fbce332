"""Tuned methods: what they build on, which jobs they have, and what of the tuning is refused."""

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.rule_inputs import inputs
from ltsei.pipeline.rule_table import RULES


def tuned(experiments, methods=("ce", "crt", "tau_norm", "crt_tau"), **tuning):
    block = {**experiments["experiments"]["main"], "methods": list(methods), "imbalance_ratios": [2]}
    block["tuning"] = {"trials": 6, "trials_per_job": 4} | tuning
    return load_matrix({**experiments, "experiments": {"main": block}}, SCRIPTS)


def test_every_method_of_a_block_has_a_tuned_version(experiments):
    matrix = tuned(experiments)
    names = [cell.method for cell in matrix.cells()]
    assert names == ["ce", "ce.tuned", "crt", "crt.tuned", "tau_norm", "tau_norm.tuned", "crt_tau", "crt_tau.tuned"]
    assert matrix.config.methods["crt.tuned"].title == "crt (tuned)"


def test_tuned_methods_build_on_tuned_ones(experiments):
    matrix = tuned(experiments)
    assert matrix.rules_of("crt_tau.tuned") == [
        *("stage1_trials", "stage1_choice", "stage1_tuned", "features"),
        *("stage2_trials", "stage2_choice", "stage2_tuned"),
        *("stage3_trials", "stage3_choice", "stage3_tuned", "stage3_test"),
    ]
    assert matrix.owner("crt_tau.tuned", "stage1") == "ce.tuned"
    assert matrix.features_rule("crt_tau.tuned") == ("features", "ce.tuned")


def test_a_step_that_chooses_its_parameter_itself_has_no_trials(experiments):
    matrix = tuned(experiments)
    assert matrix.rules_of("tau_norm.tuned") == [
        *("stage1_trials", "stage1_choice", "stage1_tuned", "features", "stage3", "stage3_test"),
    ]


def test_stages_that_do_not_vary_are_those_of_the_untuned_method(experiments):
    matrix = tuned(experiments, stages=["stage2"])
    assert matrix.owner("crt.tuned", "stage1") == "ce"
    assert matrix.canonical("ce.tuned") == "ce"
    assert matrix.rules_of("crt_tau.tuned")[-2:] == ["stage3", "stage3_test"]


def test_a_method_with_stages_of_its_own_shares_those_before_the_first_that_varies(experiments):
    experiments["methods"]["own"] = {"stage1": {"loss": "focal"}, "stage2": {"mode": "crt"}}
    only_second = tuned(experiments, ["own"], stages=["stage2"])
    assert only_second.owner("own.tuned", "stage1") == "own"
    assert only_second.trial_stages("own.tuned") == ("stage2",)
    together = tuned(experiments, ["own"])
    assert together.trial_stages("own.tuned") == ("stage1", "stage2")
    rules = ["stage1_trials", "stage1_choice", "stage1_tuned", "stage2_tuned"]
    assert together.rules_of("own.tuned") == rules
    names = [each.name for each in together.recipe("stage1_trials", "small", "own.tuned").settings.space]
    assert {"stage1.lr", "stage2.lr", "stage1.loss.gamma"} <= set(names)


def test_trials_are_divided_among_jobs_and_more_of_them_leave_those_jobs_alone(experiments):
    def jobs(trials):
        matrix = tuned(experiments, ["ce"], trials=trials)
        found = [job for job in matrix.jobs() if RULES[job.rule].tuning == "trials"]
        return {job.trials: matrix.recipe_of(job).fingerprint for job in found}

    few, many = jobs(8), jobs(11)
    assert list(many) == ["000-003", "004-007", "008-010"]
    assert {name: many[name] for name in few} == few


def test_trials_on_seeds_of_their_own_leave_the_seeds_of_the_block_the_chosen_one(experiments):
    matrix = tuned(experiments, ["crt"], choice_seeds=[7, 8])
    trials = [job for job in matrix.jobs() if RULES[job.rule].tuning == "trials"]
    of_stage1 = {(job.seed, job.trials) for job in trials if job.rule == "stage1_trials"}
    ranges = ("000-003", "004-005")
    assert of_stage1 == {("0", "chosen"), *((seed, each) for seed in ("7", "8") for each in ranges)}
    choice = next(job for job in matrix.jobs() if (job.rule, job.seed) == ("stage2_choice", "0"))
    assert [path.split("/")[3] for path in inputs(matrix, choice)["splits"]] == ["seed7", "seed8"]
    (last,) = [job for job in trials if (job.rule, job.seed) == ("stage2_trials", "0")]
    assert inputs(matrix, last)["choice"].endswith("seed0/crt.tuned/choice/choice.json")


def test_an_alias_has_a_tuned_alias(experiments):
    experiments["methods"]["again"] = {"from": "crt"}
    matrix = tuned(experiments, ["crt", "again"])
    assert matrix.canonical("again.tuned") == "crt.tuned"
    assert Cell("small", "2", 0, "again.tuned") in matrix.cells()


def test_a_backbone_that_moves_in_stage_2_is_tuned_with_its_features(experiments):
    experiments["methods"]["moved"] = {"from": "ce", "stage2": {"mode": "finetune"}}
    matrix = tuned(experiments, ["moved"])
    assert matrix.rules_of("moved.tuned")[-3:] == ["stage2_trials", "stage2_choice", "stage2_finetune_tuned"]
    assert matrix.features_rule("moved.tuned") == ("stage2_finetune_tuned", "moved.tuned")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trials": 1}, r"experiments.main.tuning.trials: got 1, expected"),
        ({"search": {"epoch": None}}, r"tuning.search.epoch: unknown parameter 'epoch' \(did you mean 'epochs'"),
        ({"search": {"lr": {"low": 1.0, "high": 0.1}}}, r"search.lr.high: got 0.1, expected more than low = 1"),
        ({"search": {"lr": {"low": 0.0, "high": 0.1, "scale": "log"}}}, r"lr.low: got 0, expected more than 0"),
        ({"search": {"lr": {"low": -1.0, "high": 0.1}}}, r"methods.ce on small: stage1.lr = -1, an end of its range"),
        ({"choice_seeds": [0, 7]}, r"choice_seeds: 0 is also among the block's seeds"),
        ({"select_by": "accuracy"}, r"tuning.select_by: got 'accuracy'"),
    ],
)
def test_tuning_that_cannot_be_is_refused(experiments, changes, message):
    with pytest.raises(InputError, match=message):
        tuned(experiments, **changes)


def test_trials_with_balanced_signals_are_refused(experiments):
    experiments["methods"]["crt"]["stage2"]["signals"] = "balanced"
    with pytest.raises(InputError, match=r"methods.crt.tuned.stage2.signals: trials cannot use balanced ones"):
        tuned(experiments, ["crt"])


def test_without_validation_there_is_no_tuning(experiments):
    experiments["datasets"]["small"]["split"]["validation"] = "none"
    with pytest.raises(InputError, match="trials are chosen on validation signals"):
        tuned(experiments, ["ce"])


def test_blocks_share_tuned_methods_and_so_their_tuning(experiments):
    main = {**experiments["experiments"]["main"], "methods": ["ce"]}
    blocks = {"main": main | {"tuning": {"trials": 4}}, "other": main | {"tuning": {"trials": 5}}}
    with pytest.raises(InputError, match=r"experiments.other.tuning: differs from that of main"):
        load_matrix({**experiments, "run": list(blocks), "experiments": blocks}, SCRIPTS)


def test_names_of_tuned_methods_are_reserved(experiments):
    experiments["methods"]["ce.tuned"] = {"from": "ce"}
    with pytest.raises(InputError, match=r"methods.ce.tuned: names that end in .tuned"):
        load_matrix(experiments, SCRIPTS)
