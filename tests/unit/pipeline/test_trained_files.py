"""The files of a finished cell, some of which lie in the folders of other methods."""

import pytest
from conftest import EXPERIMENTS, SCRIPTS
from unit.pipeline._recorded import write_results

from ltsei.core.content import DamagedError
from ltsei.pipeline.deployment.trained_files import evaluation_record, stage_places
from ltsei.pipeline.load import load_matrix


@pytest.fixture
def cell(tmp_path):
    """A cell of crt, whose stage 1 is that of ce, in made-up results."""
    write_results(load_matrix(EXPERIMENTS, SCRIPTS), tmp_path)
    return tmp_path / "small" / "ir2" / "seed0" / "crt"


def test_a_damaged_record_of_a_method_that_the_cell_does_not_use_is_passed_over(cell):
    other = cell.with_name("aaa") / "stage1" / "recipe.json"
    other.parent.mkdir(parents=True)
    other.write_text("{")
    assert stage_places(cell, evaluation_record(cell))["stage1"] == cell.with_name("ce") / "stage1"


def test_a_damaged_record_is_named_where_nothing_else_fits(cell):
    damaged = cell.with_name("ce") / "stage1" / "recipe.json"
    damaged.write_text("{")
    with pytest.raises(DamagedError, match=r"ce/stage1/recipe\.json"):
        stage_places(cell, evaluation_record(cell))
