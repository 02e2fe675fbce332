"""Learning curves: panels, ticks, and fewer points for long histories."""

import pytest

from ltsei.report.charts.axes import whole_ticks
from ltsei.report.charts.curves import EPOCHS, curves, thinned

HISTORY = {
    "epoch": [1, 2, 3],
    "learning_rate": [0.1, 0.05, 0.01],
    "train_loss": [2.0, 1.0, 0.5],
    "val_loss": [2.0, None, 1.0],
    "val_balanced_accuracy": [0.1, 0.25, 0.5],
    "gate_entropy": [0.9, 0.8, 0.7],
}


def test_losses_share_a_panel_and_other_columns_have_their_own():
    charts = curves(HISTORY, "stage 1")
    series = {
        panel: list(dict.fromkeys(row["series"] for row in chart.tables["rows"])) for panel, chart in charts.items()
    }
    assert series == {
        "loss": ["train loss", "val loss"],
        "accuracy, %": ["val balanced accuracy"],
        "learning rate": ["learning rate"],
        "gate entropy": ["gate entropy"],
    }
    assert charts["loss"].blanks["title"] == "stage 1: loss"


def test_only_a_panel_with_several_curves_has_a_legend():
    charts = curves(HISTORY, "stage 1")
    assert charts["loss"].blanks["legend"] is not None
    assert charts["learning rate"].blanks["legend"] is None


def test_accuracies_are_in_percent_and_missing_values_are_left_out():
    charts = curves(HISTORY, "stage 1")
    assert [row["value"] for row in charts["accuracy, %"].tables["rows"]] == [10, 25, 50]
    assert [row["epoch"] for row in charts["loss"].tables["rows"] if row["series"] == "val loss"] == [1, 3]


def test_curves_with_the_same_values_are_one_curve_that_names_both():
    history = {**HISTORY, "val_accuracy": [0.1, 0.25 + 1e-12, 0.5], "train_accuracy": [0.2, 0.3, 0.6]}
    chart = curves(history, "stage 1")["accuracy, %"]
    assert [row["series"] for row in chart.tables["rows"] if row["epoch"] == 1] == [
        "val balanced accuracy = val accuracy",
        "train accuracy",
    ]


def test_each_curve_of_a_panel_has_a_dash_of_its_own():
    dashes = curves(HISTORY, "stage 1")["loss"].blanks["dashes"]
    assert len({tuple(dash) for dash in dashes}) == len(dashes) > 3


def test_only_a_short_history_has_points_which_hide_dashes():
    long = {"epoch": list(range(40)), "train_loss": [0.5] * 40}
    assert curves(HISTORY, "stage 1")["loss"].blanks["points"]
    assert curves(long, "stage 1")["loss"].blanks["points"] is False


@pytest.mark.parametrize("length", [EPOCHS - 1, EPOCHS, EPOCHS + 1, 1000])
def test_a_long_history_is_thinned_and_keeps_its_first_and_last_epoch(length):
    epochs = thinned({"epoch": list(range(1, length + 1)), "train_loss": [0.5] * length})["epoch"]
    assert (epochs[0], epochs[-1]) == (1, length)
    assert len(epochs) == length if length <= EPOCHS else len(epochs) <= EPOCHS + 1


def test_a_history_without_epochs_stays_empty():
    assert curves(thinned({}), "stage 1") == {}


@pytest.mark.parametrize(
    ("epochs", "ticks"),
    [([1, 2, 3], [1, 2, 3]), ([0, 15], [0, 5, 10, 15]), ([1, 200], [50, 100, 150, 200]), ([4], [4])],
)
def test_ticks_are_round_whole_numbers(epochs, ticks):
    assert whole_ticks(epochs) == ticks
