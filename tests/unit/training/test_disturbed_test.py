"""Scores of a trained network on disturbed test signals."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from tones import make_store, split_of

from ltsei.config.condition_levels import NEUTRAL, Conditions
from ltsei.config.dataset import Groups
from ltsei.config.recipe import ConditionTests
from ltsei.core.context import prior_context
from ltsei.core.errors import InputError
from ltsei.training.disturbed_test import DisturbedTest
from ltsei.training.model import build_classifier, context_of_head, extract, stored_component, stored_context
from ltsei.training.trained_method import TrainedMethod

CPU, STORE = torch.device("cpu"), make_store()
SPLIT = split_of(STORE)
LABELS = np.arange(len(STORE.test_signals)) % 3
NAMES = np.array(["many", "medium", "few"])
ALL = Conditions(
    snr_db=[3.0],
    carrier_offset_cycles_per_sample=[0.01],
    multipath_decay_samples=[0.0, 1.0],
    sample_rate_error_ppm=[200.0],
)
TAU = [{"name": "tau_norm", "tau": 0.7}]


@dataclass(frozen=True)
class WithLogits(TrainedMethod):
    """A trained method and its logits for the test signals as they are."""

    logits: np.ndarray


@pytest.fixture(scope="module")
def trained():
    """A network with untrained weights, its post-hoc step, and its logits of the test signals."""
    context = prior_context(SPLIT.class_counts, signal_shape=(48, 2), sample_rate_hz=None)
    spec = {"name": "resnet1d", "base": 4}
    model = build_classifier(spec, "linear", context, seed=0)
    parts = {
        "backbone": stored_component(spec, model.backbone),
        "head": stored_component({"name": "linear"}, model.head),
        "context": stored_context(context_of_head(context, model.backbone)),
        "input": {"length": 48, "normalize": "rms"},
    }
    signals = torch.from_numpy(STORE.test_signals[:, :48])
    signals = signals / signals.square().mean((1, 2), keepdim=True).sqrt()
    logits = extract(model, [signals])[1].logits.numpy()
    return WithLogits(parts, parts, {}, [], logits)


def conditions_of(trained, conditions=ALL, batch_size=7):
    recipe = ConditionTests(
        conditions=conditions, groups=Groups(), batch_size=batch_size, precision="float32", threads=1
    )
    return DisturbedTest(recipe, trained, trained.logits, STORE, SPLIT, CPU)


def test_each_condition_has_a_row_for_each_level_and_the_undisturbed_scores_at_the_neutral_one(trained):
    rows = list(conditions_of(trained).rows(LABELS, NAMES))
    levels = {name: [row["level"] for row in rows if row["condition"] == name] for name in NEUTRAL}
    assert levels["snr_db"] == [3.0, float("inf")]
    assert (levels["multipath_decay_samples"], levels["carrier_offset_hz"]) == ([0.0, 1.0], [])
    neutral = [row for row in rows if row["level"] == NEUTRAL[row["condition"]]]
    correct = trained.logits.argmax(1) == LABELS
    assert {row["overall_accuracy"] for row in neutral} == {correct.mean()}
    assert {row["few_accuracy"] for row in neutral} == {correct[LABELS == 2].mean()}


def test_the_neutral_level_has_the_stored_logits_and_the_others_have_not(trained):
    tested = conditions_of(trained)
    for name, levels in ALL.levels().items():
        for level in levels:
            same = np.array_equal(tested.logits(name, level), trained.logits)
            assert same == (level == NEUTRAL[name]), (name, level)


def test_neither_batches_nor_order_change_a_disturbed_signal(trained):
    for name in ("snr_db", "multipath_decay_samples", "sample_rate_error_ppm"):
        level = ALL.levels()[name][-1 if name != "snr_db" else 0]
        batches = (conditions_of(trained, batch_size=size) for size in (1000, 7))
        whole, parts = (torch.cat(list(each._disturbed(name, level))) for each in batches)
        assert torch.equal(whole, parts)
        assert len({row.tobytes() for row in whole.numpy()}) == len(whole)


def test_signals_are_disturbed_as_stored_and_then_cropped_and_normalised(trained):
    tested = conditions_of(trained)
    batch = torch.cat(list(tested._disturbed("snr_db", 3.0)))
    assert batch.shape == (len(STORE.test_signals), 48, 2)
    np.testing.assert_allclose(batch.square().mean((1, 2)), 1.0, rtol=1e-4)
    calm = torch.cat(list(tested._disturbed("snr_db", 120.0)))
    expected = torch.cat(list(tested.data.batches("test", 7)))
    np.testing.assert_allclose(calm, expected, atol=1e-4)


def test_the_seed_of_the_conditions_draws_other_noise_and_levels_draw_apart(trained):
    first, other = (conditions_of(trained, ALL.model_copy(update={"seed": seed})) for seed in (0, 1))
    assert not np.array_equal(first.logits("snr_db", 3.0), other.logits("snr_db", 3.0))
    assert np.array_equal(first.logits("snr_db", 3.0), conditions_of(trained).logits("snr_db", 3.0))


def test_post_hoc_steps_are_applied_as_chosen(trained):
    head = trained.classifier["head"]["state"]
    linear = {"weight": head["weight"].double().numpy(), "bias": None, "bias_columns": ()}
    adjusted = replace(trained, steps=TAU, head=linear)
    plain, scaled = (conditions_of(each).logits("snr_db", 3.0) for each in (trained, adjusted))
    bias = head["bias"].numpy() if "bias" in head else 0.0
    norms = np.linalg.norm(linear["weight"], axis=1) ** 0.7
    np.testing.assert_allclose(scaled, (plain - bias) / norms, rtol=1e-3, atol=1e-4)


def test_a_network_that_does_not_reproduce_its_logits_is_refused(trained):
    other = replace(trained, logits=np.roll(trained.logits, 1, axis=1))
    with pytest.raises(InputError, match="undisturbed test signals get another class"):
        list(conditions_of(other).rows(LABELS, NAMES))


def test_a_shift_in_hz_without_a_sample_rate_is_refused(trained):
    store = replace(STORE, meta=replace(STORE.meta, sample_rate_hz=None))
    recipe = ConditionTests(
        conditions=Conditions(carrier_offset_hz=[1.0]), groups=Groups(), batch_size=7, precision="float32", threads=1
    )
    with pytest.raises(InputError, match="sample rate of these signals is unknown"):
        DisturbedTest(recipe, trained, trained.logits, store, SPLIT, CPU)
