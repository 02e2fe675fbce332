import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ltsei.data.split import make_split
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.numerics.long_tail import long_tail_counts

sources = st.lists(st.integers(20, 60), min_size=2, max_size=8)
ratios = st.floats(1, 15)
balanced = st.just("balanced")
outside = st.fixed_dictionaries({"protocol": balanced, "per_class": st.integers(1, 4)})
outside |= st.fixed_dictionaries({"protocol": balanced, "fraction": st.floats(0.05, 0.2)})
inside = st.fixed_dictionaries({"protocol": st.just("long_tailed"), "fraction": st.floats(0.01, 0.9)})
validations = st.none() | inside | outside
orders = st.sampled_from(["index", "random", "frequency"])


def split(counts, ratio, validation, order, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    options = {"n_max": None, "shortage": "error", "fingerprints": {}}
    options |= {"imbalance_ratio": ratio, "validation": validation, "class_order": order, "seed": seed}
    return labels, make_split(labels, len(counts), **options)


@given(st.integers(1, 5000), ratios, st.integers(2, 60))
def test_profiles_fall_from_n_max_to_the_truncated_tail(n_max, ratio, num_classes):
    counts = long_tail_counts(n_max, ratio, num_classes)
    assert counts[0] == n_max
    assert (np.diff(counts) <= 0).all()
    assert counts[-1] <= n_max / ratio < counts[-1] + 1.001


@given(sources, ratios, ratios, validations, orders, st.integers(0, 99))
def test_the_training_sets_of_one_seed_are_nested(counts, one, other, validation, order, seed):
    flat, steep = sorted((one, other))
    _, larger = split(counts, flat, validation, order, seed)
    _, smaller = split(counts, steep, validation, order, seed)
    assert set(smaller.train) <= set(larger.train)


@given(sources, ratios, ratios, outside, orders, st.integers(0, 99))
def test_validation_from_outside_the_long_tail_is_the_same_for_all_ratios(counts, one, other, validation, order, seed):
    (_, first), (_, second) = (split(counts, ratio, validation, order, seed) for ratio in (one, other))
    np.testing.assert_array_equal(first.val, second.val)


@given(sources, ratios | st.just("natural"), inside, orders, st.integers(0, 99))
def test_long_tailed_validation_uses_no_signal_that_the_long_tailed_set_lacks(counts, ratio, validation, order, seed):
    _, whole = split(counts, ratio, None, order, seed)
    _, divided = split(counts, ratio, validation, order, seed)
    np.testing.assert_array_equal(np.union1d(divided.train, divided.val), whole.train)
    assert (divided.class_counts >= 1).all()
    assert ((divided.val_counts >= 1) == (whole.class_counts >= 2)).all()


@given(sources, ratios | st.just("natural"), validations, orders, st.integers(0, 99))
def test_training_and_validation_are_disjoint_and_each_index_occurs_once(counts, ratio, validation, order, seed):
    labels, result = split(counts, ratio, validation, order, seed)
    drawn = np.concatenate([result.train, result.val])
    assert len(np.unique(drawn)) == len(drawn)
    np.testing.assert_array_equal(np.bincount(labels[result.train], minlength=len(counts)), result.class_counts)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40), st.permutations(range(5)))
def test_balanced_accuracy_does_not_depend_on_the_names_of_the_classes(pairs, renamed):
    labels, predictions = np.array(pairs).T
    names = np.array(renamed)
    before, after = balanced_accuracy(labels, predictions, 5), balanced_accuracy(names[labels], names[predictions], 5)
    np.testing.assert_allclose(before, after, rtol=1e-12)


@given(sources, st.lists(st.integers(0, 1), min_size=1, max_size=30), ratios, ratios, orders, st.integers(0, 99))
def test_given_validation_is_never_trained_on_and_ratios_are_nested(counts, given_labels, one, other, order, seed):
    drawable = np.repeat(np.arange(len(counts)), counts)
    labels = np.concatenate([drawable, given_labels])
    options = {"n_max": None, "shortage": "error", "fingerprints": {}, "class_order": order, "seed": seed}
    options |= {"validation": {"given": True}, "num_validation": len(given_labels)}
    flat, steep = sorted((one, other))
    larger, smaller = (make_split(labels, len(counts), imbalance_ratio=ratio, **options) for ratio in (flat, steep))
    assert set(smaller.train) <= set(larger.train) <= set(range(len(drawable)))
    for result in (larger, smaller):
        np.testing.assert_array_equal(result.val, np.arange(len(drawable), len(labels)))
        np.testing.assert_array_equal(np.bincount(labels[result.train], minlength=len(counts)), result.class_counts)
