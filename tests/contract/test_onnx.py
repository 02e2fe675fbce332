"""Every backbone and every head can be exported: the graph computes the logits of the model.

A graph takes a second to trace, so all networks are traced together, with one output each.
"""

import importlib.util
import json

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.training.model import build_classifier, context_of_head
from ltsei.training.onnx_graph import OUTPUTS, largest_difference, require_packages, traced, write_onnx
from ltsei.training.post_hoc import Affine, PostHoc
from ltsei.training.signal_classifier import SignalClassifier

if not all(importlib.util.find_spec(name) for name in ("onnxscript", "onnxruntime")):
    pytest.skip("the extra `export` is not installed", allow_module_level=True)

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
BACKBONES = [name for name in registry.names("backbones") if registry.declared("backbones", name, "AXES", 1) == 1]
"""Those for signals: models of images are not exported."""
HEADS = registry.names("heads")


def signals(number, length=LENGTH):
    return torch.randn((number, length, 2), generator=torch.Generator().manual_seed(length)) * 3 + 1


def model_of(make_context, backbone, head="linear", how="rms"):
    """A model whose batch normalisation has the statistics of a batch."""
    context, spec = make_context(), {**SMALL.get(backbone, {}), "name": backbone}
    classifier = build_classifier(spec, {"name": head}, context, seed=0).train()
    known = context_of_head(context, classifier.backbone)
    model = SignalClassifier(classifier, PostHoc(), known, {"backbone": spec, "head": {"name": head}}, how)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    model(signals(16))
    return model.eval()


class Together(nn.Module):
    """The logits of a model with each backbone, then those of each head on the features of one of them."""

    def __init__(self, make_context):
        super().__init__()
        models = {name: model_of(make_context, name) for name in BACKBONES}
        self.models, shared = nn.ModuleList(models.values()), models["complex_cnn"]
        self.heads = nn.ModuleList(shared.context.build("heads", name) for name in HEADS)
        self.shared = shared

    def forward(self, signals):
        features = self.shared(signals)[0]
        return *(model(signals)[1] for model in self.models), *(head(features).logits for head in self.heads)


def session_of(path):
    """Return what computes a graph."""
    import onnxruntime

    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def networks(make_context):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Together(make_context).eval()


@pytest.fixture(scope="module")
def outputs(networks, tmp_path_factory):
    """Number and length of signals -> the logits of all networks, and those of the graph."""
    path, names = tmp_path_factory.mktemp("graphs") / "together.onnx", [*BACKBONES, *HEADS]
    traced(networks, signals(3), [f"{number} {name}" for number, name in enumerate(names)]).save(path)
    session = session_of(path)
    pairs = {}
    for batch in (signals(1), signals(5, LENGTH + 23), signals(2, LENGTH - 31)):
        with torch.inference_mode():
            pairs[batch.shape[:2]] = (
                [each.numpy() for each in networks(batch)],
                session.run(None, {"signals": batch.numpy()}),
            )
    return pairs


@pytest.mark.parametrize(("family", "name"), [*(("backbones", n) for n in BACKBONES), *(("heads", n) for n in HEADS)])
def test_the_graph_computes_the_logits(family, name, outputs):
    place = BACKBONES.index(name) if family == "backbones" else len(BACKBONES) + HEADS.index(name)
    for expected, found in outputs.values():
        assert np.ptp(expected[place]) > 1e-3
        margin = 1e-5 * max(1, np.abs(expected[place]).max())
        np.testing.assert_allclose(found[place], expected[place], rtol=1e-5, atol=margin)


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"model.onnx: needs onnx and onnxscript.*pip install '.\[export\]'"):
        require_packages("model.onnx")


def test_an_exported_file_has_steps_temperature_and_class_names_inside(make_context, tmp_path):
    model = model_of(make_context, "complex_cnn", "cosine", "channel")
    model.post_hoc = PostHoc([Affine(torch.arange(1.0, 6.0), torch.ones(5))])
    model.classifier.precision = "bf16"
    write_onnx(tmp_path / "model.onnx", model, 2.5, {"class_names": ["a", "é"]})
    assert model.classifier.precision == "bf16"
    assert largest_difference(tmp_path / "model.onnx", model) < 1e-5
    graph = session_of(tmp_path / "model.onnx")
    logits, probabilities, features = graph.run(list(OUTPUTS), {"signals": signals(4, 50).numpy()})
    expected = torch.from_numpy(logits / 2.5).softmax(1)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-5, atol=1e-6)
    assert features.shape == (4, model.context.in_features)
    assert json.loads(graph.get_modelmeta().custom_metadata_map["class_names"]) == ["a", "é"]
