"""Data sets that leave one value of a domain out, written at once."""

import pytest
import yaml
from conftest import SCRIPTS
from recorded import ORACLE, oracle

from ltsei.core.errors import InputError
from ltsei.pipeline.domains import datasets_with_domains
from ltsei.pipeline.load import load_matrix
from ltsei.report import report_files


@pytest.fixture
def radio(experiments, tmp_path):
    """The small experiment file with recordings, and a data set for each distance that training does not see."""
    oracle(tmp_path)
    source = {"name": "recordings", "files": str(tmp_path), "sample_rate_hz": 1e6, **ORACLE}
    experiments["datasets"]["radio"] = {"source": source, "split": {"validation": {"fraction": 0.2}}}
    experiments["datasets"]["far"] = {"from": "radio", "leave_one_out": {"distance": [2, 8]}}
    experiments["experiments"]["main"] |= {"datasets": ["small", "far"], "imbalance_ratios": [2]}
    return experiments


def test_a_data_set_is_made_for_each_value_and_blocks_get_all(radio):
    matrix = load_matrix(radio, SCRIPTS)
    assert matrix.datasets() == ["small", "far_2", "far_8"]
    assert matrix.stores() == ["small", "radio"]
    assert matrix.dataset("far_8").split.leave_out == {"distance": ["8"]}
    assert matrix.dataset("far_8").split.validation.fraction == 0.2
    assert radio["experiments"]["main"]["datasets"] == ["small", "far"]


def test_only_cells_whose_signals_have_domains_have_metrics_by_domain(radio):
    matrix = load_matrix(radio, SCRIPTS)
    assert datasets_with_domains(matrix) == ["radio", "far_2", "far_8"]
    paths = report_files.inputs(matrix, None)["domains"]
    assert {path.split("/")[1] for path in paths} == {"far_2", "far_8"}
    assert all(path.endswith("/domains.json") for path in paths)


def test_leaving_nothing_out_does_not_change_the_recipe_of_a_split(experiments):
    assert "leave_out" not in load_matrix(experiments, SCRIPTS).dataset("small").split.model_dump(mode="json")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{from: radio, leave_one_out: {distance: [2]}}", "far.leave_one_out.distance: got [2], expected one domain"),
        ("{from: radio, leave_one_out: {distance: [2, 2]}}", "each once"),
        ("{from: radio, leave_one_out: [2, 8]}", "far.leave_one_out: got [2, 8], expected one domain"),
        ("{source: synthetic_adsb, leave_one_out: {distance: [2, 8]}}", "far.leave_one_out: needs `from:`"),
        (
            "{from: radio, split: {leave_out: {run: 1}}, leave_one_out: {distance: [2, 8]}}",
            "far.leave_one_out: split.leave_out is set, too",
        ),
    ],
)
def test_a_mistake_names_the_data_set_and_the_form(radio, settings, message):
    radio["datasets"]["far"] = yaml.safe_load(settings)
    with pytest.raises(InputError) as refused:
        load_matrix(radio, SCRIPTS)
    assert message in str(refused.value)


def test_a_data_set_that_has_the_name_of_a_made_one_is_refused(radio):
    radio["datasets"]["far_2"] = {"from": "radio"}
    with pytest.raises(InputError, match=r"datasets\.far_2: defined by datasets\.far\.leave_one_out, too"):
        load_matrix(radio, SCRIPTS)
