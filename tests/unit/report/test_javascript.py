"""The libraries of the page are bundled once, and each time where nothing can be kept."""

import platformdirs
import pytest
import vl_convert

from ltsei.report import javascript


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty folder for what the user's programs keep, and what was bundled."""
    folder, bundled, bundle = tmp_path / "cache", [], vl_convert.javascript_bundle
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: folder)
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: bundled.append(bundle(snippet)) or bundled[-1])
    yield folder, bundled
    javascript.charts.cache_clear()


def charts():
    """What another process would get."""
    javascript.charts.cache_clear()
    return javascript.charts()


def test_charts_are_bundled_once_for_all_processes(cache):
    folder, bundled = cache
    assert [charts(), charts()] == bundled * 2
    assert "vegaEmbed" in bundled[0]
    assert len(list(folder.iterdir())) == 1


def test_another_version_is_bundled_anew(cache, monkeypatch):
    _, bundled = cache
    charts()
    monkeypatch.setattr(javascript.importlib.metadata, "version", lambda _: "99")
    charts()
    assert len(bundled) == 2


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-100], lambda content: b"<html>"])
def test_a_damaged_bundle_is_made_anew(cache, damage):
    folder, bundled = cache
    charts()
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert charts() == bundled[0]
    assert charts() == bundled[0]
    assert len(bundled) == 2


def without_a_home(_):
    raise RuntimeError("could not determine the home directory")


def test_where_nothing_can_be_written_charts_are_bundled_each_time(cache):
    folder, bundled = cache
    folder.write_text("a file where the folder should be")
    assert charts() == charts()
    assert len(bundled) == 2


def test_a_user_without_a_home_has_charts(cache, monkeypatch):
    _, bundled = cache
    monkeypatch.setattr(platformdirs, "user_cache_path", without_a_home)
    assert charts() == charts()
    assert len(bundled) == 2
