"""Sweeps: one method for each combination of settings, before the experiment file is validated."""

import copy

import pytest

from ltsei.config.sweep_axes import MOST
from ltsei.config.sweeps import Exceptions, expanded
from ltsei.core.errors import InputError

FOCAL = {"name": "focal", "gamma": 2.0}


def file(sweep, **method):
    """An experiment file with a sweep called grid."""
    grid = {"from": "ce", "stage2": {"mode": "crt"}, "kind": "decoupling", **method, "sweep": sweep}
    return {
        "methods": {"ce": {"stage1": {}}, "grid": grid, "last": {"from": "ce", "stage3": ["tau_norm"]}},
        "experiments": {"main": {"methods": ["ce", "grid", "last"], "seeds": [0]}},
    }


def methods(sweep, exceptions=None, **method):
    made = expanded(file(sweep, **method), exceptions).mapping["methods"]
    return {name: each for name, each in made.items() if name.startswith("grid")}


def refusal(sweep, **changes):
    with pytest.raises(InputError) as error:
        expanded(file(sweep) | changes)
    return str(error.value)


def test_every_combination_is_a_method_named_by_its_values_in_the_order_of_the_axes():
    made = methods({"stage2.loss": ["cross_entropy", FOCAL], "stage2.sampler": ["class_balanced", "square_root"]})
    assert list(made) == [
        "grid.cross_entropy.class_balanced",
        "grid.cross_entropy.square_root",
        "grid.focal.class_balanced",
        "grid.focal.square_root",
    ]
    assert made["grid.focal.square_root"] == {
        "from": "ce",
        "kind": "decoupling",
        "title": "grid, focal, square_root",
        "stage2": {"mode": "crt", "loss": FOCAL, "sampler": "square_root"},
    }


def test_the_methods_of_a_sweep_stand_in_its_place():
    made = expanded(file({"stage2.loss": ["cross_entropy", FOCAL]}))
    names = ["ce", "grid.cross_entropy", "grid.focal", "last"]
    assert list(made.mapping["methods"]) == names
    assert made.mapping["experiments"]["main"] == {"methods": names, "seeds": [0]}
    assert made.methods == {"grid": {"grid.cross_entropy": ("cross_entropy",), "grid.focal": ("focal",)}}


def test_a_block_may_exclude_a_sweep_or_one_of_its_methods():
    mapping = file({"stage2.loss": ["cross_entropy", FOCAL]})
    mapping["experiments"] = {
        "one": {"methods": "all", "exclude": ["grid.focal"]},
        "all": {"methods": "all", "exclude": ["grid"]},
    }
    blocks = expanded(mapping).mapping["experiments"]
    assert blocks["one"] == {"methods": "all", "exclude": ["grid.focal"]}
    assert blocks["all"]["exclude"] == ["grid.cross_entropy", "grid.focal"]


def test_the_given_file_is_left_as_it_is():
    mapping = file({"stage2.loss.gamma": [1, 2]}, stage2={"mode": "crt", "loss": dict(FOCAL)})
    before = copy.deepcopy(mapping)
    expanded(mapping).mapping["methods"]["grid.1"]["stage2"]["loss"]["gamma"] = 7
    assert mapping == before


def test_a_file_without_sweeps_stays_the_same():
    mapping = {"methods": {"ce": {"stage1": {}, "sweep": None}, "odd": 3}, "experiments": None}
    assert expanded(mapping).mapping == mapping


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["cross_entropy", {"name": "focal", "gamma": 1.0}], ["cross_entropy", "focal"]),
        ([{"name": "focal", "gamma": g} for g in (0.5, 2.0)], ["focal_gamma0.5", "focal_gamma2"]),
        (["focal", {"name": "focal", "gamma": 1.0}], ["focal", "focal_gamma1"]),
        ([0.1, 1, 1e-5, 1e6], ["0.1", "1", "1e-05", "1e06"]),
        ([True, False, None], ["true", "false", "none"]),
        ({"small": 0.1, 2: {"a": 1}}, ["small", "2"]),
    ],
)
def test_values_are_labelled_by_name_parameters_or_number_or_as_they_are_written(values, labels):
    assert list(methods({"stage2.loss": values})) == [f"grid.{label}" for label in labels]


def test_a_setting_inside_a_component_is_set_there():
    loss = {"loss": {"name": "focal", "gamma": 3.0}}
    made = methods({"stage2.loss.gamma": [1, 2]}, stage2={"mode": "crt", **loss})
    assert made["grid.2"]["stage2"] == {"mode": "crt", "loss": {"name": "focal", "gamma": 2}}


def test_a_component_that_is_a_name_or_stands_under_defaults_can_be_varied_inside():
    made = methods({"stage2.mode.init": ["stage1"], "stage2.loss.label_smoothing": [0.1]})
    stage2 = made["grid.stage1.0.1"]["stage2"]
    assert stage2 == {"mode": {"name": "crt", "init": "stage1"}, "loss": {"label_smoothing": 0.1}}


def test_settings_that_belong_together_are_one_value_of_the_stage():
    values = {"ldam": {"loss": "ldam", "head": "cosine"}, "plain": {}}
    made = methods({"stage2": values, "stage2.lr": [0.1]})
    assert made["grid.ldam.0.1"]["stage2"] == {"mode": "crt", "loss": "ldam", "head": "cosine", "lr": 0.1}
    assert made["grid.plain.0.1"]["stage2"] == {"mode": "crt", "lr": 0.1}


def test_a_mapping_with_a_name_replaces_a_component_and_one_without_changes_it():
    base = {"stage2": {"mode": "crt", "loss": {"name": "focal", "gamma": 3.0}}}
    made = methods({"stage2.loss": {"whole": {"name": "ldam"}, "part": {"gamma": 1.0}}}, **base)
    assert made["grid.whole"]["stage2"]["loss"] == {"name": "ldam"}
    assert made["grid.part"]["stage2"]["loss"] == {"name": "focal", "gamma": 1.0}


def test_what_combinations_do_alike_is_done_by_one_of_them():
    sweep = {
        "stage1.loss": ["cross_entropy", "focal"],
        "stage2": {"none": None, "crt": {"mode": "crt"}},
        "stage3": {"none": None, "tau": ["tau_norm"]},
    }
    mapping = file(sweep)
    mapping["methods"]["grid"] = {"stage1": {}, "sweep": sweep}
    made = expanded(mapping).mapping["methods"]
    assert made["grid.focal.none.none"]["stage1"] == {"loss": "focal"}
    expected = {
        "grid.focal.none.tau": "none.none",
        "grid.focal.crt.none": "none.none",
        "grid.focal.crt.tau": "crt.none",
    }
    for name, owner in expected.items():
        assert made[name]["from"] == f"grid.focal.{owner}"
        assert "stage1" not in made[name]
    assert made["grid.focal.crt.tau"].get("stage2") is None
    assert made["grid.focal.crt.tau"]["stage3"] == ["tau_norm"]


def test_the_order_of_the_axes_does_not_decide_who_does_the_shared_work():
    sweep = {"stage3": {"tau": ["tau_norm"], "none": None}, "stage1.loss": ["cross_entropy", "focal"]}
    mapping = file(sweep)
    mapping["methods"]["grid"] = {"stage1": {}, "sweep": sweep}
    made = expanded(mapping).mapping["methods"]
    assert made["grid.tau.focal"]["from"] == "grid.none.focal"
    assert made["grid.none.focal"]["stage1"] == {"loss": "focal"}


def test_a_combination_that_is_left_out_is_no_method_and_owns_nothing():
    sweep = {"stage1.loss": ["focal"], "stage3": {"none": None, "tau": ["tau_norm"], "ncm": ["ncm"]}}
    mapping = file(sweep)
    mapping["methods"]["grid"] = {"stage1": {}, "sweep": sweep}
    made = expanded(mapping, Exceptions(left_out={"grid.focal.none": "why"})).mapping
    assert "grid.focal.none" not in made["methods"]
    assert made["methods"]["grid.focal.tau"]["stage1"] == {"loss": "focal"}
    assert made["methods"]["grid.focal.ncm"]["from"] == "grid.focal.tau"
    assert made["experiments"]["main"]["methods"] == ["ce", "grid.focal.tau", "grid.focal.ncm", "last"]


def test_an_alias_keeps_its_title_and_kind_and_nothing_else():
    sweep = {"stage2.loss": ["cross_entropy", FOCAL]}
    exceptions = Exceptions(aliases={"grid.cross_entropy": "crt"})
    made = methods(sweep, exceptions, title="cRT", allow=["double_balancing"])
    assert made["grid.cross_entropy"] == {"from": "crt", "kind": "decoupling", "title": "cRT, cross_entropy"}
    assert made["grid.focal"]["stage2"]["loss"] == FOCAL


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        ("stage2.loss", "methods.grid.sweep: got 'stage2.loss', expected settings with their values, as in"),
        ({}, "methods.grid.sweep: nothing varies"),
        ({"invalid": "leave_out"}, "methods.grid.sweep: nothing varies"),
        ({"invalid": "skip", "stage2.lr": [1]}, "methods.grid.sweep.invalid: got 'skip', expected refuse or leave_out"),
        ({"stge2.lr": [1]}, "methods.grid.sweep.stge2.lr: unknown stage 'stge2' (did you mean 'stage2'?)"),
        ({"stage2.lr": []}, "methods.grid.sweep.stage2.lr: got [], expected a list of values, or a mapping"),
        ({"stage2.lr": 0.1}, "methods.grid.sweep.stage2.lr: got 0.1, expected a list of values, or a mapping"),
        ({"stage2.lr": [0.1, 0.1]}, "methods.grid.sweep.stage2.lr: two values are called '0.1'; write a mapping"),
        ({"stage3": [["tau_norm"]]}, "methods.grid.sweep.stage3: no label for ['tau_norm']; write a mapping from"),
        ({"stage2.loss": {"a b": "focal"}}, "methods.grid.sweep.stage2.loss: got the label 'a b'; labels have"),
        (
            {"stage2.epochs": [5], "stage2.epochs.x": [1]},
            "sweep.stage2.epochs.x: stage2.epochs is 5 here, which has no",
        ),
        ({"stage2.lr": list(range(MOST + 1))}, f"methods.grid.sweep: {MOST + 1} combinations, expected at most {MOST}"),
    ],
)
def test_a_sweep_that_cannot_be_expanded_says_why(sweep, expected):
    assert expected in refusal(sweep)


def test_all_mistakes_of_all_sweeps_come_at_once():
    mapping = file({"stge2.lr": [1], "stage2.lr": 3})
    mapping["methods"]["other"] = {"sweep": {"stage2.lr": []}}
    mapping["baseline"] = "grid"
    with pytest.raises(InputError) as error:
        expanded(mapping)
    starts = [line.split(":")[0] for line in str(error.value).splitlines()]
    assert starts == [
        "baseline",
        "methods.grid.sweep.stge2.lr",
        "methods.grid.sweep.stage2.lr",
        "methods.other.sweep.stage2.lr",
    ]


def test_a_sweep_is_named_where_one_method_is_meant():
    mapping = file({"stage2.lr": [1]})
    mapping["methods"]["last"]["from"] = "grid"
    with pytest.raises(InputError, match=r"methods.last.from: got grid, which is a sweep; name one of its methods"):
        expanded(mapping)


def test_a_method_with_the_name_of_a_combination_is_refused():
    mapping = file({"stage2.lr": [1, 2]})
    mapping["methods"]["grid.2"] = {"stage1": {}}
    with pytest.raises(InputError, match=r"^methods.grid.2: defined by a sweep, too; rename one$"):
        expanded(mapping)
