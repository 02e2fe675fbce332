"""Ranks, places, marks and the Pareto front."""

from ltsei.core import files
from ltsei.report.ranking import front, marks, places, ranks


def set_metric(matrix, name, values):
    """Give every cell of a method the value of a metric."""
    for cell in matrix.cells:
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), name: values[cell.method]})


def test_equal_scores_share_a_place_and_undefined_ones_have_none():
    assert places([0.5, None, 0.7, 0.5]) == [2, None, 1, 2]


def test_under_one_condition_the_rank_is_the_place_by_the_mean(matrix, scope_of):
    set_metric(matrix, "ece", {"ce": 0.1, "crt": 0.2})
    set_metric(matrix, "balanced_accuracy", {"ce": 0.1, "crt": 0.2})
    assert ranks(scope_of(matrix), "ece") == {"ce": 1, "crt": 2}
    assert ranks(scope_of(matrix), "balanced_accuracy") == {"ce": 2, "crt": 1}


def test_a_metric_without_a_better_direction_has_neither_ranks_nor_marks(matrix, scope_of):
    scope = scope_of(matrix)
    assert ranks(scope, "many_classes") == {}
    assert marks(scope, "many_classes", scope.conditions[0]) == {}


def test_over_several_conditions_the_rank_is_the_average_rank(full, scope_of):
    ranking = ranks(scope_of(full, blocks=[{"name": "", "title": "", "control": "ce"}]), "balanced_accuracy")
    assert set(ranking) == {"ce", "focal", "cb"}  # the others have no results on the natural data set
    assert sum(ranking.values()) == 6


def test_methods_are_marked_as_far_as_the_shown_digits_distinguish_them(matrix, scope_of):
    scope = scope_of(matrix)
    (condition,) = scope.conditions
    better, worse = ("crt", "ce") if scope.mean("ece", "crt") < scope.mean("ece", "ce") else ("ce", "crt")
    assert marks(scope, "ece", condition) == {better: "best", worse: "second"}
    set_metric(matrix, "ece", {"ce": 0.10001, "crt": 0.10002})
    assert marks(scope_of(matrix), "ece", condition) == {}


def test_no_other_point_beats_those_on_the_front():
    assert front([(1, 5), (2, 5), (2, 6), (3, 6), (0.5, 1)]) == [True, False, True, False, True]


def test_equal_points_are_on_the_front_together():
    assert front([(1, 5), (1, 5), (2, 4)]) == [True, True, False]
