"""What trials vary: declared ranges, changes by the experiment file, and settings with other values."""

import pytest

from ltsei.config.search_space import numbers, search_space, with_values
from ltsei.config.stages import Stage1, Stage3
from ltsei.config.tuning import Range
from ltsei.core.errors import InputError


def stage1(**changes):
    values = {"backbone": "convnet_adsb", "head": "linear", "loss": "cross_entropy", "sampler": "instance_balanced"}
    return Stage1(**{**values, "epochs": 20, "batch_size": 64, "lr": 0.05, "weight_decay": 5e-4, **changes})


def space(changes=None, **settings):
    return {each.name: each for each in search_space({"stage1": stage1(**settings)}, changes)}


def test_recipe_parameters_vary_around_the_recipe_and_components_as_they_declare():
    found = space(loss={"name": "focal", "gamma": 3.0})
    assert (found["stage1.lr"].low, found["stage1.lr"].high) == (pytest.approx(0.005), pytest.approx(0.5))
    assert (found["stage1.epochs"].low, found["stage1.epochs"].high, found["stage1.epochs"].whole) == (10, 40, True)
    assert found["stage1.weight_decay"].logarithmic
    assert (found["stage1.loss.gamma"].low, found["stage1.loss.gamma"].default) == (0.5, 3.0)


def test_shared_parameters_have_the_same_column_in_every_method():
    plain, other = space(), space(loss="focal", class_weights="effective_number")
    shared = [name for name in plain if name.count(".") == 1]
    assert shared == ["stage1.epochs", "stage1.batch_size", "stage1.lr", "stage1.weight_decay"]
    assert [plain[name].column for name in shared] == [other[name].column for name in shared]
    columns = [each.column for each in other.values()]
    assert len(set(columns)) == len(columns)


def test_nested_components_and_steps_have_parameters_too():
    deferred = {"name": "effective_number", "schedule": "deferred"}
    assert "stage1.class_weights.schedule.start" in space(class_weights=deferred)
    steps = Stage3(steps=[{"name": "logit_adjustment", "tau": 1.0}, {"name": "tau_norm", "tau": None}])
    assert [each.name for each in search_space({"stage3": steps})] == ["stage3.steps[0].tau"]


def test_the_file_changes_adds_and_removes_ranges():
    changes = {"lr": Range(low=0.01, high=0.1, scale="log"), "stage1.epochs": None, "momentum": None}
    found = space({**changes, "stage1.merge_last_below": Range(low=0.0, high=0.5)})
    assert (found["stage1.lr"].low, found["stage1.lr"].high) == (0.01, 0.1)
    assert "stage1.epochs" not in found
    assert found["stage1.merge_last_below"].high == 0.5


def test_a_multiple_of_zero_is_refused():
    factor = {"weight_decay": Range(low=0.1, high=10, scale="factor")}
    with pytest.raises(InputError, match=r"stage1.weight_decay: its range multiplies the recipe's value, which is 0"):
        space(factor, weight_decay=0.0)


def test_values_replace_those_of_the_recipe():
    settings = {"stage1": stage1(loss="focal"), "stage3": Stage3(steps=["logit_adjustment"])}
    changed = with_values(settings, {"stage1.lr": 0.2, "stage1.loss.gamma": 1.5, "stage3.steps[0].tau": 0.3})
    assert (changed["stage1"].lr, changed["stage1"].loss["gamma"]) == (0.2, 1.5)
    assert changed["stage3"].steps[0]["tau"] == 0.3
    assert with_values(settings, {}) == settings
    assert with_values({"stage1": settings["stage1"]}, {"stage3.steps[0].tau": 0.3}) == {"stage1": settings["stage1"]}


def test_a_value_out_of_its_range_is_refused():
    with pytest.raises(ValueError, match="lr"):
        with_values({"stage1": stage1()}, {"stage1.lr": -1.0})


def test_every_number_has_a_name():
    names = numbers({"stage1": stage1()})
    assert {"stage1.lr", "stage1.threads", "stage1.backbone.dropout"} <= set(names)
    assert not {"stage1.decay_norm_and_bias", "stage1.precision", "stage1.backbone"} & set(names)


def test_the_optimizer_and_augmentations_have_parameters_too():
    sharp = space(update="sam", augmentations=["phase_rotation"])
    assert sharp["stage1.update.rho"].logarithmic
    assert (sharp["stage1.augmentations[0].p"].low, sharp["stage1.augmentations[0].p"].high) == (0, 1)
    assert "stage1.update.rho" not in space()
    found = space({"momentum": Range(low=0.5, high=0.95)})
    assert found["stage1.optimizer.momentum"].default == 0.9
    settings = {"stage1": stage1(augmentations=["phase_rotation"])}
    changed = with_values(settings, {"stage1.optimizer.momentum": 0.8, "stage1.augmentations[0].p": 0.25})["stage1"]
    assert (changed.optimizer.momentum, changed.augmentations[0]["p"]) == (0.8, 0.25)
