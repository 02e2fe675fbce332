"""Loading refuses what cannot run, and says where the mistake is, what it is and what is allowed."""

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix


def refusal(experiments):
    with pytest.raises(InputError) as error:
        load_matrix(experiments, SCRIPTS)
    return str(error.value)


def set_at(mapping, path, value):
    *parents, last = path.split(".")
    for key in parents:
        mapping = mapping.setdefault(key, {})
    mapping[last] = value


def test_a_valid_file_gives_every_combination_once(experiments):
    cells = load_matrix(experiments, SCRIPTS).cells()
    assert len(cells) == len(set(cells)) == 6 * 2


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("sead", 1, "sead: unknown key 'sead'"),
        ("datasets.small.lenght", 3, "datasets.small.lenght: unknown key 'lenght' (did you mean 'length'?)"),
        ("methods.focal.stage1.los", "focal", "methods.focal.stage1.los: unknown key 'los' (did you mean 'loss'?)"),
        ("methods.focal.stage1.loss", "focall", "methods.focal.stage1.loss: unknown member of losses 'focall'"),
        (
            "methods.focal.stage1.loss",
            {"name": "focal", "gama": 2},
            "methods.focal.stage1.loss.gama: unknown parameter of focal 'gama' (did you mean 'gamma'?)",
        ),
        (
            "methods.focal.stage1.loss",
            {"name": "focal", "gamma": "1e-1"},
            "methods.focal.stage1.loss.gamma: got '1e-1', expected a number >= 0 (YAML 1.1 reads 1e-1 as text",
        ),
        (
            "methods.focal.stage1.class_weights",
            {"name": "effective_number", "schedule": {"name": "defered"}},
            "methods.focal.stage1.class_weights.schedule: unknown member of class_weights/schedules 'defered'",
        ),
        ("methods.crt.stage2.mode", "crtt", "methods.crt.stage2.mode: unknown member of stage2_modes 'crtt'"),
        (
            "methods.focal.stage1.loss",
            {"name": "focal", "gamma": -2},
            "methods.focal.stage1.loss.gamma: got -2, expected a number >= 0",
        ),
        ("methods.crt.stage2.lr", -0.1, "methods.crt.stage2.lr: got -0.1, expected a number > 0"),
        ("defaults.stage1.lr", "1e-1", "defaults.stage1.lr: got '1e-1', expected a number > 0 (YAML 1.1 reads"),
        (
            "defaults.stage1.optimizer",
            "sgdd",
            "defaults.stage1.optimizer: unknown optimizer 'sgdd' (did you mean 'sgd'?)",
        ),
        (
            "defaults.stage1.optimizer",
            {"name": "sgd", "beta1": 0.9},
            "stage1.optimizer.beta1: unknown key 'beta1', allowed: m",
        ),
        ("defaults.stage1.optimizer", 3, "defaults.stage1.optimizer: got 3, expected one of sgd, adam, adamw"),
        ("defaults.stage1.schedule", "step", "defaults.stage1.schedule.milestones: missing, and it has no default"),
        (
            "defaults.stage1.augmentations",
            ["phase"],
            "defaults.stage1.augmentations[0]: unknown member of augmentations",
        ),
        ("defaults.stage1.select", "lats", "select: got 'lats', expected one of last, best (did you mean 'last'?)"),
        ("defaults.stage1.select_by", "val_loss", "select_by: got 'val_loss', which needs `select: best`"),
        (
            "methods.tau_norm.stage3",
            [{"name": "tau_norm", "select_by": "val_f1"}],
            "stage3[0].select_by: got 'val_f1', expected one of val_loss, val_accuracy, val_balanced_accuracy, val_mac",
        ),
        ("methods.tau_norm.stage3", ["tau"], "methods.tau_norm.stage3[0]: unknown member of stage3_steps 'tau'"),
        ("methods.a b", {"from": "ce"}, "methods.a b: got 'a b', but a name is part of paths"),
        ("methods.a/b", {"from": "ce"}, "has no place for a slash; write a_b"),
        ("experiments.main.methods", ["a b"], "experiments.main.methods[0]: got 'a b', but a name is part of paths"),
        ("experiments.main.methods", "ce", "or all: write [ce]"),
        ("experiments.main.exclude", ["crtt"], "experiments.main.exclude[0]: unknown method 'crtt' (did you mean"),
        ("experiments.main", None, "experiments.main: got null (no value), expected a mapping of title, datasets"),
        ("methods.x", None, "methods.x: got null (no value), expected a mapping of from, pretrain"),
        ("defaults.stage1.loss", None, "defaults.stage1.loss: got null (no value), expected the name of a component"),
        ("results", "$SCRATCH/x", "results: got '$SCRATCH/x', but environment variables are not replaced"),
        (
            "datasets.small.source",
            {"name": "files", "train": "${DATA}/x.npy"},
            "datasets.small.source.train: got '${DATA}/x.npy', but environment variables are not replaced",
        ),
        (
            "datasets.small.source",
            {"name": "files", "train": {"a": "$DATA/a.npy", "b": "b.npy"}, "holdout": 0.3},
            "datasets.small.source.train.a: got '$DATA/a.npy', but environment variables are not replaced",
        ),
        ("results", "res$(touch X)", "results: got 'res$(touch X)' with $, on which a shell can act, but it reaches"),
        ("results", "it's", "results: got \"it's\" with ', on which a shell can act"),
        (
            "datasets.small.source",
            {"name": "files", "train": "X_`touch X`.npy", "train_labels": "y.npy", "holdout": 0.3},
            "datasets.small.source.train: got 'X_`touch X`.npy' with `, on which a shell can act",
        ),
        (
            "datasets.small.source",
            {"name": "files", "train": {"a": "a.npy", "b": 'b".npy'}, "holdout": 0.3},
            "datasets.small.source.train.b: got 'b\".npy' with \", on which a shell can act",
        ),
        ("device", "cuda:1", "write `device: cuda` and start `CUDA_VISIBLE_DEVICES=1 snakemake ...`"),
        ("defaults.stage1.epochs", "10", "epochs: got '10', expected a whole number > 0 (this is text: remove the quo"),
        ("defaults.stage1.lr", "0.25", "lr: got '0.25', expected a number > 0 (this is text: remove the quotes"),
        ("defaults.stage1.decay_norm_and_bias", "true", "got 'true', expected true or false (this is text"),
        ("defaults.stage1.select", "10", "select: got '10', expected one of last, best"),
        ("results", "a{b}", "results: got 'a{b}', expected a path without { } < > $, quotes, backt"),
        ("figures", {"cells": "all"}, "figures.cells: got 'all', expected one of none, first_seed or a list of"),
        (
            "experiments.main.imbalance_ratios",
            [0.5],
            "imbalance_ratios[0]: got 0.5, expected a number of at least 1 or natural",
        ),
        (
            "experiments.main.seeds",
            [-1],
            "experiments.main.seeds[0]: got -1, expected a whole number in [0, 4294967296)",
        ),
        ("experiments.main.methods", ["cee"], "experiments.main.methods[0]: unknown method 'cee' (did you mean 'ce'?)"),
        ("experiments.main.datasets", ["big"], "experiments.main.datasets[0]: unknown dataset 'big'"),
        (
            "experiments.main.imbalance_ratios",
            "natural",
            "or natural: write [natural]",
        ),
        ("defaults.stage1.warmup_epochs", 9, "stage1.warmup_epochs: got 9, expected fewer than epochs = 2"),
        ("run", ["mian"], "run[0]: unknown experiment 'mian' (did you mean 'main'?)"),
        ("methods.crt.from", "cee", "methods.crt.from: unknown method 'cee'"),
        ("methods.crt.stage1", {}, "methods.crt.from: nothing of 'ce' is reused"),
        ("methods.lone", {"kind": "x"}, "methods.lone: has neither stage1 nor from"),
        ("datasets.report", {"source": "synthetic_adsb"}, "datasets.report: this name is taken"),
        ("datasets.smoke", {"source": "synthetic_adsb"}, "datasets.smoke: this name is taken"),
        ("experiments.main.seeds", {"split": [0]}, "experiments.main.seeds.train: missing, and it has no default"),
        ("experiments.main.seeds", {"split": [0], "training": [1], "train": [1]}, "main.seeds.training: unknown key"),
        ("experiments.main.seeds", {"split": [], "train": [1]}, "experiments.main.seeds.split: got []"),
        ("experiments.main.seeds", ["0-3"], "experiments.main.seeds[0]: got '0-3', expected a whole number"),
        (
            "figures",
            {"cells": [{"dataset": "small", "imbalance_ratio": 2, "seed": "3-3", "method": "ce"}]},
            "figures.cells[0].seed: got '3-3', expected a seed, or those of split and training if they differ",
        ),
        (
            "figures",
            {"cells": [{"dataset": "small", "imbalance_ratio": 2, "seed": "0-3", "method": "ce"}]},
            "figures.cells[0]: unknown seed '0-3'",
        ),
        ("datasets.small", {"length": 9}, "datasets.small.source: missing, and it has no default; to use the prepared"),
        ("datasets.other", {"from": "smal"}, "datasets.other.from: unknown dataset 'smal' (did you mean 'small'?)"),
        ("datasets.other", {"from": "other"}, "other.from: leads back to itself: other -> other; one of them needs"),
        (
            "datasets.other",
            {"from": "small", "length": 9},
            "datasets.other.length: got 9 beside `from: small`, whose signals are already prepared; remove length",
        ),
        ("datasets.other", {"from": "small", "source": "synthetic_adsb"}, "datasets.other.source: got {'name': 'synth"),
        ("datasets.small.source", {"name": "files"}, "datasets.small.source.train: missing, and it has no default"),
        ("datasets.small.split.validation", {}, "datasets.small.split.validation: give one of per_class, fraction"),
        ("datasets.small.split.validation", "gven", "split.validation: got 'gven', expected fraction: NUMBER"),
        ("datasets.small.split.validation", {"per_class": 2, "given": True}, "split.validation: give one of per_class"),
        ("datasets.small.split.validation", {"per_class": 2}, "per_class: got 2, which rare classes of a long-tailed"),
        (
            "datasets.small.split.validation",
            {"protocol": "balanced", "given": True},
            "protocol: got balanced, but given",
        ),
        ("datasets.small.groups", {"many_above": 5, "few_below": 9}, "datasets.small.groups.few_below: got 9"),
        ("checkpoint_minutes", float("nan"), "checkpoint_minutes: got nan"),
    ],
)
def test_a_mistake_is_named_with_its_path_and_what_is_allowed(experiments, path, value, expected):
    set_at(experiments, path, value)
    assert expected in refusal(experiments)


def test_a_value_that_is_wrong_for_every_method_is_one_mistake_with_their_number(experiments):
    experiments["defaults"]["stage1"]["warmup_epochs"] = 5
    experiments["methods"] |= {f"lr{rate}": {"stage1": {"lr": rate}} for rate in (1, 2, 3)}
    expected = "defaults.stage1.warmup_epochs: got 5, expected fewer than epochs = 2 (concerns 5 methods)"
    assert refusal(experiments) == expected


def test_a_shared_value_that_does_not_suit_one_method_names_it(experiments):
    experiments["defaults"]["stage1"] |= {"warmup_epochs": 5, "epochs": 9}
    experiments["methods"]["focal"]["stage1"]["epochs"] = 3
    expected = "defaults.stage1.warmup_epochs: got 5, expected fewer than epochs = 3 (concerns focal)"
    assert refusal(experiments) == expected


def test_a_mistake_that_many_methods_share_is_one_line(experiments):
    steps = {f"tau{number}": {"from": "ce", "stage3": [{"name": "tau_norm", "tau": number}]} for number in (1, 2, 3)}
    experiments["methods"] |= steps
    experiments["defaults"]["stage1"]["head"] = "cosine"
    first = refusal(experiments).splitlines()[0]
    assert first == (
        "methods.*.stage3: tau_norm needs the head linear, got cosine (5 methods: tau_norm, crt_tau, tau1, …)"
    )


def test_a_block_of_all_methods_may_leave_some_out(experiments):
    experiments["experiments"]["main"] |= {"methods": "all", "exclude": ["crt", "tau_norm"]}
    methods = {cell.method for cell in load_matrix(experiments, SCRIPTS).cells()}
    assert methods == {"ce", "focal", "crt_tau", "la_posthoc"}


def test_a_block_that_excludes_all_its_methods_is_refused(experiments):
    experiments["experiments"]["main"] |= {"methods": ["ce"], "exclude": ["ce"]}
    assert "experiments.main.exclude: leaves no method" in refusal(experiments)


def test_a_tilde_stands_for_the_home_folder_in_results_and_data(experiments, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("x.npy", "l.npy"):
        (tmp_path / name).touch()
    experiments["results"] = "~/results"
    source = {"name": "files", "train": "~/x.npy", "train_labels": "~/l.npy", "holdout": 0.3}
    experiments["datasets"]["small"]["source"] = source
    matrix = load_matrix(experiments, SCRIPTS)
    assert matrix.config.results == str(tmp_path / "results")
    source = matrix.dataset("small").source
    assert source["train"] == str(tmp_path / "x.npy")
    assert source["train_labels"] == str(tmp_path / "l.npy")


def test_a_tilde_stands_for_the_home_folder_in_the_files_of_classes_too(experiments, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("a.npy", "b.npy"):
        (tmp_path / name).touch()
    train = {"a": "~/a.npy", "b": "~/b.npy"}
    experiments["datasets"]["small"]["source"] = {"name": "files", "train": train, "holdout": 0.3}
    source = load_matrix(experiments, SCRIPTS).dataset("small").source
    assert source["train"] == {"a": str(tmp_path / "a.npy"), "b": str(tmp_path / "b.npy")}


def test_all_mistakes_are_reported_at_once(experiments):
    set_at(experiments, "methods.focal.stage1.loss", "focall")
    set_at(experiments, "methods.crt.stage2.sampler", "class_balance")
    set_at(experiments, "methods.ce.stage1.epochs", 0)
    assert len(refusal(experiments).splitlines()) == 3


def test_a_circular_from_is_refused(experiments):
    experiments["methods"] |= {"a": {"from": "b", "stage2": {"mode": "crt"}}, "b": {"from": "a"}}
    assert "refers to itself" in refusal(experiments)


def test_a_margin_loss_on_a_linear_head_is_refused(experiments):
    experiments["methods"]["focal"]["stage1"] = {"loss": "ldam"}
    assert "methods.focal.stage1: ldam needs the head cosine or experts, got linear" in refusal(experiments)


def test_tau_norm_on_a_cosine_head_is_refused(experiments):
    experiments["methods"]["crt"]["stage2"]["head"] = "cosine"
    assert "methods.crt_tau.stage3: tau_norm needs the head linear, got cosine" in refusal(experiments)


def test_correcting_the_prior_twice_needs_permission(experiments):
    twice = {"loss": "logit_adjustment", "sampler": "class_balanced"}
    experiments["methods"]["focal"]["stage1"] = twice
    assert "each correct the class prior" in refusal(experiments)
    experiments["methods"]["focal"]["allow"] = ["double_balancing"]
    load_matrix(experiments, SCRIPTS)


def test_correcting_the_prior_after_a_balanced_stage_needs_permission(experiments):
    experiments["methods"]["la_posthoc"]["from"] = "crt"
    assert "methods.la_posthoc.stage3" in refusal(experiments)


def test_balanced_signals_need_a_sampler_that_draws_all_classes_equally_often(experiments):
    experiments["methods"]["crt"]["stage2"] |= {"signals": "balanced", "sampler": "instance_balanced"}
    expected = "stage2.sampler: got instance_balanced, whose draws follow the class counts of the long-tailed set"
    assert expected in refusal(experiments)


def test_balanced_signals_take_a_rule_that_reads_signals(experiments):
    experiments["methods"]["crt"]["stage2"]["signals"] = "balanced"
    assert load_matrix(experiments, SCRIPTS).stage_rule("crt", "stage2") == "stage2_finetune"


def test_after_balanced_signals_no_step_uses_the_features_of_the_training_signals(experiments):
    experiments["methods"]["crt"]["stage2"]["signals"] = "balanced"
    experiments["methods"]["crt_tau"]["stage3"] = ["ncm"]
    assert "methods.crt_tau.stage3: a step uses features of the training signals" in refusal(experiments)
    experiments["methods"]["crt_tau"]["from"] = "ce"
    load_matrix(experiments, SCRIPTS)


def test_nobody_learns_from_a_teacher_whose_logits_are_those_of_balanced_signals(experiments):
    student = {"from": "ce", "stage2": {"mode": "crt", "loss": "distillation", "teacher": "crt"}}
    experiments["methods"]["student"] = student
    experiments["experiments"]["main"]["methods"].append("student")
    load_matrix(experiments, SCRIPTS)
    experiments["methods"]["crt"]["stage2"]["signals"] = "balanced"
    assert "methods.student.stage2.teacher: crt trains with `signals: balanced`" in refusal(experiments)


def test_balanced_signals_are_refused_where_a_domain_is_left_out_of_training(experiments):
    experiments["methods"]["crt"]["stage2"]["signals"] = "balanced"
    experiments["datasets"]["small"]["split"]["leave_out"] = {"day": ["2"]}
    assert "methods.crt.stage2.signals: some of the balanced ones would be of the domains" in refusal(experiments)


def test_two_names_for_one_recipe_are_refused_and_an_alias_is_proposed(experiments):
    experiments["methods"]["again"] = {"stage1": {"loss": {"name": "focal", "gamma": 2}}}
    assert "write `again: {from: focal}`" in refusal(experiments)


def test_choosing_on_validation_data_needs_validation_data(experiments):
    experiments["datasets"]["small"]["split"]["validation"] = "none"
    assert "methods.tau_norm.stage3: tau_norm.tau is to be chosen on validation data" in refusal(experiments)


def test_selecting_the_best_epoch_needs_validation_data(experiments):
    experiments["datasets"]["small"]["split"]["validation"] = "none"
    experiments["methods"]["tau_norm"]["stage3"] = [{"name": "tau_norm", "tau": 1.0}]
    experiments["defaults"]["stage1"]["select"] = "best"
    assert "methods.ce.stage1.select: is decided on validation data" in refusal(experiments)


def test_a_ratio_that_empties_the_rarest_class_is_refused(experiments):
    experiments["experiments"]["main"]["imbalance_ratios"] = [2, 24, 24.5]
    assert refusal(experiments).startswith("imbalance_ratios: 24.5 leaves the rarest class of small without signals")


def test_files_are_looked_for_only_where_an_enabled_block_needs_them(experiments):
    experiments["datasets"]["mine"] = {"source": {"name": "files", "train": "nowhere.npy", "holdout": 0.3}}
    load_matrix(experiments, SCRIPTS)
    experiments["experiments"]["main"]["datasets"] = ["mine"]
    assert "datasets.mine.source.train: no file 'nowhere.npy'" in refusal(experiments)


def test_methods_that_need_no_validation_data_run_without_it(experiments):
    experiments["datasets"]["small"]["split"]["validation"] = "none"
    experiments["experiments"]["main"]["methods"] = ["ce", "crt"]
    load_matrix(experiments, SCRIPTS)


def test_a_loss_inside_a_combined_loss_needs_its_head_too(experiments):
    loss = {"name": "combined", "losses": ["cross_entropy", "ldam"], "weights": [1.0, 1.0]}
    set_at(experiments, "methods.focal.stage1.loss", loss)
    assert "methods.focal.stage1: ldam needs the head cosine or experts, got linear" in refusal(experiments)


def test_costs_that_favour_rare_classes_with_a_balancing_sampler_correct_the_prior_twice(experiments):
    stage = {"loss": {"name": "expected_cost", "costs": "inverse_frequency"}, "sampler": "class_balanced"}
    set_at(experiments, "methods.focal.stage1", stage)
    assert "losses/expected_cost and samplers/class_balanced each correct" in refusal(experiments)


@pytest.fixture
def recorded(experiments, tmp_path):
    """The small experiment file on a data set of files that exist but are never read."""
    names = ("train", "test", "val")
    for name in names:
        (tmp_path / f"{name}.mat").touch()
    source = {"name": "files", **{name: str(tmp_path / f"{name}.mat") for name in names}}
    experiments["datasets"]["small"] = {"source": source, "split": {"validation": "given"}}
    return experiments


def test_a_given_validation_part_counts_as_validation_data(recorded):
    recorded["defaults"]["stage1"]["select"] = "best"
    load_matrix(recorded, SCRIPTS)


def test_given_validation_needs_a_validation_file(recorded):
    del recorded["datasets"]["small"]["source"]["val"]
    expected = "datasets.small.split.validation: got given, but datasets.small.source.val names no file"
    assert expected in refusal(recorded)


@pytest.mark.parametrize(
    "split", [{}, {"validation": {"protocol": "balanced", "per_class": 4}}, {"validation": {"fraction": 0.2}}]
)
def test_a_validation_file_is_for_given_validation_only(recorded, split):
    recorded["datasets"]["small"]["split"] = split
    assert "datasets.small.source.val: its signals are for validation alone" in refusal(recorded)


def test_a_missing_validation_file_is_named(recorded):
    recorded["datasets"]["small"]["source"]["val"] = "nowhere.mat"
    assert "datasets.small.source.val: no file 'nowhere.mat'" in refusal(recorded)


CELL = {"dataset": "small", "imbalance_ratio": 4.5, "seed": 0, "method": "crt"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"method": "crtt"}, "figures.cells[1]: unknown method 'crtt' (did you mean 'crt'?), allowed: ce, crt"),
        ({"dataset": "big"}, "figures.cells[1]: unknown dataset 'big', allowed: small"),
        ({"imbalance_ratio": 3}, "figures.cells[1]: unknown imbalance ratio '3', allowed: 2, 4.5"),
        ({"seed": 7}, "figures.cells[1]: unknown seed '7', allowed: 0"),
        ({"seed": -1}, "figures.cells[1].seed: got -1"),
    ],
)
def test_a_figure_of_a_cell_outside_the_matrix_is_refused(experiments, change, expected):
    experiments["figures"] = {"cells": [CELL, CELL | change]}
    assert expected in refusal(experiments)


def test_a_figure_of_a_cell_whose_parts_are_in_different_blocks_is_refused(experiments):
    experiments["experiments"]["other"] = {
        "datasets": ["small"],
        "methods": ["ce"],
        "imbalance_ratios": [4],
        "seeds": [0],
    }
    experiments |= {"run": ["main", "other"], "figures": {"cells": [CELL | {"imbalance_ratio": 4}]}}
    assert refusal(experiments) == "figures.cells[0]: no enabled block holds this combination"


def test_figures_are_made_for_the_cells_that_the_file_names(experiments):
    experiments["experiments"]["main"]["seeds"] = [3, 1]
    cells = {}
    for chosen in ("none", "first_seed", [CELL | {"seed": 1}]):
        cells[str(chosen)[:5]] = load_matrix(experiments | {"figures": {"cells": chosen}}, SCRIPTS).figure_cells()
    assert cells["none"] == []
    assert [cell.seed for cell in cells["first"]] == [3] * 6 * 2
    assert [(cell.ir, cell.seed, cell.method) for cell in cells["[{'da"]] == [("4.5", 1, "crt")]
