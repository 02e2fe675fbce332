"""A copy of the package, for tests of what an edit of it changes."""

import shutil

import pytest
from unit.config._caches import clear_caches

from ltsei.config import rerun_fingerprint


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package that a test may edit and that fingerprints are computed from."""
    copy = tmp_path / "ltsei"
    shutil.copytree(rerun_fingerprint.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(rerun_fingerprint, "PACKAGE", copy)
    clear_caches()
    yield copy
    clear_caches()
