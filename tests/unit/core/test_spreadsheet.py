"""What a spreadsheet would run is marked as text, numbers stay numbers, and reading restores every text."""

import pytest

from ltsei.core.spreadsheet import inert, restored

FORMULAS = ("=1+1", "+SUM(A1)", "-1+1", "@A1", "\t=1", "\r=1", "-", "-x", "- 1", "-inf", "-1\n")
OTHERS = (-0.5, 1, None, True, "-0.5", "+1e-3", "-1", "name", "a=b", "", " =1", "τ-norm", "'quoted'", "1-2")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_is_marked(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("value", OTHERS)
def test_numbers_and_other_texts_stay_as_they_are(value):
    assert inert(value) is value


@pytest.mark.parametrize("text", [*FORMULAS, *(other for other in OTHERS if isinstance(other, str)), "'=1", "''-x"])
def test_reading_restores_every_text(text):
    assert restored(str(inert(text))) == text
