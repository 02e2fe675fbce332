"""What counts of a source file is computed once for all processes, from its text alone."""

import ast

import platformdirs
import pytest
from unit.config._caches import clear_caches

from ltsei.config import source_code

TEXT = "import ltsei.core\n\nX = 1  # a comment\n"


@pytest.fixture
def parsed(tmp_path, monkeypatch):
    """Yields the texts that were parsed; the cache is empty at first."""
    texts, parse = [], ast.parse
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: tmp_path / "cache")
    monkeypatch.setattr(source_code.ast, "parse", lambda text: texts.append(text) or parse(text))
    clear_caches()
    yield texts
    clear_caches()


def in_a_new_process(text):
    clear_caches()
    code = source_code.counted(text)
    source_code.remember()
    return code


def test_a_text_is_parsed_once_for_all_processes(parsed):
    first, second = in_a_new_process(TEXT), in_a_new_process(TEXT)
    assert parsed == [TEXT]
    assert first == second
    assert first.imports == {"ltsei.core"}


def test_any_other_text_is_parsed_even_if_the_same_counts(parsed):
    other = TEXT.replace("a comment", "another")
    assert in_a_new_process(TEXT) == in_a_new_process(other)
    assert in_a_new_process(TEXT.replace("1", "2")).digest != in_a_new_process(TEXT).digest
    assert parsed == [TEXT, other, TEXT.replace("1", "2")]


def test_only_the_latest_texts_are_kept(parsed, monkeypatch):
    monkeypatch.setattr(source_code, "MOST_TEXTS", 2)
    for text in ("A = 1", "A = 2", "A = 3", "A = 3", "A = 2", "A = 1"):
        in_a_new_process(text)
    assert parsed == ["A = 1", "A = 2", "A = 3", "A = 1"]


def test_a_change_of_this_module_or_of_python_parses_anew(parsed, monkeypatch):
    in_a_new_process(TEXT)
    monkeypatch.setattr(source_code.sys, "version", "4.0")
    in_a_new_process(TEXT)
    assert parsed == [TEXT, TEXT]
