"""The libraries of the page are bundled once, or each time if nothing can be cached."""

import functools

import platformdirs
import pytest
import vl_convert

from ltsei.report.page import libraries

BUNDLE = functools.cache(vl_convert.javascript_bundle)
"""The library takes seconds; equal snippets give equal bundles."""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Yield an empty cache folder, and the list of bundles made."""
    folder, bundled = tmp_path / "cache", []
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: folder)
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: bundled.append(BUNDLE(snippet)) or bundled[-1])
    yield folder, bundled
    libraries.charts.cache_clear()


def charts():
    """Return the bundle as another process would get it."""
    libraries.charts.cache_clear()
    return libraries.charts()


def test_charts_are_bundled_once_for_all_processes(cache):
    folder, bundled = cache
    assert [charts(), charts()] == bundled * 2
    assert "vegaEmbed" in bundled[0]
    assert len(list(folder.iterdir())) == 1


def test_another_version_is_bundled_again(cache, monkeypatch):
    _, bundled = cache
    charts()
    monkeypatch.setattr(libraries.importlib.metadata, "version", lambda _: "99")
    charts()
    assert len(bundled) == 2


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-100], lambda content: b"<html>"])
def test_a_damaged_bundle_is_made_again(cache, damage):
    folder, bundled = cache
    charts()
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert charts() == bundled[0]
    assert charts() == bundled[0]
    assert len(bundled) == 2


def without_a_home(_):
    raise RuntimeError("could not determine the home directory")


def test_without_a_writable_cache_charts_are_bundled_each_time(cache):
    folder, bundled = cache
    folder.write_text("a file where the folder should be")
    assert charts() == charts()
    assert len(bundled) == 2


def test_a_user_without_a_home_directory_gets_charts(cache, monkeypatch):
    _, bundled = cache
    monkeypatch.setattr(platformdirs, "user_cache_path", without_a_home)
    assert charts() == charts()
    assert len(bundled) == 2
