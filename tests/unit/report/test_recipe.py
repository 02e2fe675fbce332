"""The note of a report, its blocks and their controls."""

import pytest
from conftest import SCRIPTS

from ltsei.pipeline.load import load_matrix
from ltsei.report import recipe


def note(experiments, split, **source):
    experiments["datasets"]["small"]["split"] = split
    experiments["datasets"]["small"]["source"] |= source
    experiments["experiments"]["main"]["methods"] = ["ce"]
    return recipe.recipe(load_matrix(experiments, SCRIPTS), None).settings.note


@pytest.mark.parametrize(
    ("validation", "expected"),
    [
        ("none", "no validation data"),
        (
            {"protocol": "balanced", "per_class": 4},
            "validation: 4 signals of each class from outside the long-tailed set (oracle",
        ),
        ({"fraction": 0.2}, "validation: 20 % of each class out of the long-tailed set, used"),
    ],
)
def test_the_note_says_how_validation_was_made(experiments, validation, expected):
    assert expected in note(experiments, {"validation": validation, "n_max": 20})


def test_the_note_says_that_the_source_gives_validation_data(experiments, tmp_path):
    paths = {name: str(tmp_path / f"{name}.mat") for name in ("train", "test", "val")}
    for name in paths:
        (tmp_path / f"{name}.mat").touch()
    experiments["datasets"]["small"]["source"] = {"name": "files"}
    assert "validation: the signals that the source provides" in note(experiments, {"validation": "given"}, **paths)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"select": "last"}, "weights of the last epoch;"),
        ({"select": "best"}, "weights of the epoch with the best validation balanced accuracy;"),
        ({"select": "best", "select_by": "val_loss"}, "weights of the epoch with the best validation loss;"),
    ],
)
def test_the_note_says_by_what_the_weights_were_chosen(experiments, choice, expected):
    experiments["defaults"]["stage1"] |= choice
    assert expected in note(experiments, {"validation": {"fraction": 0.2}, "n_max": 20})


def controls(config, **changes):
    matrix = load_matrix(config | changes, SCRIPTS)
    return [(block["name"], block["control"]) for block in recipe.recipe(matrix, None).settings.blocks]


def test_the_control_of_a_block_is_the_baseline_or_else_its_first_method(experiments):
    main = experiments["experiments"]["main"]
    blocks = {"main": main, "heads": main | {"methods": ["crt", "tau_norm"]}}
    chosen = {"baseline": "focal", "experiments": blocks, "run": ["main", "heads"]}
    assert controls(experiments, **chosen) == [("", "focal"), ("main", "focal"), ("heads", "crt")]
    assert controls(experiments) == [("", "ce"), ("main", "ce")]


def test_the_report_of_a_block_contains_only_that_block(experiments):
    (block,) = recipe.recipe(load_matrix(experiments, SCRIPTS), "main").settings.blocks
    assert block == {"name": "main", "title": "main", "control": "ce"}
