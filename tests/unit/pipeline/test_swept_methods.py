"""Sweeps in the matrix: what makes no sense is refused or left out, and nothing is computed twice."""

import re

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix, merged_by_method
from ltsei.pipeline.swept_methods import method_of

LDAM = {"ldam": {"loss": "ldam", "head": "cosine"}}


def matrix(experiments, sweep, **method):
    experiments["methods"]["grid"] = {"from": "ce", "stage2": {"mode": "crt"}, **method, "sweep": sweep}
    experiments["experiments"]["main"]["methods"] = ["ce", "crt", "grid"]
    return load_matrix(experiments, SCRIPTS)


def refusal(experiments, sweep, **method):
    with pytest.raises(InputError) as error:
        matrix(experiments, sweep, **method)
    return str(error.value)


def names(loaded):
    return [name for name in loaded.shown_methods() if name.startswith("grid")]


def test_the_combinations_are_methods_of_the_block_that_names_the_sweep(experiments):
    loaded = matrix(experiments, {"stage2.loss": ["focal"], "stage2.sampler": ["square_root", "reverse"]})
    assert names(loaded) == ["grid.focal.square_root", "grid.focal.reverse"]
    settings = loaded.recipe("stage2", "small", "grid.focal.reverse").settings
    assert (settings.loss["name"], settings.sampler["name"], settings.mode["name"]) == ("focal", "reverse", "crt")
    assert loaded.owner("grid.focal.reverse", "stage1") == "ce"


def test_the_same_recipe_as_another_method_is_that_method(experiments):
    loaded = matrix(experiments, {"stage2.sampler": ["class_balanced", "square_root"]})
    assert loaded.config.methods["grid.class_balanced"].from_ == "crt"
    assert loaded.owner("grid.class_balanced", "stage2") == "crt"
    assert loaded.owner("grid.square_root", "stage2") == "grid.square_root"


def test_the_same_recipe_twice_in_a_sweep_is_computed_once(experiments):
    values = {"one": {"name": "power", "exponent": 0.25}, "same": {"name": "power", "exponent": 0.25}}
    loaded = matrix(experiments, {"stage2.sampler": values})
    assert loaded.owner("grid.same", "stage2") == "grid.one"


def test_an_alias_comes_after_what_it_stands_for_even_if_it_is_written_first(experiments):
    experiments["methods"] = {"first": {"stage1": {}, "sweep": {"stage1.lr": [0.1, 0.2]}}, **experiments["methods"]}
    experiments["methods"]["ce"] = {"stage1": {"lr": 0.2}}
    loaded = load_matrix(experiments, SCRIPTS)
    assert loaded.owner("first.0.2", "stage1") == "ce"


def test_work_that_combinations_share_is_planned_once(experiments):
    sweep = {"stage1.lr": [0.3, 0.4], "stage2": {"none": None, "crt": {"mode": "crt"}, "lws": {"mode": "lws"}}}
    experiments["methods"]["grid"] = {"stage1": {}, "sweep": sweep}
    experiments["experiments"]["main"]["methods"] = ["grid"]
    jobs = [job.rule for job in load_matrix(experiments, SCRIPTS).jobs()]
    cells = 2  # ratios
    assert jobs.count("stage1") == 2 * cells
    assert jobs.count("stage2") == 4 * cells


def test_combinations_that_make_no_sense_are_refused_in_one_line_for_each_reason(experiments):
    samplers = ["class_balanced", "square_root", "reverse", {"name": "power", "exponent": 0.3}]
    message = refusal(experiments, {"stage2.loss": ["ldam", "focal"], "stage2.sampler": samplers})
    assert message.count("\n") == 0
    assert message.startswith("methods.*.stage2: ldam needs the head cosine")
    assert message.endswith("(4 methods: grid.ldam.class_balanced, grid.ldam.square_root, grid.ldam.reverse, …)")


def test_combinations_that_make_no_sense_are_left_out_where_the_sweep_says_so(experiments):
    axes = {"stage2.loss": ["logit_adjustment", "focal"], "stage2.sampler": ["class_balanced", "instance_balanced"]}
    loaded = matrix(experiments, axes | {"invalid": "leave_out"})
    assert names(loaded) == [
        "grid.logit_adjustment.instance_balanced",
        *(f"grid.focal.{s}" for s in axes["stage2.sampler"]),
    ]
    ((name, reason),) = loaded.left_out.items()
    assert name == "grid.logit_adjustment.class_balanced"
    assert reason.startswith("stage2: losses/logit_adjustment and samplers/class_balanced each correct the class prior")


def test_a_block_that_names_a_combination_without_sense_is_told_why_it_does_not_exist(experiments):
    experiments["experiments"]["main"]["methods"] = ["ce", "grid.ldam.linear"]
    axes = {"stage2.loss": ["ldam", "focal"], "stage2.head": ["linear", "cosine"], "invalid": "leave_out"}
    experiments["methods"]["grid"] = {"from": "ce", "stage2": {"mode": "crt"}, "sweep": axes}
    with pytest.raises(InputError) as error:
        load_matrix(experiments, SCRIPTS)
    left_out = (
        r"^experiments\.main\.methods\[1\]: grid\.ldam\.linear is left out .*: stage2: ldam needs the head cosine"
    )
    assert re.match(left_out, str(error.value))


def test_what_reuses_a_stage_that_makes_no_sense_is_left_out_with_it(experiments):
    axes = {"stage2.loss": ["logit_adjustment", "focal"], "stage2.sampler": ["class_balanced", "instance_balanced"]}
    steps = {"plain": None, "tau": ["tau_norm"]}
    loaded = matrix(experiments, {**axes, "stage3": steps, "invalid": "leave_out"})
    left = [f"grid.logit_adjustment.class_balanced.{step}" for step in steps]
    assert sorted(loaded.left_out) == left
    assert len(set(loaded.left_out.values())) == 1
    assert len(names(loaded)) == 6


def test_a_value_that_fits_nowhere_is_a_mistake_even_so(experiments):
    sweep = {"stage2.loss": ["ldam", "focal"], "stage2.sampler": ["reverse", "square_root"], "invalid": "leave_out"}
    message = refusal(experiments, sweep)
    assert message.startswith("methods.grid.sweep: no combination with ldam makes sense: stage2: ldam needs the head")


def test_what_a_value_needs_can_be_set_with_it(experiments):
    loaded = matrix(experiments, {"stage2": {**LDAM, "focal": {"loss": "focal"}}, "stage2.sampler": ["square_root"]})
    assert names(loaded) == ["grid.ldam.square_root", "grid.focal.square_root"]


@pytest.mark.parametrize("invalid", ["refuse", "leave_out"])
@pytest.mark.parametrize(
    ("axis", "values", "expected"),
    [
        ("stage2.loss", ["focall", "focal"], "stage2.loss: unknown member of losses 'focall' (did you mean 'focal'?)"),
        ("stage2.los", ["focal"], "stage2.los: unknown key 'los' (did you mean 'loss'?)"),
        ("stage2.lr", [-1.0, 0.1], "stage2.lr: got -1.0, expected a number > 0"),
    ],
)
def test_a_misspelt_or_wrong_value_is_never_left_out(experiments, invalid, axis, values, expected):
    sweep = {axis: values, "stage2.sampler": ["reverse", "square_root"], "invalid": invalid}
    assert expected in refusal(experiments, sweep)


def test_a_mistake_in_the_sweeping_method_is_one_line(experiments):
    sampler = [{"name": "power", "exponent": exponent} for exponent in (0.1, 0.2, 0.3, 0.4)]
    message = refusal(experiments, {"stage2.sampler": sampler}, knd="x")
    assert message.count("\n") == 0
    assert message.startswith("methods.*.knd: unknown key 'knd' (did you mean 'kind'?)")
    assert message.endswith("(4 methods: grid.power_exponent0.1, grid.power_exponent0.2, grid.power_exponent0.3, …)")


def test_a_sweep_may_be_tuned(experiments):
    experiments["experiments"]["main"]["tuning"] = {"trials": 2}
    loaded = matrix(experiments, {"stage2.sampler": ["class_balanced", "square_root"]})
    assert names(loaded) == [
        "grid.class_balanced",
        "grid.class_balanced.tuned",
        "grid.square_root",
        "grid.square_root.tuned",
    ]


def test_the_method_of_a_mistake_is_the_longest_name_that_fits():
    known = {"grid", "grid.a", "grid.a.b"}
    assert method_of("methods.grid.a.b.stage2.loss: x.y", known) == "grid.a.b"
    assert method_of("methods.grid.a.stage2: grid.a.b", known) == "grid.a"
    assert method_of("methods.grid: x", known) == "grid"
    assert method_of("methods.other.stage2: x", known) == ""
    assert method_of("datasets.grid.a: x", known) == ""


def test_mistakes_of_many_methods_whose_names_have_dots_are_one_line():
    known = [f"grid.{number}" for number in range(5)]
    lines = [f"methods.{name}.stage1: wrong" for name in known]
    assert merged_by_method([*lines, "datasets.a: wrong"], known) == [
        "methods.*.stage1: wrong (5 methods: grid.0, grid.1, grid.2, …)",
        "datasets.a: wrong",
    ]
