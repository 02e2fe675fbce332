"""Every backbone and every head can be exported: the graph computes the logits of the model.

A graph takes a second to trace, so all networks are traced together, with one output each.
"""

import json

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.core import registry
from ltsei.training.model import build_classifier, context_of_head
from ltsei.training.onnx_graph import OUTPUTS, largest_difference, traced, write_onnx
from ltsei.training.post_hoc import Affine, PostHoc
from ltsei.training.signal_classifier import SignalClassifier

pytest.importorskip("onnxscript", reason="the extra `export` is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="the extra `export` is not installed")

LENGTH = 128
RESNET = {"name": "resnet1d", "base": 4, "stages": 2, "blocks": 1}
COMPLEX = {"name": "complex_cnn", "channels": 4, "layers": 2}
SMALL = {
    "branched": {"backbone": RESNET},
    "complex_cnn": COMPLEX,
    "convnet_adsb": {"width": 0.05, "stem": "strided"},
    "dilated_tcn": {"channels": 4},
    "frequency_expert": {"mode": "magphase", "backbone": COMPLEX},
    "mixture_of_experts_conv": {"experts": [COMPLEX, RESNET]},
    "mixture_of_experts_resnet": {"experts": [RESNET, COMPLEX]},
    "patch_transformer": {"width": 8, "depth": 1, "heads": 2},
    "resnet1d": RESNET,
    "resnet_frequency_expert": {"mode": "ri", "band": 0.5, "backbone": RESNET},
}
"""Parameters that make a backbone small; a new one is traced with its defaults."""
CASES = {
    **{f"backbone {name}": ({**SMALL.get(name, {}), "name": name}, "linear") for name in registry.names("backbones")},
    **{
        f"head {name}": (registry.declared("heads", name, "REQUIRES", {}).get("backbone", [COMPLEX])[0], name)
        for name in registry.names("heads")
    },
}


def signals(number, length=LENGTH):
    return torch.randn((number, length, 2), generator=torch.Generator().manual_seed(length)) * 3 + 1


def model_of(make_context, backbone, head, how="rms"):
    """A model whose statistics of batch normalisation are those of a few batches."""
    context = make_context()
    backbone = {"name": backbone, **SMALL[backbone]} if isinstance(backbone, str) else backbone
    classifier = build_classifier(backbone, {"name": head}, context, seed=0).train()
    known = context_of_head(context, classifier.backbone)
    model = SignalClassifier(classifier, PostHoc(), known, {"backbone": backbone, "head": {"name": head}}, how)
    for _ in range(20):
        model(signals(16))
    return model.eval()


class Together(nn.Module):
    """The logits of all models."""

    def __init__(self, models):
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(self, signals):
        return tuple(model(signals)[1] for model in self.models)


@pytest.fixture(scope="module")
def models(make_context):
    return {case: model_of(make_context, *parts) for case, parts in CASES.items()}


@pytest.fixture(scope="module")
def session(models, tmp_path_factory):
    path = tmp_path_factory.mktemp("graphs") / "together.onnx"
    names = [f"logits_{number}" for number in range(len(models))]
    traced(Together(models.values()).eval(), signals(3), names).save(path)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("case", CASES)
def test_the_graph_computes_the_logits(case, models, session):
    output = f"logits_{list(CASES).index(case)}"
    for number, length in ((1, LENGTH), (5, LENGTH + 23), (2, LENGTH - 31)):
        batch = signals(number, length)
        with torch.inference_mode():
            expected = models[case](batch)[1].numpy()
        (logits,) = session.run([output], {"signals": batch.numpy()})
        assert np.ptp(expected) > 1e-3
        np.testing.assert_allclose(logits, expected, rtol=1e-5, atol=1e-5 * max(1, np.abs(expected).max()))


def test_an_exported_file_has_steps_temperature_and_class_names_inside(make_context, tmp_path):
    model = model_of(make_context, COMPLEX, "cosine", "channel")
    model.post_hoc = PostHoc([Affine(torch.arange(1.0, 6.0), torch.ones(5))])
    model.classifier.precision = "bf16"
    write_onnx(tmp_path / "model.onnx", model, 2.5, {"class_names": ["a", "é"]})
    assert model.classifier.precision == "bf16"
    assert largest_difference(tmp_path / "model.onnx", model) < 1e-5
    graph = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    logits, probabilities, features = graph.run(list(OUTPUTS), {"signals": signals(4, 50).numpy()})
    expected = torch.from_numpy(logits / 2.5).softmax(1)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-5, atol=1e-6)
    assert features.shape == (4, model.context.in_features)
    assert json.loads(graph.get_modelmeta().custom_metadata_map["class_names"]) == ["a", "é"]
