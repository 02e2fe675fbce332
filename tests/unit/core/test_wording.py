"""What an annotation allows, in words for messages and tables."""

import ast
from typing import Annotated, Literal

import pytest
from annotated_types import Ge

from ltsei.config.optimization import EarlyStopping, Optimizer
from ltsei.config.values import Name
from ltsei.core.annotations import parse
from ltsei.core.wording import in_words, mismatch


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ("float", "a number"),
        ("Annotated[float, Ge(0)]", "a number >= 0"),
        ("Annotated[float, Gt(0)] | None", "a number > 0 or null"),
        ("Annotated[float, Ge(0), Lt(1)]", "a number in [0, 1)"),
        ("Annotated[float, Gt(-4), Le(0.5)]", "a number in (-4, 0.5]"),
        ("Annotated[int, Le(4294967295)]", "a whole number <= 4294967295"),
        ("Annotated[int, Lt(3)]", "a whole number < 3"),
        ("bool", "true or false"),
        ("str | None", "text or null"),
        ("Literal['a', 'b']", "one of a, b"),
        ("Literal['a'] | None", "a or null"),
        ("list[Literal['a', 'b']]", "a list of any of a, b"),
        ("list[list[Annotated[float, Ge(0)]]]", "a list of lists of numbers >= 0"),
        ("Annotated[list[float], MinLen(3), MaxLen(3)]", "a list of 3 numbers"),
        ("Annotated[list[int], MinLen(1), MaxLen(3)]", "a list of 1 to 3 whole numbers"),
        ("Annotated[list[str], MinLen(2)]", "a list of 2 or more texts"),
        ("Annotated[Spec | None, 'losses']", "a component of losses or null"),
        ("Annotated[list[Spec], MinLen(1), 'losses']", "a list of 1 or more components of losses"),
    ],
)
def test_an_annotation_of_a_signature_is_put_into_words(annotation, words):
    assert in_words(parse(ast.parse(annotation, mode="eval").body)) == words


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Optimizer, "one of sgd, adam, adamw"),
        (EarlyStopping | None, "a mapping of patience, monitor or null"),
        (list[Name], "a list of names (letters, digits, dots, hyphens, underscores)"),
        (dict[str, int], "a mapping"),
    ],
)
def test_an_annotation_of_a_setting_is_put_into_words(annotation, words):
    assert in_words(annotation) == words


def test_choices_and_families_can_be_quoted():
    assert in_words(Literal["a", "b"], quote="<{}>".format) == "one of <a>, <b>"
    assert in_words(Annotated[str, "losses"], quote="<{}>".format) == "a component of <losses>"


@pytest.mark.parametrize(
    ("annotation", "value", "clause"),
    [
        (Annotated[float, Ge(0)], -1, "got -1, expected a number >= 0"),
        (
            float,
            "1e-3",
            "got '1e-3', expected a number (YAML 1.1 reads 1e-3 as text: write a decimal point, as in 1.0e-1)",
        ),
        (float, float("inf"), "got inf, expected a number; it must be finite"),
        (list[int], 3, "got 3, expected a list of whole numbers: write [3]"),
        (Literal["hann", "none"], "han", "got 'han', expected one of hann, none (did you mean 'hann'?)"),
        (Literal[True] | None, False, "got False, expected true or null"),
    ],
)
def test_a_mismatch_says_what_was_given_what_is_allowed_and_how_to_fix_it(annotation, value, clause):
    assert mismatch(annotation, value) == clause
