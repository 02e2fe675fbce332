"""Mixers that cut, relabel or rescale, against transcriptions of their papers in NumPy."""

import numpy as np
import pytest
import torch

from ltsei.components.mixers._shared import Pair
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

SIGNALS, LENGTH, CLASSES = 24, 50, 5
COUNTS = np.array([200, 60, 24, 9, 3])


def pair(seed=0, progress=0.5, shape=(LENGTH, 2), dtype=torch.float32):
    rng = np.random.default_rng(7)
    first, second = (torch.from_numpy(rng.standard_normal((SIGNALS, *shape))).to(dtype) for _ in range(2))
    labels = tuple(torch.from_numpy(rng.integers(0, CLASSES, SIGNALS)) for _ in range(2))
    return Pair(first, second, labels, progress, torch.Generator().manual_seed(seed))


def mixed(given, make_context, name, **parameters):
    return build_component("mixers", {"name": name, **parameters}, make_context()).mix(given)


def segment(given, values):
    """The samples that come from the second signal, as bool [L]; the same for all signals and channels."""
    second = (values == given.second).numpy()
    first = (values == given.first).numpy()
    assert (first ^ second).all()
    assert (second == second[:1, :, :1]).all()
    return second[0, :, 0]


@pytest.mark.parametrize("seed", range(12))
def test_cutmix_pastes_one_contiguous_segment_and_shares_by_samples(make_context, seed):
    given = pair(seed)
    values, share = mixed(given, make_context, "cutmix", p=1.0)
    pasted = segment(given, values)
    assert np.count_nonzero(np.diff(pasted.astype(int), prepend=0, append=0)) <= 2
    np.testing.assert_allclose(share.numpy(), np.full(SIGNALS, 1 - pasted.sum() / LENGTH), atol=1e-6)


def boxes(alpha, draws):
    """CutMix in one dimension by the paper's recipe: the shares and starts of segments, float64 [draws] each."""
    rng = np.random.default_rng(1)
    samples = np.floor((1 - rng.beta(alpha, alpha, draws)) * LENGTH).astype(int)
    centre = rng.integers(0, LENGTH, draws)
    start, stop = np.maximum(centre - samples // 2, 0), np.minimum(centre - samples // 2 + samples, LENGTH)
    return 1 - (stop - start) / LENGTH, start[stop > start]


@pytest.mark.parametrize("alpha", [0.3, 1.0])
def test_shares_and_places_of_cutmix_follow_the_paper(make_context, alpha):
    mixer = build_component("mixers", {"name": "cutmix", "alpha": alpha, "p": 1.0}, make_context())
    shares, starts = [], []
    for seed in range(1500):
        given = pair(seed)
        values, share = mixer.mix(given)
        pasted = segment(given, values)
        shares.append(share[0].item())
        starts += [pasted.argmax()] if pasted.any() else []
    expected, expected_starts = boxes(alpha, 100_000)
    assert np.mean(shares) == pytest.approx(expected.mean(), abs=0.03)
    assert np.std(shares) == pytest.approx(expected.std(), abs=0.02)
    assert np.mean(starts) == pytest.approx(expected_starts.mean(), abs=1.5)
    assert np.mean(np.array(starts) == 0) == pytest.approx(np.mean(expected_starts == 0), abs=0.05)


def test_cutmix_mixes_a_batch_with_its_probability(make_context):
    for p, share_of_batches in ((0.0, 0.0), (0.3, 0.3), (1.0, 1.0)):
        mixer = build_component("mixers", {"name": "cutmix", "p": p}, make_context())
        changed = [(mixer.mix(pair(seed)).share < 1).all().item() for seed in range(500)]
        assert np.mean(changed) == pytest.approx(share_of_batches, abs=0.06)


def test_cutmix_without_a_segment_is_the_identity(make_context):
    given = pair()
    values, share = mixed(given, make_context, "cutmix", p=0.0)
    assert torch.equal(values, given.first)
    assert torch.equal(share, torch.ones(SIGNALS))


def remixed(share, labels, kappa, tau):
    """The label shares of Remix, equation 10, one pair at a time."""
    result = []
    for lam, a, b in zip(share, *labels, strict=True):
        ratio = COUNTS[a] / COUNTS[b]
        if ratio >= kappa and lam < tau:
            result.append(0.0)
        elif ratio <= 1 / kappa and 1 - lam < tau:
            result.append(1.0)
        else:
            result.append(lam)
    return np.array(result)


@pytest.mark.parametrize("inner", ["mixup", "cutmix", {"name": "mixup", "level": "features"}])
@pytest.mark.parametrize(("kappa", "tau"), [(3.0, 0.5), (2.0, 0.8), (1.0, 1.0), (20.0, 0.5)])
def test_remix_gives_the_label_to_the_rarer_class(make_context, inner, kappa, tau):
    moved = 0
    for seed in range(8):
        given = pair(seed)
        spec = {"name": inner} if isinstance(inner, str) else inner
        plain = mixed(given, make_context, **spec)
        values, share = mixed(pair(seed), make_context, "remix", mixer=inner, kappa=kappa, tau=tau)
        labels = [each.numpy() for each in given.labels]
        assert torch.equal(values, plain.values)
        np.testing.assert_allclose(share.numpy(), remixed(plain.share.numpy(), labels, kappa, tau), atol=1e-6)
        moved += (share != plain.share).sum()
    assert moved


@pytest.mark.parametrize("neutral", [{"kappa": 1e6}, {"tau": 0.0}])
def test_remix_is_its_mixer_for_an_infinite_kappa_or_without_tau(make_context, neutral):
    plain = mixed(pair(3), make_context, "mixup")
    values, share = mixed(pair(3), make_context, "remix", **neutral)
    assert torch.equal(values, plain.values)
    assert torch.equal(share, plain.share)


def many(seed=0, signals=4000, labels=(0, 3)):
    """Many tiny pairs of two classes, so that their shares show a distribution."""
    first, second = torch.zeros(signals, 2, 1), torch.ones(signals, 2, 1)
    both = tuple(torch.full((signals,), label) for label in labels)
    return Pair(first, second, both, 0.5, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("labels", [(0, 3), (3, 0), (2, 2)])
@pytest.mark.parametrize("alpha", [0.2, 0.8])
def test_the_share_of_unimix_is_a_beta_draw_shifted_by_the_other_class(make_context, labels, alpha):
    values, share = mixed(many(labels=labels), make_context, "unimix", alpha=alpha)
    a, b = COUNTS[list(labels)]
    expected = np.random.default_rng(0).beta(alpha, alpha, 200_000) + b / (a + b)
    expected = np.where(expected > 1, expected - 1, expected)
    quantiles = np.linspace(0.05, 0.95, 10)
    np.testing.assert_allclose(np.quantile(share.numpy(), quantiles), np.quantile(expected, quantiles), atol=0.05)
    np.testing.assert_allclose(values.numpy()[:, 0, 0], 1 - share.numpy(), atol=1e-6)


def test_unimix_at_alpha_1_is_a_uniform_share_whatever_the_classes(make_context):
    share = mixed(many(), make_context, "unimix", alpha=1.0).share.numpy()
    np.testing.assert_allclose(np.quantile(share, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.03)


def test_unimix_favours_the_rarer_class(make_context):
    assert mixed(many(labels=(0, 4)), make_context, "unimix", alpha=0.2).share.median() < 0.1
    assert mixed(many(labels=(4, 0)), make_context, "unimix", alpha=0.2).share.median() > 0.9


def rms(signals):
    return np.sqrt((np.asarray(signals, dtype=np.float64) ** 2).mean(axis=(1, 2)))


@pytest.mark.parametrize("name", ["mixup", "unimix"])
def test_a_rescaled_mixture_has_the_amplitude_of_both_signals_in_their_shares(make_context, name):
    given = pair()
    loud = given._replace(second=5 * given.second)
    values, share = mixed(loud, make_context, name, rescale=True)
    plain = mixed(pair()._replace(second=5 * given.second), make_context, name)
    share = share.double().numpy()
    np.testing.assert_allclose(rms(values), share * rms(loud.first) + (1 - share) * rms(loud.second), rtol=1e-5)
    ratio = (values / plain.values).numpy()
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1, :1], ratio.shape), rtol=1e-3)
    assert (rms(plain.values) < rms(values)).any()


def test_rescaling_leaves_a_pair_of_equal_signals_and_silence_as_they_are(make_context):
    given = pair()
    first = given.first.clone()
    first[0] = 0
    values, _ = mixed(given._replace(first=first, second=first), make_context, "mixup", rescale=True)
    torch.testing.assert_close(values, first)


@pytest.mark.parametrize("name", ["mixup", "unimix"])
def test_features_are_not_rescaled(make_context, name):
    with pytest.raises(InputError, match=r"rescale: got true with level = features, .* expected false"):
        mixed(pair(), make_context, name, level="features", rescale=True)


def test_switched_mixing_begins_at_its_progress(make_context):
    for progress, mixes in ((0.0, False), (0.19, False), (0.2, True), (0.89, True), (0.9, False)):
        given = pair(progress=progress)
        values, _ = mixed(given, make_context, "switched", start=0.2, end=0.9)
        assert torch.equal(values, given.first) != mixes
