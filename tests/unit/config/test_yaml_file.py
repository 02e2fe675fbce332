"""A file that is no YAML, or has a key twice, is named with file and line and what to write instead."""

import pytest

from ltsei.config import yaml_file
from ltsei.core.errors import InputError


@pytest.fixture
def refusal(tmp_path, monkeypatch):
    """A function text -> the message with which a file of that text is refused."""
    monkeypatch.chdir(tmp_path)

    def read(text, name="a.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as error:
            yaml_file.read(name)
        return str(error.value)

    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yaml, lines 1 and 3: the key 'a' appears twice in one mapping; keep one"),
        ("m:\n  ce: {lr: 1, lr: 2}\n", "a.yaml, line 2: the key 'lr' appears twice in one mapping; keep one"),
        ("l:\n- x: 1\n  x: 2\n", "a.yaml, lines 2 and 3: the key 'x' appears twice in one mapping; keep one"),
        ("a: 1\n\tb: 2\n", "a.yaml, line 2: indented by a tab; YAML is indented by spaces"),
        ("a:\n\u3000\u3000b: 2\n c: 1\n", "a.yaml, line 2: indented by the character U+3000"),
        ("a： 1\nb: 2\n", "a.yaml, line 1: a full-width colon (：) after a key; write `: `"),
        ("m:\n  ce：\n    lr: 2\n", "a.yaml, line 2: a full-width colon (：) after a key"),
        ("m: {lr：0.1}\n", "a.yaml, line 1: 'lr：0.1' has a full-width colon (：); write `: `"),
        ("a：1\n", "write `: ` for the full-width colon (：)"),
        ("a: [1\n", "a.yaml, line 1: not YAML: "),
        ("", "a.yaml: got nothing, expected keys with values"),
        ("# a comment\n", "a.yaml: got nothing, expected keys with values"),
        ("- a\n", "a.yaml: got list"),
        ("a: 1\n__use_yte__: true\n", "a.yaml, line 2: __use_yte__ would run Python code in this file; remove it"),
        ('"\\x5f_use_yte__": true\n', "a.yaml, line 1: __use_yte__ would run Python code"),
        ("{__use_yte__: true, b: 1}", "a.yaml, line 1: __use_yte__ would run Python code"),
        ("a: &a {__use_yte__: true}\n<<: *a\n", "a.yaml, line 1: __use_yte__ would run Python code"),
        ("a: !!python/object/apply:os.system [touch X]\n", "a.yaml, line 1: not YAML: could not determine a constr"),
        ("a: !!python/name:os.system\n", "a.yaml, line 1: not YAML: could not determine a constructor for the tag"),
    ],
)
def test_a_mistake_of_form_is_named_with_file_and_line(refusal, text, expected):
    assert expected in refusal(text)


def test_all_keys_that_stand_twice_are_named_at_once(refusal):
    assert len(refusal("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n").splitlines()) == 2


def test_a_key_that_stands_twice_in_json_is_refused(refusal):
    assert "a.json: the key 'a' appears twice" in refusal('{"a": {"b": 1}, "a": 2}', "a.json")


def test_json_may_be_indented_by_tabs_and_has_numbers_with_an_exponent(tmp_path):
    (tmp_path / "a.json").write_text('{\n\t"lr": 1e-3\n}')
    assert yaml_file.read(tmp_path / "a.json") == {"lr": 1e-3}


def test_the_same_key_in_different_mappings_and_aliases_is_fine():
    text = "a: &x {lr: 1, epochs: 2}\nb: *x\nc: {<<: *x, lr: 3}\nd: [{lr: 1}, {lr: 1}]\n"
    assert yaml_file.parse(text, "")["c"] == {"lr": 3, "epochs": 2}


def test_a_full_width_colon_in_a_text_is_fine():
    assert yaml_file.parse("title: 比较：标题\n'键：': 1\n", "") == {"title": "比较：标题", "键：": 1}


def test_a_folder_and_a_file_that_is_no_text_are_refused_with_their_path(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\xff")
    for path, reason in ((tmp_path, "cannot be read: Is a directory"), (tmp_path / "a.npy", "not a text file")):
        with pytest.raises(InputError, match=reason):
            yaml_file.read(path)
