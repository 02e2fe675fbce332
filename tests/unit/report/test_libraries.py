"""The libraries of the page are made once, and from a folder that nobody can write to as well."""

from pathlib import Path

import platformdirs
import pytest

from ltsei.report import libraries


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty folder for what the user's programs keep, and how often libraries were bundled."""
    folder, bundled = tmp_path / "cache", []
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: folder)
    monkeypatch.setattr(libraries, "_bundled_charts", lambda: bundled.append("once") or "scripts")
    libraries.charts.cache_clear()
    yield folder, bundled
    libraries.charts.cache_clear()


def charts():
    """What another process would get."""
    libraries.charts.cache_clear()
    return libraries.charts()


def test_charts_are_bundled_once_for_all_processes(cache):
    folder, bundled = cache
    assert [charts(), charts()] == ["scripts", "scripts"]
    assert bundled == ["once"]
    assert [path.suffix for path in folder.iterdir()] == [".js"]


def test_another_version_is_bundled_anew(cache, monkeypatch):
    _, bundled = cache
    charts()
    monkeypatch.setattr(libraries.importlib.metadata, "version", lambda _: "99")
    charts()
    assert len(bundled) == 2


def test_without_a_place_to_keep_them_charts_are_bundled_each_time(cache):
    folder, bundled = cache
    Path(folder).write_text("a file where the folder should be")
    assert [charts(), charts()] == ["scripts", "scripts"]
    assert len(bundled) == 2
