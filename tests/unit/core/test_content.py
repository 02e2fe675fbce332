"""Content hashes notice every change of a file, and of the record that holds them."""

import hashlib

import pytest

from ltsei.core import content, files
from ltsei.core.content import DamagedError, problem, read_record, sealed


@pytest.fixture
def recorded(tmp_path):
    """A file of 10 bytes, and its hash and size."""
    (tmp_path / "a.txt").write_bytes(b"0123456789")
    return content.contents(tmp_path, ["a.txt"])["a.txt"]


def test_a_file_as_it_was_written_has_no_problem(tmp_path, recorded):
    assert problem(tmp_path / "a.txt", recorded) is None
    assert problem(tmp_path / "a.txt") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "empty"),
        (b"012345", "truncated: 6 bytes instead of 10"),
        (b"0123456789a", "too long: 11 bytes instead of 10"),
        (b"0123456788", "content differs from what was recorded when it was made"),
    ],
)
def test_every_change_of_a_file_is_a_problem(tmp_path, recorded, text, expected):
    (tmp_path / "a.txt").write_bytes(text)
    assert problem(tmp_path / "a.txt", recorded) == expected


def test_without_hashing_only_the_size_counts(tmp_path, recorded):
    (tmp_path / "a.txt").write_bytes(b"9876543210")
    assert problem(tmp_path / "a.txt", recorded, hashed=False) is None
    (tmp_path / "a.txt").write_bytes(b"987654321")
    assert problem(tmp_path / "a.txt", recorded, hashed=False).startswith("truncated")


def test_a_file_that_is_not_there_is_missing_and_a_folder_is_no_file(tmp_path, recorded):
    (tmp_path / "a.txt").unlink()
    assert problem(tmp_path / "a.txt", recorded) == problem(tmp_path / "a.txt") == "missing"
    (tmp_path / "a.txt").mkdir()
    assert problem(tmp_path / "a.txt", recorded) == "a folder, where a file should be"
    assert problem(tmp_path / "a.txt" / "b", recorded) == "missing"


def test_a_file_that_was_empty_when_it_was_made_is_not_damaged(tmp_path):
    (tmp_path / "b.txt").touch()
    assert problem(tmp_path / "b.txt", content.contents(tmp_path, ["b.txt"])["b.txt"]) is None
    assert problem(tmp_path / "b.txt") == "empty"


def test_a_file_that_may_not_be_read_is_a_problem_with_its_reason(tmp_path, recorded, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(content, "sha256", refused)
    assert problem(tmp_path / "a.txt", recorded) == "cannot be read (Permission denied)"


def test_what_permissions_hide_exists_and_cannot_be_read(tmp_path, monkeypatch):
    def refused(self, **options):
        raise PermissionError(13, "Permission denied")

    assert not content.exists(tmp_path / "a.txt")
    assert not content.exists(__file__ + "/a")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert content.exists(tmp_path / "link")
    monkeypatch.setattr("pathlib.Path.lstat", refused)
    monkeypatch.setattr("pathlib.Path.stat", refused)
    assert content.exists(tmp_path / "a.txt")
    assert problem(tmp_path / "a.txt") == "cannot be read (Permission denied)"


def test_a_record_reads_back_without_its_seal(tmp_path):
    record = {"fingerprints": {"stage1": "f1"}, "contents": {}, "value": 0.1, "name": "é"}
    files.write_json(tmp_path / "recipe.json", sealed(record))
    assert read_record(tmp_path / "recipe.json") == record
    assert sealed(sealed(record)) == sealed(record)


def test_the_seal_of_a_record_does_not_depend_on_order_or_layout():
    expected = "233ab79b5e4bd7970061c6e222bb56d9fd9e78521d85e731d5c2cdbd5799a87a"
    assert sealed({"b": 1, "a": [1.5, "é", None]}) == {"b": 1, "a": [1.5, "é", None], "seal": expected}
    assert sealed({"a": [1.5, "é", None], "b": 1})["seal"] == expected


def test_a_file_is_compared_with_the_record_of_a_store_too(tmp_path):
    files.write_text(tmp_path / "train.npy", "signals")
    files.write_json(tmp_path / "meta.json", sealed({"contents": content.contents(tmp_path, ["train.npy"])}))
    content.check(tmp_path / "train.npy")
    (tmp_path / "train.npy").write_text("SIGNALS")
    with pytest.raises(DamagedError, match="content differs"):
        content.check(tmp_path / "train.npy")


def test_the_hash_of_a_large_file_is_that_of_all_its_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "BLOCK_BYTES", 3)
    (tmp_path / "a").write_bytes(b"0123456789")
    assert content.sha256(tmp_path / "a") == hashlib.sha256(b"0123456789").hexdigest()


def test_no_flipped_bit_of_a_record_gives_another_record(tmp_path):
    path, record = tmp_path / "recipe.json", {"fingerprints": {"stage1": "f1"}, "contents": {"a": {"bytes": 12}}}
    files.write_json(path, sealed(record))
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :])
        try:
            assert read_record(path) == record  # one blank for another
        except DamagedError as error:
            assert error.path == str(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty;"),
        ("{", "record unreadable: not complete JSON"),
        ("\udcff", "record unreadable: not complete JSON"),
        *((text, "record unreadable: it is no record") for text in ("null", "[]", "3", '{"fingerprints": null}')),
        ('{"contents": {}}', "content differs"),
        ('{"seal": "0"}', "content differs"),
    ],
)
def test_what_is_no_record_is_damaged(tmp_path, text, problem):
    (tmp_path / "recipe.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DamagedError, match=rf"recipe\.json: {problem}"):
        read_record(tmp_path / "recipe.json")


def test_a_missing_record_and_a_folder_in_its_place_are_damaged(tmp_path):
    with pytest.raises(DamagedError, match=r"recipe\.json: missing; `ltsei repair` says what to do"):
        read_record(tmp_path / "recipe.json")
    (tmp_path / "recipe.json").mkdir()
    with pytest.raises(DamagedError, match="a folder, where a file should be"):
        read_record(tmp_path / "recipe.json")


def test_a_record_of_an_earlier_version_has_no_seal_and_is_read(tmp_path):
    files.write_json(tmp_path / "recipe.json", {"fingerprints": {}})
    assert read_record(tmp_path / "recipe.json") == {"fingerprints": {}}


@pytest.fixture
def result(tmp_path):
    """A file and one in a folder, with the record that names both."""
    for name in ("a.txt", "features/a.txt"):
        files.write_text(tmp_path / name, name)
    contents = content.contents(tmp_path, ["a.txt", "features/a.txt"])
    files.write_json(tmp_path / "recipe.json", sealed({"contents": contents}))
    return tmp_path


@pytest.mark.parametrize("name", ["a.txt", "features/a.txt"])
def test_a_file_is_compared_with_the_record_in_its_folder_or_above(result, name):
    content.check(result / name)
    content.check_record(result / "recipe.json")
    (result / name).write_text(name.upper())
    content.check(result / name, hashed=False)
    with pytest.raises(DamagedError, match=rf"{name}: content differs from what was recorded when it was made; `ltsei"):
        content.check(result / name)
    with pytest.raises(DamagedError, match=rf"{name}: content differs"):
        content.check_record(result / "recipe.json")


def test_a_file_that_no_record_names_passes(result):
    files.write_text(result / "b.txt", "b")
    files.write_text(result / "features" / "deeper" / "a.txt", "b")
    content.check(result / "b.txt")
    content.check(result / "features" / "deeper" / "a.txt")
