"""Matrices of made-up results, and a report on the largest."""

import pytest
from unit.report._matrix import HOSTILE, fake_matrix, spoil


@pytest.fixture
def matrix(tmp_path):
    """Two methods that share a stage, one ratio, two seeds."""
    return fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("100",), num_classes=6, natural=False)


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """Twelve methods with a missing cell, a stale one, an empty group, a hostile name."""
    matrix = fake_matrix(tmp_path_factory.mktemp("full"))
    spoil(matrix)
    return matrix


@pytest.fixture(scope="session")
def full_figures(full):
    """The SVG files about `full`."""
    return full.figures()


@pytest.fixture(scope="session")
def full_page(full):
    """The page about `full`."""
    return full.page(title=f"Fake {HOSTILE}")
