"""A trained cell as one module: its pre-processing is that of training, and its checkpoint restores it."""

import io

import numpy as np
import pytest
import torch

from ltsei.data import preprocess
from ltsei.training.model import build_classifier, context_of_head
from ltsei.training.post_hoc import Affine, PostHoc
from ltsei.training.signal_classifier import SignalClassifier, restored_classifier, run

BACKBONE, HEAD = {"name": "complex_cnn", "channels": 4, "layers": 2}, {"name": "cosine"}


@pytest.fixture
def model(make_context):
    context = make_context()
    classifier = build_classifier(BACKBONE, HEAD, context, seed=0)
    known = context_of_head(context, classifier.backbone)
    steps = PostHoc([Affine(torch.arange(5.0), torch.ones(5))])
    return SignalClassifier(classifier, steps, known, {"backbone": BACKBONE, "head": HEAD}, "channel").eval()


def signals(length, number=5):
    return np.random.default_rng(length).normal(3, 2, size=(number, length, 2)).astype(np.float32)


@pytest.mark.parametrize("length", [100, 128, 200])
def test_signals_of_any_length_are_prepared_as_for_training(model, length):
    prepared = preprocess.prepare(signals(length), np.arange(5), 128, "channel", "cpu")
    with torch.no_grad():
        features, output = model.classifier(prepared)
        assert torch.equal(model(torch.from_numpy(signals(length)))[0], features)
        expected = output.logits * torch.arange(5.0) + 1
        assert torch.equal(model(torch.from_numpy(signals(length)))[1], expected)


def test_a_checkpoint_restores_the_module(model):
    file = io.BytesIO()
    torch.save(model.stored(), file)
    file.seek(0)
    again = restored_classifier(torch.load(file, weights_only=True))
    batch = torch.from_numpy(signals(90))
    assert (again.length, again.how) == (128, "channel")
    for first, second in zip(again(batch), model(batch), strict=True):
        assert torch.equal(first, second)


def test_chunks_are_classified_in_order(model):
    chunks = [signals(128, 7), signals(150, 2)]
    batches = list(run(model, chunks, device=torch.device("cpu"), batch_size=3))
    assert [len(logits) for _, logits in batches] == [3, 3, 1, 2]
    alone = model(torch.from_numpy(chunks[1]))[1].detach().numpy()
    np.testing.assert_allclose(batches[-1][1], alone, rtol=1e-5, atol=1e-5)
