"""A recipe names all its components, and its fingerprint follows their code."""

import datetime

import pytest
from conftest import SCRIPTS
from unit.config._caches import clear_caches

from ltsei.config.recipe import Preparation, Recipe, component_names
from ltsei.config.recipe_components import component_specs
from ltsei.config.stages import Stage1, Stage3
from ltsei.core.parsing import Frozen


def stage1(**changes):
    values = {"backbone": "resnet1d", "head": "linear", "loss": "cross_entropy", "sampler": "instance_balanced"}
    training = {"epochs": 2, "batch_size": 8, "lr": 0.1, "weight_decay": 0.0}
    return Stage1(**values | training | changes)


NESTED = {
    "backbone": {"name": "frequency_expert", "backbone": {"name": "frequency_expert", "backbone": "dilated_tcn"}},
    "class_weights": {"name": "uniform", "schedule": "deferred"},
}


def test_components_inside_components_are_named():
    names = list(component_names(stage1(**NESTED)))
    assert [name for family, name in names if family == "backbones"] == [
        *("frequency_expert", "frequency_expert", "dilated_tcn")
    ]
    assert ("class_weights/schedules", "deferred") in names
    assert {("losses", "cross_entropy"), ("samplers", "instance_balanced"), ("heads", "linear")} <= set(names)


def test_every_component_of_a_list_is_named():
    settings = stage1(augmentations=["phase_rotation", "time_shift"])
    assert [name for family, name in component_names(settings) if family == "augmentations"] == [
        *("phase_rotation", "time_shift")
    ]
    assert [(family, spec["name"]) for family, spec in component_specs(Stage3(steps=["ncm", "tau_norm"]))] == [
        *(("stage3_steps", "ncm"), ("stage3_steps", "tau_norm"))
    ]


def test_settings_without_components_name_none():
    assert list(component_specs(stage1(augmentations=[]))) == list(component_specs(stage1()))
    assert "augmentations" not in dict(component_specs(stage1()))


@pytest.mark.parametrize(
    "path",
    [
        "components/backbones/frequency_expert.py",
        "components/backbones/dilated_tcn.py",
        "components/class_weights/schedules/deferred.py",
        "components/losses/cross_entropy.py",
        "components/augmentations/time_shift.py",
    ],
)
def test_the_code_of_a_component_counts_wherever_the_settings_name_it(package, path):
    settings = stage1(**NESTED, augmentations=["phase_rotation", "time_shift"])
    recipe = Recipe.of("stage1", settings, SCRIPTS)
    edited = package / path
    edited.write_text(edited.read_text() + "\nX = 1\n")
    clear_caches()
    assert Recipe.of("stage1", settings, SCRIPTS).fingerprint != recipe.fingerprint
    assert recipe.current_fingerprint() == Recipe.of("stage1", settings, SCRIPTS).fingerprint
    assert Recipe.of("stage1", stage1(), SCRIPTS).fingerprint not in {recipe.fingerprint, recipe.current_fingerprint()}


def test_the_code_of_a_component_that_the_settings_do_not_name_does_not_count(package):
    recipe = Recipe.of("stage1", stage1(**NESTED), SCRIPTS)
    edited = package / "components" / "backbones" / "convnet_adsb.py"
    edited.write_text(edited.read_text() + "\nX = 1\n")
    clear_caches()
    assert recipe.current_fingerprint() == recipe.fingerprint


def test_the_current_fingerprint_is_that_of_the_script_as_it_is_now(tmp_path):
    script = tmp_path / "prepare.py"
    script.write_text("first = 1\n")
    recipe = Recipe.of("prepare", Preparation(source={}), tmp_path)
    assert recipe.script == script
    assert recipe.current_fingerprint() == recipe.fingerprint
    clear_caches()
    script.write_text("second = 1\n")
    assert recipe.current_fingerprint() != recipe.fingerprint


@pytest.mark.parametrize(
    ("key", "value"),
    [("lr", 0.2), ("epochs", 3), ("sampler", "class_balanced"), ("optimizer", "adamw"), ("merge_last_below", 0.5)],
)
def test_every_setting_counts(key, value):
    assert getattr(stage1(), key) != getattr(stage1(**{key: value}), key)
    recipes = [Recipe.of("stage1", settings, SCRIPTS) for settings in (stage1(), stage1(**{key: value}))]
    assert recipes[0].fingerprint != recipes[1].fingerprint


class Recording(Frozen):
    """Settings that are no JSON as they stand."""

    day: datetime.date


def test_a_date_in_yaml_has_a_fingerprint(tmp_path):
    (tmp_path / "prepare.py").write_text("")
    days = [Recording(day=datetime.date(2026, 1, day)) for day in (1, 1, 2)]
    first, same, other = (Recipe.of("prepare", settings, tmp_path).fingerprint for settings in days)
    assert first == same != other
