import hashlib
import os
from pathlib import Path

import pytest

from ltsei.core.errors import InputError
from ltsei.data.checksums import changed_files, checksums, missing_files
from ltsei.data.meta import Meta

CONTENT = {"data/X.npy": b"signals" * 300_000, "data/Y.npy": b"labels", "data/empty.npy": b""}


@pytest.fixture(autouse=True)
def source_files(tmp_path, monkeypatch):
    """The files of a source below the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for name, content in CONTENT.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in CONTENT}


def meta_of(files):
    return Meta(("a", "b"), None, (4, 2), "checksum", (2, 2), (1, 1), {}, {}, 0, files)


def recorded(paths):
    return meta_of(checksums(paths)[1])


def test_the_combined_checksum_is_over_the_bytes_of_all_files_in_order(source_files):
    combined, _ = checksums(source_files.values())
    assert combined == hashlib.sha256(b"".join(CONTENT.values())).hexdigest()
    assert combined != checksums(reversed(source_files.values()))[0]


def test_each_file_has_its_own_checksum_under_the_path_it_was_given_as(source_files):
    _, of_file = checksums([source_files["data/X.npy"], Path("data/Y.npy")])
    assert of_file[str(source_files["data/X.npy"])] == hashlib.sha256(CONTENT["data/X.npy"]).hexdigest()
    assert of_file["data/Y.npy"] == hashlib.sha256(b"labels").hexdigest()


def test_unchanged_files_are_neither_changed_nor_missing(source_files):
    meta = recorded(source_files.values())
    assert changed_files(meta) == missing_files(meta) == []


def test_a_file_of_other_content_is_changed_even_with_the_same_size_and_time(source_files):
    meta, path = recorded(source_files.values()), source_files["data/Y.npy"]
    before = path.stat()
    path.write_bytes(b"slebal")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert changed_files(meta) == [str(path)]
    assert missing_files(meta) == []


def test_a_deleted_file_is_missing_and_not_changed(source_files):
    meta, path = recorded(source_files.values()), source_files["data/X.npy"]
    path.unlink()
    assert missing_files(meta) == [str(path)]
    assert changed_files(meta) == []


def test_a_folder_in_the_place_of_a_file_is_missing(source_files):
    meta, path = recorded(source_files.values()), source_files["data/X.npy"]
    path.unlink()
    path.mkdir()
    assert missing_files(meta) == [str(path)]


def test_relative_paths_start_at_the_working_directory(source_files, tmp_path, monkeypatch):
    meta = meta_of({"data/Y.npy": hashlib.sha256(b"labels").hexdigest()})
    assert changed_files(meta) == missing_files(meta) == []
    monkeypatch.chdir(tmp_path / "data")
    assert missing_files(meta) == ["data/Y.npy"]


def test_a_store_of_a_synthetic_source_has_no_files_to_compare():
    assert changed_files(meta_of({})) == missing_files(meta_of({})) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match=r"data: cannot be read \(Is a directory\)"):
        checksums([tmp_path / "data"])
