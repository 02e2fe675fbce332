"""Distillation, against a transcription of Hinton et al. (2015) in NumPy, and its limits."""

import numpy as np
import pytest
import torch

from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component

SIGNALS, CLASSES = 11, 5
LABELS = torch.arange(SIGNALS) % CLASSES


def logits(seed, scale=2.0):
    return scale * torch.randn(SIGNALS, CLASSES, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def batch(student, teacher):
    return Batch(student, LABELS, torch.zeros(SIGNALS, 8), progress=0.5, teacher=teacher)


def loss(make_context, **parameters):
    return build_component("losses", {"name": "distillation", **parameters}, make_context()).train()


def softmax(values):
    exponentials = np.exp(values - values.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_the_loss_is_the_formula_of_the_paper_up_to_the_entropy_of_the_teacher(make_context, alpha, temperature):
    student, teacher = logits(0), logits(1)
    z, v = student.numpy(), teacher.numpy()
    soft = softmax(v / temperature)
    cross_entropy = -(soft * np.log(softmax(z / temperature))).sum(axis=1)
    entropy = -(soft * np.log(soft)).sum(axis=1)
    hard = -np.log(softmax(z)[np.arange(SIGNALS), LABELS])
    expected = (1 - alpha) * hard + alpha * temperature**2 * (cross_entropy - entropy)
    value = loss(make_context, alpha=alpha, temperature=temperature)(batch(student, teacher))
    np.testing.assert_allclose(value.per_sample.numpy(), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("base", ["cross_entropy", {"name": "focal", "gamma": 2.0}, "logit_adjustment"])
def test_without_weight_of_the_teacher_it_is_the_loss_against_the_labels(make_context, base):
    given = batch(logits(0), logits(1))
    expected = build_component("losses", base, make_context())(given).per_sample
    assert torch.equal(loss(make_context, loss=base, alpha=0.0)(given).per_sample, expected)


def test_in_validation_it_is_the_loss_against_the_labels(make_context):
    given = batch(logits(0), None)
    expected = build_component("losses", "cross_entropy", make_context())(given).per_sample
    assert torch.equal(loss(make_context, alpha=0.9).eval()(given).per_sample, expected)


def test_a_training_without_teacher_is_an_error(make_context):
    with pytest.raises(ValueError, match="needs the logits of a teacher"):
        loss(make_context)(batch(logits(0), None))


def test_a_student_that_agrees_with_its_teacher_gets_no_gradient_from_it(make_context):
    student = logits(0).requires_grad_()
    teacher = student.detach() + torch.randn(SIGNALS, 1, dtype=torch.float64)  # a shift leaves the softmax as it is
    value = loss(make_context, alpha=1.0, temperature=3.0)(batch(student, teacher)).per_sample
    value.sum().backward()
    np.testing.assert_allclose(value.detach().numpy(), 0, atol=1e-12)
    np.testing.assert_allclose(student.grad.numpy(), 0, atol=1e-12)


def test_at_high_temperature_it_matches_centred_logits(make_context):
    """Equation 4 of the paper: the gradient tends to (z - v) / C for logits of mean 0."""
    student, teacher = logits(0).requires_grad_(), logits(1)
    value = loss(make_context, alpha=1.0, temperature=1e4)(batch(student, teacher)).per_sample
    value.sum().backward()
    difference = (student - student.mean(1, keepdim=True)) - (teacher - teacher.mean(1, keepdim=True))
    difference = difference.detach().numpy()
    np.testing.assert_allclose(student.grad.numpy(), difference / CLASSES, rtol=1e-2, atol=1e-4)
    np.testing.assert_allclose(value.detach().numpy(), (difference**2).sum(1) / (2 * CLASSES), rtol=1e-2)


def test_terms_of_the_loss_against_the_labels_keep_its_weight(make_context):
    context = make_context()
    head = build_component("heads", "moe_cosine", context)
    features = torch.randn(SIGNALS, context.in_features, generator=torch.Generator().manual_seed(0))
    output = head(features)
    given = Batch(output.logits, LABELS, features, output.extras, 0.5, teacher=logits(1).float())
    expected = build_component("losses", "moe_ltsei", context).train()(given).terms
    terms = loss(make_context, loss="moe_ltsei", alpha=0.25)(given).terms
    assert expected and set(terms) == set(expected)
    assert all(torch.allclose(terms[name], 0.75 * expected[name]) for name in expected)


def test_half_precision_of_either_gives_a_float32_loss(make_context):
    student, teacher = logits(0).bfloat16(), logits(1).bfloat16()
    value = loss(make_context)(batch(student, teacher)).per_sample
    assert value.dtype == torch.float32
    expected = loss(make_context)(batch(student.float(), teacher.float())).per_sample
    torch.testing.assert_close(value, expected)
