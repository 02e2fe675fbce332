"""The design of trials: the same points whatever is varied and however many trials there are, spread evenly."""

import numpy as np
import pytest

from ltsei.numerics.trial_design import COLUMNS, positions, value_at


def test_the_points_are_those_of_one_scrambled_sobol_sequence():
    from scipy.stats import qmc

    sequence = qmc.Sobol(COLUMNS, scramble=True, rng=np.random.default_rng(0)).random(16)
    assert np.array_equal([positions(trial) for trial in range(1, 17)], sequence)


@pytest.mark.parametrize("column", [0, 7, 20])
def test_every_quarter_of_a_range_has_a_quarter_of_sixteen_trials(column):
    values = [positions(trial)[column] for trial in range(1, 17)]
    assert np.histogram(values, bins=4, range=(0, 1))[0].tolist() == [4, 4, 4, 4]


def test_a_position_becomes_a_value_of_the_range():
    assert value_at(0.5, 1, 3, logarithmic=False, whole=False) == 2
    assert value_at(0.5, 0.01, 1, logarithmic=True, whole=False) == pytest.approx(0.1)
    assert value_at(0.26, 10, 20, logarithmic=False, whole=True) == 13
    ends = [value_at(position, 8, 32, logarithmic=True, whole=True) for position in (0.0, 1.0)]
    assert ends == [8, 32]
