"""Components are found by listing, and their signatures are the schema."""

import ast

import pytest

from ltsei.core import annotations, registry
from ltsei.core.errors import InputError
from ltsei.core.parsing import check


def test_members_are_files_without_underscore():
    assert "focal" in registry.names("losses")
    assert not any(name.startswith("_") for family in registry.FAMILIES for name in registry.names(family))


@pytest.mark.parametrize("family", registry.FAMILIES)
def test_every_family_has_a_member_and_every_member_a_readable_signature(family):
    assert registry.names(family)
    for name in registry.names(family):
        assert all(isinstance(value, registry.Parameter) for value in registry.parameters(family, name).values())


def test_a_resolved_component_holds_every_parameter_and_nested_components():
    resolved = registry.resolve("class_weights", {"name": "effective_number", "schedule": "deferred"}, where="w")
    assert resolved["schedule"]["name"] == "deferred"
    assert set(resolved) == {"name", *registry.parameters("class_weights", "effective_number")}
    assert ("class_weights/schedules", "deferred") in set(registry.nested_names("class_weights", resolved))


def test_resolving_twice_changes_nothing():
    once = registry.resolve("losses", {"name": "focal", "gamma": 1.5}, where="w")
    assert registry.resolve("losses", once, where="w") == once


def fits_annotation(annotation, value):
    try:
        check(annotations.parse(ast.parse(annotation, mode="eval").body), value, "here")
    except InputError:
        return False
    return True


@pytest.mark.parametrize(
    ("annotation", "value", "fits"),
    [
        ("float", 1, True),
        ("float", True, False),
        ("int", 1.5, False),
        ("bool", False, True),
        ("float | None", None, True),
        ("float", None, False),
        ("Literal['a', 'b']", "b", True),
        ("Literal['a', 'b']", "c", False),
        ("list[float]", [1, 2.5], True),
        ("list[float]", [1, "2"], False),
        ("Annotated[float, Ge(0), Lt(1)]", 0, True),
        ("Annotated[float, Ge(0), Lt(1)]", 1.0, False),
        ("Annotated[float, Gt(-4)] | None", None, True),
        ("float", float("nan"), False),
        ("Annotated[list[float], MinLen(2)]", [1.0], False),
    ],
)
def test_values_are_checked_against_plain_annotations(annotation, value, fits):
    assert fits_annotation(annotation, value) is fits


@pytest.mark.parametrize(
    ("family", "spec", "sentence"),
    [
        ("losses", ["focal"], r"w: got \['focal'\], expected the name of a component"),
        ("losses", {"gamma": 2.0}, "^w: got a mapping without `name`, expected one of .*, focal, "),
        (
            "losses",
            {"name": "combined", "losses": "focal", "weights": [1.0]},
            r"w.losses: got 'focal', .*write \[focal\]",
        ),
        ("losses", {"name": "combined", "losses": [3], "weights": [1.0]}, r"w.losses\[0\]: got 3, expected the name"),
        ("class_weights", {"name": "uniform", "schedule": ["constant"]}, "w.schedule: .* expected a component of"),
    ],
)
def test_one_component_and_a_list_of_them_are_told_apart(family, spec, sentence):
    with pytest.raises(InputError, match=sentence):
        registry.resolve(family, spec, where="w")


def test_all_mistakes_in_a_component_and_those_inside_it_are_reported_at_once():
    spec = {
        "name": "combined",
        "losses": [{"name": "focal", "gama": 1}, {"name": "focal", "gamma": -2}, {"name": "ldam", "power": True}],
        "weights": [1, -1],
    }
    with pytest.raises(InputError) as error:
        registry.resolve("losses", spec, where="loss")
    assert str(error.value).splitlines() == [
        "loss.losses[0].gama: unknown parameter of focal 'gama' (did you mean 'gamma'?), allowed: gamma",
        "loss.losses[1].gamma: got -2, expected a number >= 0",
        "loss.losses[2].power: got True, expected a number in [0, 4]",
        "loss.weights: got [1, -1], expected a list of numbers >= 0",
    ]


def test_a_whole_number_becomes_a_float_where_a_float_is_expected():
    gamma = registry.resolve("losses", {"name": "focal", "gamma": 2}, where="w")["gamma"]
    assert (gamma, type(gamma)) == (2.0, float)


def test_a_misspelt_word_is_refused_with_the_nearest_one():
    with pytest.raises(InputError, match=r"here.init: got 'stage', expected one of random, stage1 \(did you mean"):
        registry.resolve("stage2_modes", {"name": "crt", "init": "stage"}, where="here")


def test_a_missing_parameter_is_named():
    with pytest.raises(InputError, match=r"here\.train: missing"):
        registry.resolve("sources", "files", where="here")
