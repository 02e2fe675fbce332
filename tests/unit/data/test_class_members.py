"""The long-tailed sets of CIFAR-10-LT and CIFAR-100-LT: counts and images are those of the official code."""

import numpy as np
import pytest

from ltsei.config.split import SplitSettings
from ltsei.data.split import make_split

OFFICIAL = {"class_order": "index", "selection": "cao2019", "validation": None}
TOTALS = {
    10: {200: 11203, 100: 12406, 50: 13996, 20: 17023, 10: 20431},
    100: {200: 9502, 100: 10847, 50: 12608, 20: 15907, 10: 19573},
}
"""Classes -> ratio -> training images, as published."""


def split(labels, ratio, seed=0, **changes):
    classes = int(labels.max()) + 1
    settings = SplitSettings(**{**OFFICIAL, "n_max": len(labels) // classes, **changes})
    arguments = {key: value for key, value in settings.arguments().items() if key != "leave_out"}
    return make_split(labels, classes, imbalance_ratio=ratio, seed=seed, fingerprints={}, **arguments)


@pytest.fixture(scope="module", params=[10, 100])
def labels(request):
    """50,000 labels in random order."""
    return np.random.default_rng(1).permutation(np.repeat(np.arange(request.param), 50_000 // request.param))


def test_the_counts_of_every_ratio_are_the_published_ones(labels):
    classes = int(labels.max()) + 1
    for ratio, total in TOTALS[classes].items():
        made = split(labels, ratio)
        assert made.class_counts.sum() == len(made.train) == total
        assert len(made.val) == 0
    if classes == 10:
        expected = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
        assert split(labels, 100).class_counts.tolist() == expected


def official(labels, ratio, seed):
    """The indices that the official code keeps, from its description: legacy generator, one shuffle per class."""
    classes = int(labels.max()) + 1
    most = len(labels) / classes
    np.random.seed(seed)  # noqa: NPY002 (as in the official code)
    indices = []
    for label in range(classes):
        of_class = np.where(labels == label)[0]
        np.random.shuffle(of_class)  # noqa: NPY002
        indices.extend(of_class[: int(most * (1 / ratio) ** (label / (classes - 1.0)))])
    return np.sort(indices)


@pytest.mark.parametrize("seed", [0, 3])
def test_the_images_are_those_of_the_official_code_with_the_same_seed(labels, seed):
    np.testing.assert_array_equal(split(labels, 100, seed).train, official(labels, 100, seed))


def test_without_a_selection_the_draw_is_our_own(labels):
    assert not np.array_equal(split(labels, 100, selection=None).train, split(labels, 100).train)


def test_a_selection_that_is_off_leaves_no_trace_in_the_settings():
    assert "selection" not in SplitSettings().model_dump(mode="json")
    assert "selection" not in SplitSettings().arguments()
    assert SplitSettings(selection="cao2019").model_dump()["selection"] == "cao2019"


def test_many_medium_and_few_are_those_of_the_literature(labels):
    sizes = [(split(labels, ratio).class_counts > 100).sum() for ratio in (10, 50, 100)]
    assert sizes == ([10, 9, 8] if labels.max() == 9 else [69, 41, 35])
