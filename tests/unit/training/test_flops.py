"""The time of a training without a measurement is estimated from the arithmetic of its network."""

import pytest
from conftest import SCRIPTS

from ltsei.pipeline import costs
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.training.flops import flops


def seconds(experiments, method, teraflops=1.0):
    return costs.estimator(load_matrix(experiments, SCRIPTS), teraflops)(JobId("stage1", "small", method=method))


def test_time_grows_with_epochs_and_falls_with_speed(experiments):
    experiments["methods"]["long"] = {"stage1": {"epochs": 6}}
    assert seconds(experiments, "long") == pytest.approx(3 * seconds(experiments, "ce"))
    assert seconds(experiments, "ce", teraflops=2.0) == pytest.approx(seconds(experiments, "ce") / 2)


def test_twice_the_width_costs_two_to_four_and_a_half_times_as_much(experiments):
    recipe = load_matrix(experiments, SCRIPTS).recipe("stage1", "small", "ce").settings
    narrow = flops(recipe)
    wide = flops(recipe.model_copy(update={"backbone": {**recipe.backbone, "width": 0.2}}))
    assert 2 * narrow < wide < 4.5 * narrow  # convolutions grow with the square of the width, the first one linearly


def test_other_rules_and_data_of_unknown_size_have_no_estimate(experiments):
    matrix = load_matrix(experiments, SCRIPTS)
    assert costs.estimator(matrix, 1.0)(JobId("stage2", "small", method="crt")) is None
    experiments["datasets"]["small"]["split"].pop("n_max")
    assert seconds(experiments, "ce") is None
