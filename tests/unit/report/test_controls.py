"""The methods that can be the control, and comparisons with another one."""

from unit.report._scores import RUNS, scored

from ltsei.report import controls
from ltsei.report.analysis import analyse
from ltsei.report.controls import candidates
from ltsei.report.scopes import against, pair, whole

NAME = "balanced_accuracy"


def test_of_few_methods_each_can_be_the_control_the_configured_one_first(tmp_path):
    assert candidates(whole(scored(tmp_path, RUNS, control="crt"))) == ["crt", "ce", "focal", "class_uniform"]


def test_of_many_methods_baselines_and_the_leader_can_be_the_control(tmp_path, monkeypatch):
    monkeypatch.setattr(controls, "FEW_METHODS", 3)
    assert candidates(whole(scored(tmp_path, RUNS, control="focal"))) == ["focal", "ce", "crt"]


def test_a_control_that_is_not_in_the_scope_is_no_candidate(tmp_path):
    assert "nobody" not in candidates(whole(scored(tmp_path, RUNS, control="nobody")))


def test_against_another_control_differences_turn_around(tmp_path):
    scope = whole(scored(tmp_path, RUNS))
    forth, back = analyse(scope, NAME).comparisons["crt"], analyse(against(scope, "crt"), NAME).comparisons["ce"]
    assert forth.mean == -back.mean


def test_a_pair_of_methods_is_compared_alone(tmp_path):
    scope = pair(whole(scored(tmp_path, RUNS)), "crt", "focal")
    comparison = analyse(scope, NAME).comparisons["crt"]
    assert list(analyse(scope, NAME).comparisons) == ["crt"]
    assert comparison.adjusted == comparison.p
