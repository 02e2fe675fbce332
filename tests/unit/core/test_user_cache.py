"""A cached file is read whole or not at all, and a cache that cannot be used is no error."""

import platformdirs
import pytest

from ltsei.core import user_cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The cache folder, which does not exist yet."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: tmp_path / "cache")
    return tmp_path / "cache"


def test_what_was_written_is_read(folder):
    user_cache.write("a.json", "täxt")
    user_cache.write("a.json", "next")
    assert user_cache.read("a.json") == "next"
    assert [path.name for path in folder.iterdir()] == ["a.json.gz"]


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-3], lambda content: b"<html>"])
def test_a_damaged_file_is_as_good_as_none(folder, damage):
    user_cache.write("a.json", "text")
    path = folder / "a.json.gz"
    path.write_bytes(damage(path.read_bytes()))
    assert user_cache.read("a.json") == ""


def test_a_folder_that_cannot_be_written_keeps_nothing(folder):
    folder.write_text("a file where the folder should be")
    user_cache.write("a.json", "text")
    assert user_cache.read("a.json") == ""


def without_a_home(_):
    raise RuntimeError("could not determine the home directory")


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    monkeypatch.setattr(platformdirs, "user_cache_path", without_a_home)
    user_cache.write("a.json", "text")
    assert user_cache.read("a.json") == ""
