"""The spread of runs by its cause, against simulated designs."""

import numpy as np
import pytest

from ltsei.evaluation.variance_components import Spread, spread, variances

DATA, TRAINING, INTERACTION = 0.9, 0.4, 0.3


def simulated(rng, splits=5, trainings=4):
    """Return (split seed, training seed) -> score with known variances of each cause."""
    of_split, of_training = rng.normal(0, DATA, splits), rng.normal(0, TRAINING, trainings)
    own = rng.normal(0, INTERACTION, (splits, trainings))
    return {(s, t): 0.5 + of_split[s] + of_training[t] + own[s, t] for s in range(splits) for t in range(trainings)}


@pytest.mark.parametrize("missing", [0, 4])
def test_the_variances_are_on_average_those_of_the_simulation(missing):
    rng, found = np.random.default_rng(0), []
    for _ in range(1500):
        scores = simulated(rng)
        for place in rng.permutation(len(scores))[:missing]:
            del scores[divmod(int(place), 4)]
        found.append(variances(scores))
    data, training = np.mean([each for each in found if each], axis=0)
    assert data == pytest.approx(DATA**2, rel=0.05)
    assert training == pytest.approx(TRAINING**2 + INTERACTION**2, rel=0.05)


def test_shared_training_seeds_are_not_subtracted_from_the_differences_between_splits():
    scores = {(split, training): split + 10.0 * training for split in range(3) for training in range(2)}
    assert variances(scores) == (pytest.approx(1), pytest.approx(50))


def test_data_explain_nothing_where_splits_vary_no_more_than_training_does():
    assert variances({(0, 0): 0.0, (0, 1): 1.0, (1, 0): 1.0, (1, 1): 0.0})[0] == 0


@pytest.mark.parametrize(
    "seeds", [[(0, 0), (1, 1), (2, 2)], [(0, 0), (0, 1), (0, 2)], [(0, 0), (0, 1), (1, 2), (1, 3)], []]
)
def test_without_two_splits_that_share_two_training_seeds_the_causes_cannot_be_told_apart(seeds):
    assert variances(dict.fromkeys(seeds, 0.5)) is None
    assert spread({"a": dict.fromkeys(seeds, 0.5)}) is None


def test_variances_are_averaged_over_the_conditions_that_separate_the_causes():
    table = {(split, training): split + 10.0 * training for split in range(3) for training in range(2)}
    flat = dict.fromkeys(table, 1.0)
    expected = Spread(data=pytest.approx(0.5**0.5), training=pytest.approx(5), splits=3, trainings=2)
    assert spread({"a": table, "b": flat, "c": {(7, 7): 0.1}}) == expected
