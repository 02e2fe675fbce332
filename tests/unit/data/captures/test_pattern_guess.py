from pathlib import Path

import pytest

from ltsei.data.captures.pattern_guess import guessed_pattern


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["wifi_ab_2ft_run1", "wifi_cd_8ft_run2"], "wifi_{label:w}_{ft:d}ft_run{run:d}"),
        (["radio1", "radio12"], "radio{label:d}"),
        (["monday/tx-a_rx1", "friday/tx-b_rx2"], "{label:w}/tx-{part2:w}_rx{rx:d}"),
        (["a b_1", "c d_2"], "{label}_{part2:d}"),
        (["1_10", "2_20"], "{label:d}_{part2:d}"),
    ],
)
def test_what_differs_between_names_becomes_a_field(names, pattern):
    assert guessed_pattern([Path("data", f"{name}.iq") for name in names]) == pattern


@pytest.mark.parametrize("names", [["a_1"], ["a_1", "a_b_1"], ["é_x y_z", "a_b c_d"][:1]])
def test_names_without_a_common_form_give_no_pattern(names):
    assert guessed_pattern([Path(f"{name}.iq") for name in names]) is None
