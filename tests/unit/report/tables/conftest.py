"""Tables of chosen scores."""

import csv

import pytest
from unit.report._scores import RUNS, scored

from ltsei.report.matrix_tables import WRITERS


@pytest.fixture
def rows(tmp_path):
    """A function that writes a table of results and returns its rows."""

    def write(name, results):
        path = tmp_path / f"{name}.csv"
        WRITERS[name](str(path), results)
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return write


@pytest.fixture
def results(tmp_path):
    """Scores of four methods at two ratios with three seeds; overall accuracy ranks them the other way round."""
    return scored(tmp_path / "cells", RUNS)
