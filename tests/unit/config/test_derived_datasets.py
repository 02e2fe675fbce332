"""Data sets declared on the prepared signals of another."""

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix


def datasets(experiments, **derived):
    """Return the parsed data sets, `derived` among them."""
    experiments["datasets"] |= derived
    return load_matrix(experiments, SCRIPTS).config.datasets


def test_what_is_not_written_is_that_of_the_origin(experiments):
    experiments["datasets"]["small"] |= {"length": 900, "normalize": "channel", "groups": {"many_above": 50}}
    parsed = datasets(experiments, other={"from": "small"})
    assert parsed["other"] == parsed["small"].model_copy(update={"from_": "small"})


def test_the_split_is_inherited_key_by_key_and_validation_as_a_whole(experiments):
    split = {"class_order": "random", "validation": {"fraction": 0.2}}
    parsed = datasets(experiments, other={"from": "small", "split": split})
    assert parsed["other"].split.n_max == parsed["small"].split.n_max == 24
    assert parsed["other"].split.class_order == "random"
    assert parsed["other"].split.validation.model_dump(exclude_none=True) == {
        "protocol": "long_tailed",
        "fraction": 0.2,
    }


def test_null_and_a_default_that_are_written_replace_those_of_the_origin(experiments):
    split = {"n_max": None, "validation": "none"}
    parsed = datasets(experiments, other={"from": "small", "normalize": "rms", "split": split})
    assert parsed["other"].split.n_max is parsed["other"].split.validation is None


def test_a_chain_inherits_from_the_nearest_that_writes_a_key(experiments):
    derived = {"last": {"from": "middle"}, "middle": {"from": "small", "split": {"n_max": 10}}}
    parsed = datasets(experiments, **derived)
    assert (parsed["last"].split.n_max, parsed["last"].source) == (10, parsed["small"].source)


def test_settings_of_stages_are_laid_over_those_of_the_origin(experiments):
    experiments["datasets"] |= {"other": {"from": "small", "defaults": {"stage1": {"lr": 0.2}}}}
    experiments["datasets"]["small"]["defaults"] = {"stage1": {"lr": 0.3, "epochs": 5}, "stage2": {"epochs": 4}}
    matrix = load_matrix(experiments, SCRIPTS)
    stage1, stage2 = matrix.recipe("stage1", "other", "ce").settings, matrix.recipe("stage2", "other", "crt").settings
    assert (stage1.lr, stage1.epochs, stage2.epochs) == (0.2, 5, 4)


def test_a_mistake_in_an_inherited_setting_is_named_where_it_is_written(experiments):
    experiments["datasets"]["small"]["defaults"] = {"stage1": {"lr": -1.0}}
    with pytest.raises(InputError) as error:
        datasets(experiments, other={"from": "small"})
    assert str(error.value).count("lr: got -1.0") == 1
    assert str(error.value).startswith("datasets.small.defaults.stage1.lr: got -1.0")


def test_data_sets_that_are_derived_from_each_other_are_refused(experiments):
    with pytest.raises(InputError) as error:
        datasets(experiments, a={"from": "b"}, b={"from": "a"}, c={"from": "a"})
    assert str(error.value).splitlines() == [
        "datasets.a.from: leads back to itself: a -> b -> a; one of them needs a source of its own",
        "datasets.b.from: leads back to itself: b -> a -> b; one of them needs a source of its own",
    ]


def test_a_mask_is_for_signals_that_are_not_yet_prepared(experiments):
    with pytest.raises(InputError, match=r"datasets\.other\.mask: got \['pi'\] beside `from: small`"):
        datasets(experiments, other={"from": "small", "mask": ["pi"]})


def test_unlabelled_signals_are_not_left_unmasked_without_a_word(experiments):
    unlabelled = {"name": "synthetic_adsb", "per_class": 2}
    with pytest.raises(InputError, match=r"datasets\.other\.mask: would not be applied to the `unlabelled` signals"):
        datasets(experiments, other=experiments["datasets"]["small"] | {"mask": ["pi"], "unlabelled": unlabelled})


def test_a_mask_belongs_to_the_recipe_of_prepared_signals_and_no_mask_leaves_it_as_it_is(experiments):
    experiments["datasets"]["masked"] = experiments["datasets"]["small"] | {"mask": ["pi"]}
    matrix = load_matrix(experiments, SCRIPTS)
    settings = {name: matrix.recipe("prepare", name).settings.model_dump() for name in ("small", "masked")}
    assert set(settings["small"]) == {"source", "length"}
    assert settings["masked"] == settings["small"] | {"mask": ["pi"]}
