"""A smoke run has every cell of the matrix, two epochs, few signals and a results folder of its own."""

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix


@pytest.fixture
def smoke(experiments):
    """A function that changes the experiment file -> the matrices of the run and of its smoke run."""

    def make(**stage1):
        experiments["defaults"]["stage1"] |= {"epochs": 300, "warmup_epochs": 5} | stage1
        return load_matrix(experiments, SCRIPTS), load_matrix({**experiments, "smoke": True}, SCRIPTS)

    return make


def test_it_has_every_cell(smoke):
    usual, small = smoke()
    assert small.cells() == usual.cells()


def test_every_training_has_two_epochs_and_a_shorter_warm_up(smoke):
    _, small = smoke()
    trainings = [settings for settings in small.stage_settings().values() if hasattr(settings, "epochs")]
    assert {settings.epochs for settings in trainings} == {2}
    assert {settings.warmup_epochs for settings in trainings} == {0, 1}


def test_its_results_lie_apart(smoke):
    usual, small = smoke()
    assert (usual.config.results, small.config.results) == ("results", "results/smoke")


def test_it_draws_no_more_signals_than_the_largest_ratio_needs(smoke, experiments):
    _, small = smoke()
    assert small.dataset("small").split.n_max == 10  # of 24
    experiments["experiments"]["main"]["imbalance_ratios"] = [2, 15.5]
    _, small = smoke()
    assert small.dataset("small").split.n_max == 17
    experiments["experiments"]["main"]["imbalance_ratios"] = ["natural", 24]
    _, small = smoke()
    assert small.dataset("small").split.n_max == 24


def test_classes_that_cannot_supply_that_many_do_not_stop_it(smoke, experiments):
    experiments["datasets"]["small"]["split"]["n_max"] = None
    _, small = smoke()
    assert small.dataset("small").split.shortage == "take_available"


def test_a_mistake_that_two_epochs_would_hide_is_still_a_mistake(smoke):
    with pytest.raises(InputError, match="got 5, expected fewer than epochs = 4"):
        smoke(epochs=4)


@pytest.mark.parametrize(
    ("given", "results"), [("true", "results/smoke"), (True, "results/smoke"), ("false", "results")]
)
def test_it_can_be_asked_for_on_the_command_line_where_every_value_is_text(experiments, given, results):
    assert load_matrix({**experiments, "smoke": given}, SCRIPTS).config.results == results


def test_a_smoke_run_has_two_trials_of_two_epochs(experiments):
    tuning = {"trials": 20, "search": {"stage1.epochs": {"low": 1, "high": 40}, "lr": None}}
    experiments["defaults"]["stage1"]["warmup_epochs"] = 1
    experiments["experiments"]["main"] |= {"methods": ["ce"], "tuning": tuning}
    matrix = load_matrix({**experiments, "smoke": True}, SCRIPTS)
    settings = matrix.recipe("stage1_trials", "small", "ce.tuned").settings
    assert matrix.tuning("ce.tuned").trials == 2
    assert not {"stage1.epochs", "stage1.lr"} & {each.name for each in settings.space}
    assert settings.stages["stage1"].epochs == 2
