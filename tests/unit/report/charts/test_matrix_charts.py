"""Charts of the matrix: what is left out, and what is marked."""

from pathlib import Path

import pytest
from unit.report._scores import scored

from ltsei.core import files
from ltsei.report.charts.cell_states import cell_states
from ltsei.report.charts.experts import expert_use, experts
from ltsei.report.charts.groups import groups, trade_off
from ltsei.report.charts.heat_map import heat_map
from ltsei.report.charts.pareto import pareto
from ltsei.report.charts.signals import spectrogram, time_axis, trace
from ltsei.report.scopes import whole


def set_metrics(matrix, **values):
    """Give every cell of a method the metrics in `values`, method -> metric -> value."""
    for cell in matrix.cells:
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), **values[cell.method]})


def test_a_missing_cell_has_no_square_and_an_undefined_value_a_dash(matrix, scope_of):
    set_metrics(matrix, ce={"few_accuracy": None}, crt={"few_accuracy": 0.5})
    rows = heat_map(scope_of(matrix), "few_accuracy").tables["rows"]
    assert [(row["method"], row["text"]) for row in rows] == [("ce", "–"), ("crt", "50.0")]
    for cell in matrix.cells:
        if cell.method == "ce":
            Path(cell.metrics).unlink()
    rows = heat_map(scope_of(matrix), "few_accuracy").tables["rows"]
    assert [row["method"] for row in rows] == ["crt"]


def test_the_colours_of_the_heat_map_are_differences_from_the_control_on_a_scale_around_zero(tmp_path):
    scores = {("ce", "10"): [0.5], ("a", "10"): [0.501], ("ce", "100"): [0.3], ("a", "100"): [0.38]}
    chart = heat_map(whole(scored(tmp_path, scores)), "balanced_accuracy")
    rows = [(row["method"], row["condition"], row["delta"], row["strong"]) for row in chart.tables["rows"]]
    assert rows == [
        ("ce", "ratio 10", 0, False),
        ("a", "ratio 10", pytest.approx(0.1), False),
        ("ce", "ratio 100", 0, False),
        ("a", "ratio 100", pytest.approx(8), True),
    ]
    assert chart.blanks["extent"] == [pytest.approx(-8), 0, pytest.approx(8)]
    assert chart.blanks["methods"] == ["a", "ce"]  # best first


def test_a_small_difference_is_pale(tmp_path):
    chart = heat_map(whole(scored(tmp_path, {("ce", "10"): [0.579], ("a", "10"): [0.58]})), "balanced_accuracy")
    assert chart.blanks["extent"] == [-5, 0, 5]


@pytest.mark.parametrize(("metric", "control"), [("many_classes", "ce"), ("balanced_accuracy", "nobody")])
def test_without_a_better_direction_or_a_control_squares_have_no_colour(metric, control, tmp_path):
    chart = heat_map(whole(scored(tmp_path, {("ce", "10"): [3], ("a", "10"): [4]}, metric, control)), metric)
    assert [row["delta"] for row in chart.tables["rows"]] == [None, None]


def test_a_metric_that_is_better_when_low_has_the_reversed_scale(tmp_path):
    chart = heat_map(whole(scored(tmp_path, {("ce", "10"): [0.1], ("a", "10"): [0.2]}, "ece")), "ece")
    assert chart.blanks["reversed"]


def test_a_method_without_any_group_accuracy_has_no_bars(matrix, scope_of):
    nothing = dict.fromkeys(("many_accuracy", "medium_accuracy", "few_accuracy"))
    set_metrics(matrix, ce=nothing, crt={})
    scope = scope_of(matrix)
    assert {row["method"] for row in groups(scope, scope.conditions[0]).tables["rows"]} == {"crt"}


def test_methods_with_equal_accuracies_are_both_named(matrix, scope_of):
    same = {"many_accuracy": 0.9, "few_accuracy": 0.2}
    set_metrics(matrix, ce=same, crt=same)
    assert [row["named"] for row in trade_off(scope_of(matrix)).tables["rows"]] == [True, True]


COSTS = {"ce": 10, "a": 20, "b": 30}


def front_of(tmp_path, values):
    """Return the labels on the front of balanced accuracy against parameters; `values` are one per seed."""
    scores = {(m, "10"): {"balanced_accuracy": v, "num_parameters": [COSTS[m]] * len(v)} for m, v in values.items()}
    rows = pareto(whole(scored(tmp_path, scores)), "balanced_accuracy", "parameters").tables["rows"]
    return [row["label"] for row in rows if row["front"]]


def test_the_front_joins_methods_that_are_better_than_cheaper_ones_beyond_the_interval(tmp_path):
    values = {"ce": [0.5, 0.51, 0.52], "a": [0.6, 0.612, 0.621], "b": [0.55, 0.7, 0.62]}
    assert front_of(tmp_path, values) == ["ce", "a"]  # b is better than a by less than its interval


def test_there_is_no_front_inside_the_noise(tmp_path):
    assert front_of(tmp_path, {"ce": [0.5, 0.6, 0.4], "a": [0.52, 0.55, 0.5]}) == []
    assert front_of(tmp_path, {"ce": [0.5], "a": [0.9]}) == []  # one seed has no interval


def test_a_metric_without_a_better_direction_has_no_front(matrix, scope_of):
    rows = pareto(scope_of(matrix), "many_classes", "seconds").tables["rows"]
    assert [row["front"] for row in rows] == [False, False]


def test_methods_without_known_cost_are_left_out(matrix, scope_of):
    for cell in matrix.cells:
        Path(cell.benchmarks[0][2]).unlink(missing_ok=True)
    assert pareto(scope_of(matrix), "balanced_accuracy", "seconds") is None


def test_gate_probabilities_are_means_over_cells(full, scope_of):
    (use,) = expert_use(scope_of(full))
    assert (use.method.label, use.cells, use.entropy) == ("MoE-LTSEI", 4, 0.875)
    assert use.probabilities == {"many": [0.5, 0.25, 0.25], "few": [0.125, 0.375, 0.5]}
    rows = experts([use]).tables["rows"]
    assert [row["probability"] for row in rows if row["group"] == "many"] == [50, 25, 25]


def test_a_matrix_without_mixtures_has_no_chart_of_experts(matrix, scope_of):
    assert experts(expert_use(scope_of(matrix))) is None


def test_every_planned_cell_has_a_square_with_its_state(full, scope_of):
    chart = cell_states(scope_of(full))
    assert [row["place"] for row in chart.tables["rows"]] == list(range(len(full.cells)))
    assert chart.blanks["states"] == ["done", "out of date", "stopped"]


@pytest.mark.parametrize(
    ("rate", "samples", "title"),
    [(8e6, 300, "Time (µs)"), (360, 256, "Time (ms)"), (1, 90, "Time (s)"), (None, 5, "Sample")],
)
def test_time_is_shown_in_the_unit_that_suits_it(rate, samples, title):
    assert time_axis(rate, samples)[0] == title


EXAMPLE = {
    "class_name": "a",
    "rate_hz": 8e6,
    "trace": [[0.1, -0.2, 0.3], [0.0, 0.5, -0.5]],
    "spectrogram": {"levels": [[0, 50, 100], [100, 0, 50]], "seconds": 1e-6, "low": -4e6, "high": 4e6},
}


def test_two_channels_are_in_phase_and_quadrature():
    rows = trace(EXAMPLE).tables["rows"]
    assert [row["channel"] for row in rows] == ["I"] * 3 + ["Q"] * 3
    assert [row["at"] for row in rows[:3]] == [0, 0.125, 0.25]  # microseconds


def test_a_spectrogram_is_in_decibels_below_its_maximum():
    rows = spectrogram(EXAMPLE).tables["rows"]
    assert [row["decibels"] for row in rows] == [[-60, -30, 0], [0, -60, -30]]
    assert (rows[0]["left"], rows[0]["right"]) == ([0, 1, 2], [1, 2, 3])  # microseconds
    assert [(row["bottom"], row["top"]) for row in rows] == [(-8, 0), (0, 8)]  # megahertz
    assert spectrogram({**EXAMPLE, "spectrogram": None}) is None


UNDEFINED = {
    ("ce", "10"): {"many_accuracy": [0.9], "few_accuracy": [None]},
    ("ce", "50"): {"many_accuracy": [0.8], "few_accuracy": [0.4]},
    ("ce", "100"): {"many_accuracy": [0.6], "few_accuracy": [0.2]},
    ("part", "10"): {"many_accuracy": [0.9], "few_accuracy": [None]},
    ("part", "50"): {"many_accuracy": [0.8], "few_accuracy": [0.4]},
    ("part", "100"): {"many_accuracy": [0.6], "few_accuracy": [None]},
}
"""At ratio 10 no class is few; `part` lacks a value at ratio 100, too."""


def test_both_ends_of_the_trade_off_are_means_over_the_conditions_that_have_both(tmp_path):
    chart = trade_off(whole(scored(tmp_path, UNDEFINED)))
    assert [(row["label"], row["x"], row["y"]) for row in chart.tables["rows"]] == [("ce", 70, 30)]
    assert chart.blanks == {
        "methods": ["ce"],
        "x": "Many-shot accuracy, %, mean over 2 of 3 conditions",
        "y": "Few-shot accuracy, %, mean over 2 of 3 conditions",
    }


def test_the_axes_of_a_trade_off_over_all_conditions_have_no_note(matrix, scope_of):
    blanks = trade_off(scope_of(matrix)).blanks
    assert (blanks["x"], blanks["y"]) == ("Many-shot accuracy, %", "Few-shot accuracy, %")


def test_the_axis_of_a_metric_against_cost_says_which_conditions_it_leaves_out(tmp_path):
    scores = {key: {**values, "num_parameters": [5]} for key, values in UNDEFINED.items()}
    scope = whole(scored(tmp_path, scores))
    few, many = (pareto(scope, f"{group}_accuracy", "parameters") for group in ("few", "many"))
    assert few.blanks["metric"] == "Few-shot accuracy, %, mean over 2 of 3 conditions"
    assert [row["y"] for row in few.tables["rows"]] == [30]
    assert many.blanks["metric"] == "Many-shot accuracy, %"
