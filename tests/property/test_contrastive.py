"""Contrastive losses, against transcriptions of their papers in NumPy, one anchor at a time."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import integrate, special

from ltsei.components.losses import _contrastive, gpaco, proco
from ltsei.components.losses._shared import Batch
from ltsei.components.losses.bcl import balanced_contrast
from ltsei.core.context import build_component

COUNTS = np.array([200, 60, 24, 9, 3])
PRIOR = COUNTS / COUNTS.sum()
LABELS = np.array([0, 0, 0, 0, 1, 1, 2, 3])
SIGNALS, CLASSES, WIDTH = len(LABELS), len(COUNTS), 8


def build(make_context, name, **parameters):
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return build_component("losses", {"name": name, **parameters}, make_context(COUNTS))


def batch(progress=0.5, labels=LABELS, seed=0, views=2):
    generator = torch.Generator().manual_seed(seed)
    features, other = (torch.randn(views, len(labels), WIDTH, generator=generator) for _ in range(2))
    weight = torch.randn(CLASSES, WIDTH, generator=generator)
    labels = torch.from_numpy(labels)
    partner = Batch(other[0] @ weight.T, labels.flip(0), other[0], {}, progress)
    logits = features @ weight.T
    return Batch(logits[0], labels, features[0], {"weight": weight}, progress, features, logits, partner)


def log_softmax(scores):
    return scores - math.log(np.exp(scores).sum())


def cross_entropy(logits, labels, adjustment=0.0):
    return np.array(
        [-log_softmax(z + adjustment)[y] for z, y in zip(numpy(logits), labels, strict=True)], dtype=np.float64
    )


def numpy(tensor):
    return tensor.detach().double().numpy()


def rows(loss, given):
    """The projections of all views, one after the other, and their labels."""
    return numpy(loss.projector(given.views)).reshape(-1, loss.projector(given.views).shape[-1]), np.tile(LABELS, 2)


def over_views(losses):
    return np.array(losses).reshape(2, -1).mean(0)


def supcon(z, y, temperature):
    """Khosla et al., eq. 2."""
    losses = []
    for i in range(len(z)):
        others = [a for a in range(len(z)) if a != i]
        denominator = sum(math.exp(z[i] @ z[a] / temperature) for a in others)
        positives = [p for p in others if y[p] == y[i]]
        terms = [math.log(math.exp(z[i] @ z[p] / temperature) / denominator) for p in positives]
        losses.append(-sum(terms) / len(positives) if positives else 0.0)
    return np.array(losses)


def test_projections_have_length_1(make_context):
    for name in ("supervised_contrastive", "bcl", "gpaco", "proco"):
        z, _ = rows(build(make_context, name), batch())
        np.testing.assert_allclose(np.linalg.norm(z, axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(("temperature", "contrast", "classifier"), [(0.1, 1.0, 1.0), (0.5, 0.3, 2.0)])
def test_supervised_contrastive_is_the_formula_of_its_paper(make_context, temperature, contrast, classifier):
    weights = {"temperature": temperature, "contrast": contrast, "classifier": classifier}
    loss, given = build(make_context, "supervised_contrastive", **weights), batch()
    expected = contrast * over_views(supcon(*rows(loss, given), temperature))
    expected += classifier * cross_entropy(given.logits, LABELS)
    np.testing.assert_allclose(numpy(loss(given).per_sample), expected, rtol=1e-5)


def test_without_a_classifier_the_head_has_no_gradient(make_context):
    given = batch()
    given.logits.requires_grad_()
    loss = build(make_context, "supervised_contrastive", classifier=0.0)
    loss(given).per_sample.sum().backward()
    assert given.logits.grad is None


def test_an_anchor_without_positives_has_no_loss():
    vectors = torch.nn.functional.normalize(
        torch.randn(1, SIGNALS, 4, generator=torch.Generator().manual_seed(1)), dim=2
    )
    vectors.requires_grad_()
    losses = _contrastive.supervised_contrast(vectors, torch.from_numpy(LABELS), 0.1)
    losses.sum().backward()
    assert (losses[6:] == 0).all()
    np.testing.assert_allclose(numpy(losses), supcon(numpy(vectors)[0], LABELS, 0.1), rtol=1e-5)
    assert torch.isfinite(vectors.grad).all()


@pytest.mark.parametrize(("progress", "alpha"), [(0.0, 1.0), (0.5, 0.75), (1.0, 0.0)])
def test_hybrid_sc_moves_from_contrast_to_cross_entropy_of_the_partner_batch(make_context, progress, alpha):
    loss, given = build(make_context, "hybrid_sc", temperature=0.2), batch(progress)
    value = loss(given)
    contrast = over_views(supcon(*rows(loss, given), 0.2))
    np.testing.assert_allclose(numpy(value.per_sample), alpha * contrast, rtol=1e-5)
    classifier = cross_entropy(given.partner.logits, LABELS[::-1]).mean()
    assert value.terms["classifier"].item() == pytest.approx((1 - alpha) * classifier, rel=1e-5)


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_hybrid_psc_contrasts_with_the_prototypes_of_the_other_classes(make_context, temperature):
    loss, given = build(make_context, "hybrid_psc", temperature=temperature), batch(progress=0.5)
    z, p = numpy(loss.projector(given.features)), 7.0 * numpy(loss.prototypes)
    loss.prototypes.data *= 7.0  # only directions matter
    expected = []
    for i, y in enumerate(LABELS):
        similarities = [z[i] @ p[j] / np.linalg.norm(p[j]) / temperature for j in range(CLASSES)]
        others = sum(math.exp(similarities[j]) for j in range(CLASSES) if j != y)
        expected.append(-math.log(math.exp(similarities[y]) / others))
    value = loss(replace(given, views=None, view_logits=None))
    np.testing.assert_allclose(numpy(value.per_sample), 0.75 * np.array(expected), rtol=1e-4)
    assert value.terms["classifier"].item() == pytest.approx(
        0.25 * cross_entropy(given.partner.logits, LABELS[::-1]).mean()
    )


def bcl(z, y, centres, temperature):
    """Zhu et al.: the mean over positives, centre included, with a denominator of class means."""
    vectors, labels = np.concatenate([z, centres]), np.concatenate([y, np.arange(len(centres))])
    losses = []
    for i in range(len(z)):
        means = []
        for c in range(len(centres)):
            members = [a for a in range(len(vectors)) if labels[a] == c and a != i]
            means.append(np.mean([math.exp(z[i] @ vectors[a] / temperature) for a in members]))
        positives = [p for p in range(len(vectors)) if labels[p] == y[i] and p != i]
        losses.append(-np.mean([math.log(math.exp(z[i] @ vectors[p] / temperature) / sum(means)) for p in positives]))
    return np.array(losses)


def test_bcl_is_the_formula_of_its_paper(make_context):
    loss, given = build(make_context, "bcl", temperature=0.2, contrast=0.4), batch()
    centres = numpy(loss.of_weights(given.extras["weight"]))
    expected = 0.4 * over_views(bcl(*rows(loss, given), centres, 0.2))
    expected += cross_entropy(given.logits, LABELS, np.log(PRIOR))
    np.testing.assert_allclose(numpy(loss(given).per_sample), expected, rtol=1e-5)


def test_in_bcl_other_classes_do_not_feel_how_often_a_class_occurs():
    generator = torch.Generator().manual_seed(2)
    drawn = torch.randn(2, SIGNALS, 4, generator=generator), torch.randn(CLASSES, 4, generator=generator)
    vectors, centres = (torch.nn.functional.normalize(each, dim=-1) for each in drawn)
    own = torch.from_numpy(LABELS == 0)
    vectors[:, own] = centres[0]

    def losses(contrast, copies):
        more = torch.cat([vectors, centres[0].expand(2, copies, 4)], 1)
        labels = torch.cat([torch.from_numpy(LABELS), torch.zeros(copies, dtype=torch.int64)])
        return contrast(more, labels)[:SIGNALS][~own]

    balanced, plain = (
        lambda projected, labels: balanced_contrast(projected, centres, labels, 0.1),
        lambda projected, labels: _contrastive.supervised_contrast(projected, labels, 0.1),
    )
    torch.testing.assert_close(losses(balanced, 9), losses(balanced, 0))
    assert (losses(plain, 9) > losses(plain, 0)).all()


def paco(z, y, logits, queue, queue_labels, temperature, alpha, gamma):
    """Cui et al.: -Σ w log p / Σ w over the own centre (w = 1) and the signals of the class (w = alpha)."""
    vectors, labels = np.concatenate([z, queue]), np.concatenate([y, queue_labels])
    losses = []
    for i in range(len(z)):
        others = [a for a in range(len(vectors)) if a != i]
        denominator = sum(np.exp(logits[i] + np.log(PRIOR)))
        denominator += gamma * sum(math.exp(z[i] @ vectors[a] / temperature) for a in others)
        total = math.log(np.exp(logits[i] + np.log(PRIOR))[y[i]] / denominator)
        positives = [a for a in others if labels[a] == y[i]]
        total += alpha * sum(math.log(math.exp(z[i] @ vectors[a] / temperature) / denominator) for a in positives)
        losses.append(-total / (1 + alpha * len(positives)))
    return losses


@pytest.mark.parametrize(("alpha", "gamma"), [(0.01, 1.0), (0.3, 0.5)])
def test_gpaco_is_the_formula_of_its_paper_with_a_queue_of_earlier_batches(make_context, alpha, gamma):
    loss = build(make_context, "gpaco", temperature=0.2, alpha=alpha, gamma=gamma, queue=10)
    earlier = [batch(seed=seed) for seed in (5, 6)]
    queue = np.concatenate([rows(loss, each)[0][SIGNALS:] for each in earlier])[-10:]
    for each in earlier:
        loss(each)
    given = batch()
    logits, queue_labels = numpy(given.view_logits).reshape(-1, CLASSES), np.tile(LABELS, 2)[-10:]
    expected = over_views(paco(*rows(loss, given), logits, queue, queue_labels, 0.2, alpha, gamma))
    np.testing.assert_allclose(numpy(loss(given).per_sample), expected, rtol=1e-5)


def test_empty_places_of_the_queue_are_no_candidates(make_context):
    values = [
        numpy(build(make_context, "gpaco", queue=queue, temperature=1.0)(batch()).per_sample) for queue in (1, 50)
    ]
    np.testing.assert_allclose(*values, rtol=1e-6)


def test_gpaco_without_signals_is_logit_adjusted_cross_entropy_of_both_views(make_context):
    loss, given = build(make_context, "gpaco", alpha=0.0, gamma=0.0), batch()
    expected = np.mean([cross_entropy(logits, LABELS, np.log(PRIOR)) for logits in given.view_logits], axis=0)
    np.testing.assert_allclose(numpy(loss(given).per_sample), expected, rtol=1e-5)


@pytest.mark.parametrize("sizes", [(2, 3), (5, 4), (3, 9, 2), (7, 7)])
def test_a_queue_holds_the_latest_projections(sizes):
    queue = gpaco.Queue(5, 2)
    numbers = torch.arange(sum(sizes))
    for part in torch.split(numbers, sizes):
        queue.push(torch.stack([part, -part], 1).float(), part)
    held = sorted(numbers[-5:].tolist())
    assert sorted(queue.labels[queue.labels != gpaco.EMPTY].tolist()) == held
    assert torch.equal(queue.projections[:, 0], queue.labels.clamp_min(0).float())


def normaliser(kappa, width):
    """∫ exp(κ μ·v) dv over the sphere, up to a factor that depends on the dimension alone, without Bessel functions."""
    return integrate.quad(lambda t: math.exp(kappa * (t - 1)) * (1 - t * t) ** ((width - 3) / 2), -1, 1, epsabs=0)[0]


@pytest.mark.parametrize("width", [16, 128])
@pytest.mark.parametrize("length", [0.0, 0.1, 0.6, 0.95])
def test_proco_expects_the_similarity_to_a_class_under_its_distribution(width, length):
    rng, temperature = np.random.default_rng(0), 0.1
    mean, vectors = rng.standard_normal((1, width)), rng.standard_normal((6, width))
    mean *= length / np.linalg.norm(mean)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kappa = length * (width - length**2) / (1 - length**2)
    direction = mean[0] / length if length else mean[0]
    expected = []
    for z in vectors:
        shifted = np.linalg.norm(kappa * direction + z / temperature)
        log_ratio = math.log(normaliser(shifted, width)) + shifted - math.log(normaliser(kappa, width)) - kappa
        expected.append(log_ratio)
    sums = _contrastive.ClassSums(1, width)
    sums.last += torch.from_numpy(4 * mean)
    sums.last_counts += 4
    loss = proco.Proco(torch.nn.Identity(), sums, torch.zeros(1), temperature, 1.0)
    measured = loss.similarities(torch.from_numpy(vectors))[:, 0]
    np.testing.assert_allclose(numpy(measured), expected, atol=2e-5)


@pytest.mark.parametrize(("order", "error"), [(7, 1e-5), (15, 1e-6), (63, 1e-8)])
def test_the_bessel_functions_and_their_ratio_are_exact_enough_for_every_argument(order, error):
    x = np.concatenate([[0.05], np.logspace(-1, 5, 100)])
    argument = torch.tensor(x, requires_grad=True)
    value = proco.log_bessel_ratio(argument**2, order)
    np.testing.assert_allclose(numpy(value), np.log(special.ive(order, x)) + x - order * np.log(x), atol=error)
    value.sum().backward()
    ratio = special.ive(order + 1, x) / special.ive(order, x)
    np.testing.assert_allclose(argument.grad.numpy(), ratio, atol=error)


def test_proco_is_logit_adjusted_cross_entropy_of_classifier_and_expected_similarities(make_context):
    loss, given = build(make_context, "proco", contrast=0.7), batch()
    for each in (batch(seed=5), batch(seed=6)):
        loss.sums.begin_epoch(0.0)
        loss(each)
    z, labels = rows(loss, given)
    expected = cross_entropy(given.logits, LABELS, np.log(PRIOR))
    value = numpy(loss(given).per_sample)
    similarities = loss.similarities(torch.from_numpy(z))
    expected += 0.7 * over_views(cross_entropy(similarities, labels, np.log(PRIOR)))
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_proco_estimates_directions_from_the_last_and_the_present_epoch(make_context):
    loss = build(make_context, "proco")
    batches = [batch(seed=seed) for seed in range(5)]
    for number, each in enumerate(batches):
        if number in (0, 2, 4):
            loss.sums.begin_epoch(0.0)
        loss(each)
    seen = np.concatenate([rows(loss, each)[0] for each in batches[2:]])
    labels = np.tile(LABELS, 2 * 3)
    direct = build(make_context, "proco")
    for c in range(4):
        direct.sums.present[c] = torch.from_numpy(seen[labels == c].sum(0))
        direct.sums.present_counts[c] = (labels == c).sum()
    vectors = torch.from_numpy(seen[:5])
    torch.testing.assert_close(loss.similarities(vectors), direct.similarities(vectors), atol=1e-4, rtol=1e-5)
    assert loss.sums.present_counts.tolist() == [8, 4, 2, 2, 0]
    assert loss.sums.last_counts.tolist() == [16, 8, 4, 4, 0]


def test_a_class_that_proco_has_not_seen_is_uniform_and_one_without_spread_is_finite(make_context):
    loss, given = build(make_context, "proco"), batch(labels=np.full(SIGNALS, 2))
    same = replace(given, views=given.views[:1, :1].expand(2, SIGNALS, WIDTH).clone().requires_grad_())
    value = loss(same).per_sample
    value.sum().backward()
    assert torch.isfinite(value).all()
    assert torch.isfinite(same.views.grad).all()
    similarities = loss.similarities(torch.nn.functional.normalize(torch.randn(4, 128, dtype=torch.float64), dim=1))
    assert torch.equal(similarities[:, 0], similarities[:, 4])
    assert similarities[:, 0].std() < 1e-12


def dro_lt(features, centres, radii, temperature):
    """Samuel & Chechik: the loss of each signal against those of its batch, and its share in the mean over classes."""
    losses, shares = [], []
    for i, y in enumerate(LABELS):
        powers = []
        for j, other in enumerate(LABELS):
            distance = np.linalg.norm(features[j] - centres[y]) + (2 * radii[y] if other == y else 0)
            powers.append(math.exp(-distance / temperature))
        losses.append(-math.log(powers[i] / sum(powers)))
        shares.append(1 / np.sum(y == LABELS) / len(set(LABELS)))
    return np.array(losses), np.array(shares)


def test_dro_lt_is_the_formula_of_its_paper_around_the_means_of_the_last_epoch(make_context):
    loss = build(make_context, "dro_lt", temperature=2.0, epsilon=1.5, share=0.3, start=0.5)
    earlier, given = [batch(seed=5), batch(seed=6)], batch()
    for each in earlier:
        loss(each)
    loss.centres.begin_epoch(0.5)
    seen, labels = np.concatenate([numpy(each.features) for each in earlier]), np.tile(LABELS, 2)
    centres = {c: seen[labels == c].mean(0) for c in set(LABELS)}
    losses, shares = dro_lt(numpy(given.features), centres, 1.5 / np.sqrt(COUNTS), 2.0)
    expected = 0.7 * cross_entropy(given.logits, LABELS) + 0.3 * losses * shares * SIGNALS
    np.testing.assert_allclose(numpy(loss(given).per_sample), expected, rtol=1e-4)


def test_dro_lt_begins_with_cross_entropy(make_context):
    loss, given = build(make_context, "dro_lt", share=0.4), batch()
    expected = cross_entropy(given.logits, LABELS)
    np.testing.assert_allclose(numpy(loss(given).per_sample), 0.6 * expected, rtol=1e-5)
    loss.centres.begin_epoch(0.49)
    np.testing.assert_allclose(numpy(loss(replace(given, progress=0.49)).per_sample), expected, rtol=1e-5)


def test_dro_lt_has_a_finite_gradient_where_a_feature_lies_on_its_centre(make_context):
    loss, given = build(make_context, "dro_lt"), batch()
    same = replace(given, features=given.features[:1].expand(SIGNALS, WIDTH).clone().requires_grad_())
    loss(same)
    loss.centres.begin_epoch(0.5)
    loss(same).per_sample.sum().backward()
    assert torch.isfinite(same.features.grad).all()


@pytest.mark.parametrize(
    "name", ["supervised_contrastive", "hybrid_sc", "hybrid_psc", "bcl", "gpaco", "proco", "dro_lt"]
)
def test_in_validation_the_loss_is_that_of_the_classifier(make_context, name):
    loss, given = build(make_context, name).eval(), batch()
    adjustment = np.log(PRIOR) if name in ("bcl", "gpaco", "proco") else 0.0
    value = loss(replace(given, views=None, view_logits=None, partner=None))
    np.testing.assert_allclose(numpy(value.per_sample), cross_entropy(given.logits, LABELS, adjustment), rtol=1e-5)
    assert not value.terms
