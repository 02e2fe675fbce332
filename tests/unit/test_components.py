"""Components are found by listing, and their signatures are the schema."""

import ast
import subprocess
import sys

import pytest

from ltsei import components
from ltsei.errors import InputError


def test_members_are_files_without_underscore():
    assert "focal" in components.names("losses")
    assert not any(name.startswith("_") for family in components.FAMILIES for name in components.names(family))


@pytest.mark.parametrize("family", components.FAMILIES)
def test_every_family_has_a_member_and_every_member_a_readable_signature(family):
    assert components.names(family)
    for name in components.names(family):
        assert all(isinstance(value, components.Parameter) for value in components.parameters(family, name).values())


def test_a_resolved_component_holds_every_parameter_and_nested_components():
    resolved = components.resolve("class_weights", {"name": "effective_number", "schedule": "deferred"}, where="w")
    assert resolved["schedule"]["name"] == "deferred"
    assert set(resolved) == {"name", *components.parameters("class_weights", "effective_number")}
    assert ("class_weights/schedules", "deferred") in set(components.nested("class_weights", resolved))


def test_resolving_twice_changes_nothing():
    once = components.resolve("losses", {"name": "focal", "gamma": 1.5}, where="w")
    assert components.resolve("losses", once, where="w") == once


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
        ("Whatever", object(), True),
    ],
)
def test_values_are_checked_against_plain_annotations(annotation, value, fits):
    assert components._fits(ast.parse(annotation, mode="eval").body, value) is fits


@pytest.mark.parametrize(
    ("family", "spec", "sentence"),
    [
        ("losses", ["focal"], r"w: got \['focal'\], expected the name of a component"),
        ("losses", {"name": "combined", "losses": "focal", "weights": [1.0]}, "w.losses: got 'focal', expected a list"),
        ("losses", {"name": "combined", "losses": [3], "weights": [1.0]}, r"w.losses\[0\]: got 3, expected the name"),
        ("class_weights", {"name": "uniform", "schedule": ["constant"]}, "w.schedule: .* expected one of"),
    ],
)
def test_one_component_and_a_list_of_them_are_told_apart(family, spec, sentence):
    with pytest.raises(InputError, match=sentence):
        components.resolve(family, spec, where="w")


def test_a_missing_parameter_is_named():
    with pytest.raises(InputError, match=r"here\.train: missing"):
        components.resolve("datasets", "files", where="here")


@pytest.mark.parametrize(
    "module", ["config", "gate", "matrix", "sources", "report", "metrics", "longtail", "signals", "verification"]
)
def test_what_every_job_parses_does_not_import_torch(module):
    code = f"import sys, ltsei.{module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
