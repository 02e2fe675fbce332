"""Matrices of made-up results, and a report on the largest of them."""

import pytest
from unit.report._matrix import HOSTILE, fake_matrix, spoil

from ltsei.report.scopes import whole


@pytest.fixture
def matrix(tmp_path):
    """Two methods that share a stage, at one ratio, with two seeds."""
    return fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("100",), num_classes=6, natural=False)


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """Twelve methods with a missing cell, a cell out of date, an empty group and a hostile name."""
    matrix = fake_matrix(tmp_path_factory.mktemp("full"))
    spoil(matrix)
    return matrix


@pytest.fixture(scope="session")
def full_figures(full):
    """The figures of `full`, as SVG files."""
    return full.figures()


@pytest.fixture(scope="session")
def full_page(full):
    """The page of `full`."""
    return full.page(title=f"Fake {HOSTILE}")


@pytest.fixture
def scope_of():
    """From a matrix to the scope of everything in it."""
    return lambda matrix, **changes: whole(matrix.contents(**changes).matrix_results)
