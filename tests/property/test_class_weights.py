import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.numerics.long_tail import long_tail_counts

CIFAR100 = long_tail_counts(500, 100, 100)
few = settings(max_examples=25)
class_counts = st.lists(st.integers(1, 5000), min_size=2, max_size=8)
betas = st.sampled_from([0.0, 0.9, 0.999, 0.9999, 1 - 1e-10, 1.0])


def build(make_context, counts, name, probabilities=None, **parameters):
    context = make_context(counts, probabilities=probabilities)
    return build_component("class_weights", {"name": name, **parameters}, context)


@few
@given(counts=class_counts, beta=betas)
def test_effective_number_weights_are_their_formula(make_context, counts, beta):
    weights = build(make_context, counts, "effective_number", beta=beta)(0.0)
    expected = reference.mean_one([1 / reference.effective_number(n, beta) for n in counts])
    np.testing.assert_allclose(weights, expected, rtol=1e-9)


@few
@given(counts=class_counts, power=st.floats(0, 3))
def test_inverse_frequency_weights_are_their_formula(make_context, counts, power):
    weights = build(make_context, counts, "inverse_frequency", power=power)(0.0)
    np.testing.assert_allclose(weights, reference.mean_one([1 / n**power for n in counts]), rtol=1e-9)


@few
@given(counts=class_counts)
def test_log_weights_are_their_formula(make_context, counts):
    weights = build(make_context, counts, "log")(0.0)
    np.testing.assert_allclose(weights, reference.mean_one([1 / np.log(1 + n) for n in counts]), rtol=1e-9)


@few
@given(weights=st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=8))
def test_manual_weights_are_the_given_ones_in_the_order_of_the_labels(make_context, weights):
    result = build(make_context, [5] * len(weights), "manual", weights=weights)(0.0)
    np.testing.assert_allclose(result, reference.mean_one(weights), rtol=1e-9)


@few
@given(counts=class_counts, beta=betas, exponent=st.floats(-1, 1))
def test_compensated_weights_give_the_class_gradient_n_over_e_under_any_sampler(make_context, counts, beta, exponent):
    drawn = reference.class_probabilities(counts, exponent)
    mass = drawn * build(make_context, counts, "compensated", lambda progress: drawn, beta=beta)(0.0)
    wanted = np.array([n / reference.effective_number(n, beta) for n in counts])
    np.testing.assert_allclose(mass / mass.sum(), wanted / wanted.sum(), rtol=1e-9)


@few
@given(counts=class_counts, beta=betas)
def test_compensated_weights_are_the_class_balanced_ones_where_classes_are_drawn_as_they_occur(
    make_context, counts, beta
):
    np.testing.assert_allclose(
        build(make_context, counts, "compensated", beta=beta)(0.0),
        build(make_context, counts, "effective_number", beta=beta)(0.0),
        rtol=1e-9,
    )


def test_compensated_weights_follow_the_sampler_during_training(make_context):
    counts = np.array([100, 10])
    weights = build(
        make_context, counts, "compensated", lambda t: reference.class_probabilities(counts, 1 - t), beta=1.0
    )
    np.testing.assert_allclose(weights(0.0), reference.mean_one([1 / 100, 1 / 10]))
    np.testing.assert_allclose(weights(1.0), 1)


def test_beta_zero_is_uniform_and_beta_one_the_inverse_frequency(make_context):
    np.testing.assert_allclose(build(make_context, CIFAR100, "effective_number", beta=0.0)(0.0), 1)
    np.testing.assert_allclose(
        build(make_context, CIFAR100, "effective_number", beta=1.0)(0.0),
        build(make_context, CIFAR100, "inverse_frequency")(0.0),
    )


@pytest.mark.parametrize(
    ("counts", "beta", "ratio"),
    [(CIFAR100, 0.9999, 97.6), (CIFAR100, 0.999, 78.9), (long_tail_counts(5000, 100, 10), 0.999, 20.4)],
)
def test_ratio_of_the_largest_to_the_smallest_class_balanced_weight(make_context, counts, beta, ratio):
    weights = build(make_context, counts, "effective_number", beta=beta)(0.0)
    assert weights[-1] / weights[0] == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize(
    ("sampler", "ratio"), [("instance_balanced", 0.79), ("square_root", 7.9), ("class_balanced", 78.9)]
)
def test_balancing_twice_inverts_the_imbalance(make_context, sampler, ratio):
    drawn = build_component("samplers", sampler, make_context(CIFAR100))(0.0)
    mass = drawn * build(make_context, CIFAR100, "effective_number", beta=0.999)(0.0)
    assert mass[-1] / mass[0] == pytest.approx(ratio, rel=0.01)


@pytest.mark.parametrize("epochs", [2, 5, 10, 60, 100, 160, 200, 300])
@pytest.mark.parametrize("start", [0.2, 0.5, 0.8])
def test_deferred_weights_begin_in_the_epoch_start_times_epochs(make_context, epochs, start):
    strength = build_component("class_weights/schedules", {"name": "deferred", "start": start}, make_context())
    first = next(epoch for epoch in range(epochs) if strength(epoch / (epochs - 1)) == 1)
    assert first == round(start * epochs) if (start * epochs) % 1 == 0 else first >= start * (epochs - 1)


@pytest.mark.parametrize(("start", "expected"), [(0.0, [1, 1, 1]), (1.0, [0, 0, 1])])
def test_deferred_weights_at_the_limits_of_start(make_context, start, expected):
    strength = build_component("class_weights/schedules", {"name": "deferred", "start": start}, make_context())
    assert [strength(progress) for progress in (0.0, 0.5, 1.0)] == expected


def test_progressive_weights_change_linearly_from_uniform_to_full(make_context):
    full = build(make_context, CIFAR100, "inverse_frequency")(0.0)
    weights = build(make_context, CIFAR100, "inverse_frequency", schedule="progressive")
    np.testing.assert_allclose(weights(0.0), 1)
    np.testing.assert_allclose(weights(0.25), 0.75 + 0.25 * full)
    np.testing.assert_allclose(weights(1.0), full)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("inf")])
def test_a_manual_weight_that_is_not_positive_and_finite_is_an_error(make_context, weight):
    with pytest.raises(InputError, match=f"weights: got .*{weight}.*, expected a list of numbers > 0"):
        build(make_context, [9, 3, 1], "manual", weights=[1.0, weight, 1.0])


def test_manual_weights_for_another_number_of_classes_are_an_error(make_context):
    with pytest.raises(InputError, match="got 2 values, expected one for each of 3 classes"):
        build(make_context, [9, 3, 1], "manual", weights=[1.0, 2.0])


def test_log_weights_are_milder_than_those_of_the_root_of_the_frequency(make_context):
    ratios = []
    for name, parameters in [("log", {}), ("inverse_frequency", {"power": 0.5})]:
        weights = build(make_context, CIFAR100, name, **parameters)(0.0)
        ratios.append(weights[-1] / weights[0])
    assert ratios == pytest.approx([3.47, 10], abs=0.01)


@pytest.mark.parametrize("name", ["effective_number", "inverse_frequency", "log", "compensated"])
def test_a_class_without_signals_is_an_error(make_context, name):
    with pytest.raises(InputError, match="class 1 has 0 signals"):
        build(make_context, [5, 0, 2], name)
