import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.core.context import build_component
from ltsei.numerics.long_tail import long_tail_counts

few = settings(max_examples=25)
class_counts = st.lists(st.integers(1, 100_000), min_size=2, max_size=8)


def build(make_context, counts, name, **parameters):
    return build_component("samplers", {"name": name, **parameters}, make_context(counts))


def draws(make_context, counts, name, progress=0.0, **parameters):
    return build(make_context, counts, name, **parameters)(progress)


def expected(counts, exponent):
    return sum(counts) * reference.class_probabilities(counts, exponent)


@few
@given(counts=class_counts)
def test_instance_balanced_draws_are_exactly_the_counts(make_context, counts):
    assert draws(make_context, counts, "instance_balanced").tolist() == counts


@few
@given(counts=class_counts)
def test_class_balanced_draws_are_equal(make_context, counts):
    np.testing.assert_allclose(draws(make_context, counts, "class_balanced"), sum(counts) / len(counts), rtol=1e-12)


@few
@given(counts=class_counts)
def test_square_root_draws_are_their_formula(make_context, counts):
    np.testing.assert_allclose(draws(make_context, counts, "square_root"), expected(counts, 0.5), rtol=1e-9)


@few
@given(counts=class_counts, exponent=st.floats(-2, 2))
def test_power_draws_are_their_formula(make_context, counts, exponent):
    result = draws(make_context, counts, "power", exponent=exponent)
    np.testing.assert_allclose(result, expected(counts, exponent), rtol=1e-9)


@few
@given(counts=class_counts, progress=st.floats(0, 1), start=st.floats(-1, 2), end=st.floats(-1, 2))
def test_progressive_power_draws_are_those_of_the_exponent_in_between(make_context, counts, progress, start, end):
    result = draws(make_context, counts, "progressive_power", progress, start=start, end=end)
    np.testing.assert_allclose(result, expected(counts, (1 - progress) * start + progress * end), rtol=1e-9)


@few
@given(counts=class_counts, progress=st.floats(0, 1))
def test_progressively_balanced_draws_are_the_mixture_of_the_ends(make_context, counts, progress):
    mixture = (1 - progress) * np.array(counts) + progress * sum(counts) / len(counts)
    np.testing.assert_allclose(draws(make_context, counts, "progressively_balanced", progress), mixture, rtol=1e-9)


@few
@given(counts=class_counts)
def test_reverse_draws_are_their_formula(make_context, counts):
    np.testing.assert_allclose(draws(make_context, counts, "reverse"), expected(counts, -1), rtol=1e-9)


@few
@given(counts=st.lists(st.integers(1, 3000), min_size=2, max_size=6), beta=st.sampled_from([0.0, 0.9, 0.9999, 1.0]))
def test_effective_number_draws_are_their_formula(make_context, counts, beta):
    mass = np.array([n / reference.effective_number(n, beta) for n in counts])
    result = draws(make_context, counts, "effective_number", beta=beta)
    np.testing.assert_allclose(result, sum(counts) * mass / mass.sum(), rtol=1e-9)


@few
@given(counts=class_counts, threshold=st.floats(1e-4, 1))
def test_repeat_factor_draws_are_their_formula(make_context, counts, threshold):
    result = draws(make_context, counts, "repeat_factor", threshold=threshold)
    factors = [reference.repeat_factor(n, sum(counts), threshold) for n in counts]
    np.testing.assert_allclose(result, np.multiply(factors, counts), rtol=1e-9)


def test_the_effective_number_sampler_ranges_from_instance_balanced_to_class_balanced(make_context):
    counts = [300, 40, 5]
    np.testing.assert_allclose(draws(make_context, counts, "effective_number", beta=0.0), counts, rtol=1e-12)
    np.testing.assert_allclose(draws(make_context, counts, "effective_number", beta=1.0), 115, rtol=1e-12)


@pytest.mark.parametrize(("threshold", "repeated", "length"), [(0.001, 17, 1.0), (0.01, 67, 1.13)])
def test_repeated_classes_and_epoch_length_of_cifar100_lt(make_context, threshold, repeated, length):
    counts = long_tail_counts(500, 100, 100)
    result = draws(make_context, counts, "repeat_factor", threshold=threshold)
    assert (result > counts).sum() == repeated
    assert result.sum() / counts.sum() == pytest.approx(length, abs=0.01)


def test_the_threshold_of_lvis_has_no_effect_with_ten_classes(make_context):
    counts = long_tail_counts(5000, 100, 10)
    np.testing.assert_allclose(draws(make_context, counts, "repeat_factor"), counts, rtol=1e-12)


def test_over_and_undersampling_bring_every_class_to_the_largest_and_the_smallest(make_context):
    assert draws(make_context, [300, 40, 5], "random_oversampling").tolist() == [300] * 3
    assert draws(make_context, [300, 40, 5], "random_undersampling").tolist() == [5] * 3


def test_undersampling_keeps_its_choice_unless_it_resamples_each_epoch(make_context):
    assert build(make_context, [300, 40, 5], "random_undersampling").pool.tolist() == [5] * 3
    assert build(make_context, [300, 40, 5], "random_undersampling", resample_each_epoch=True).pool is None


@few
@given(counts=class_counts, consecutive=st.integers(1, 8))
def test_class_aware_draws_are_the_class_balanced_ones_in_turns(make_context, counts, consecutive):
    sampler = build(make_context, counts, "class_aware", consecutive=consecutive)
    np.testing.assert_allclose(sampler(0.3), draws(make_context, counts, "class_balanced"), rtol=1e-12)
    assert sampler.consecutive == consecutive


@pytest.mark.parametrize("name", ["progressive_power", "progressively_balanced"])
def test_progressive_samplers_start_instance_balanced_and_end_class_balanced(make_context, name):
    counts = [300, 40, 5]
    assert draws(make_context, counts, name, 0.0).tolist() == counts
    np.testing.assert_allclose(draws(make_context, counts, name, 1.0), 115, rtol=1e-12)


@pytest.mark.parametrize(("name", "ratio"), [("progressive_power", 0.10), ("progressively_balanced", 0.19)])
def test_ratio_of_rare_to_frequent_draws_of_cifar100_lt_at_half_time(make_context, name, ratio):
    result = draws(make_context, long_tail_counts(500, 100, 100), name, 0.5)
    assert result[-1] / result[0] == pytest.approx(ratio, abs=0.005)
