"""A training step of every recipe on a device whose memory the host cannot read, like a GPU, on a machine without one.

Fake tensors know their device and hold no values: an operation on two devices fails, and so does one that has to tell
the host a value, for which it would have to wait for a GPU. Copies back to the host are refused. Each operation is
looked up among those which may have no deterministic kernel on CUDA, some of them under certain arguments alone
(documentation of `torch.use_deterministic_algorithms`). In float32: autocast knows no such device.
"""

import copy
import json
import re
from dataclasses import replace
from functools import partial

import pytest
import torch
from conftest import small_matrix, with_few_layers
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ltsei.components.augmentations._shared import Guided
from ltsei.components.losses._shared import LossValue
from ltsei.components.losses.cross_entropy import CrossEntropy
from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.training import preflight
from ltsei.training.loop import TrainingLoop
from ltsei.training.model import extract
from ltsei.training.optim import build_optimizer

DEVICE, CPU, EPOCH = torch.device("meta"), torch.device("cpu"), TrainingLoop.train_epoch
MATRIX = small_matrix()
RULES = ("stage1", "stage2", "stage2_finetune")
MAYBE_NOT_DETERMINISTIC = re.compile(
    r"aten\.(_?adaptive_(avg|max)_pool[23]d_backward|avg_pool3d_backward|fractional_max_pool[23]d_backward"
    r"|max_unpool[23]d|_?upsample_(linear|bilinear|bicubic|trilinear)\w*_backward|reflection_pad[123]d_backward"
    r"|nll_loss2d_forward|_ctc_loss_backward|_embedding_bag\w*|put_?|histc|bincount|(nan)?median|kthvalue"
    r"|grid_sampler_[23]d_backward|cumsum_?|scatter_reduce_?)\."
)


def trainings():
    """The trainings of the full matrix, one of those whose recipes differ in numbers alone: (rule, method)."""
    by_operations = {}
    for rule in RULES:
        for method in MATRIX.rule_owners(rule):
            settings = MATRIX.recipe(rule, "adsb_small", method).settings.model_dump(mode="json")
            by_operations.setdefault((rule, json.dumps(without_numbers(settings), sort_keys=True)), (rule, method))
    return list(by_operations.values())


def without_numbers(settings):
    """Settings, nested ones too, with the same text for every number."""
    if isinstance(settings, dict):
        return {key: without_numbers(value) for key, value in settings.items()}
    if isinstance(settings, list):
        return [without_numbers(value) for value in settings]
    return settings if settings is None or isinstance(settings, bool | str) else "number"


class Watched(TorchDispatchMode):
    """Refuses operations without a deterministic kernel and copies to the host; counts copies to the device."""

    def __init__(self):
        super().__init__()
        self.copies_to_the_device = 0

    def __torch_dispatch__(self, operation, types, arguments=(), named=None):
        assert not MAYBE_NOT_DETERMINISTIC.match(f"{operation}."), operation
        result = operation(*arguments, **(named or {}))
        before, after = (devices_of(part) for part in (arguments, result))
        assert not (DEVICE in before and CPU in after), f"{operation} copies to the host"
        self.copies_to_the_device += CPU in before and DEVICE in after and DEVICE not in before
        return result


def devices_of(values):
    """The devices of the tensors among values, scalars left out."""
    return {value.device for value in tree_leaves(values) if isinstance(value, torch.Tensor) and value.ndim}


def moved(module):
    """The module with parameters and buffers on the device; everything else in it stays where it was created."""
    for part in module.modules():
        for name, value in part._parameters.items():
            if value is not None:
                part._parameters[name] = nn.Parameter(moved_tensor(value), requires_grad=value.requires_grad)
        for name, value in part._buffers.items():
            part._buffers[name] = None if value is None else moved_tensor(value)
    return module


def moved_tensor(value):
    """A tensor of the same shape and type on the device."""
    return torch.empty(value.shape, dtype=value.dtype, device=DEVICE)


def step_on_the_device(run):
    """Train a copy of the run on the device for one epoch."""
    objective = run.objective
    model, loss, streams, update = copy.deepcopy((run.model, objective.loss, run.streams, objective.update))
    with FakeTensorMode(allow_non_fake_inputs=True), Watched() as watched:
        twin = copy.copy(run)
        draws = round(run.objective.sampler(0.0).sum())
        twin.recipe = run.recipe.model_copy(update={"batch_size": draws // 2})  # two or three steps
        twin.model, twin.streams, twin.device, twin.records = moved(model), streams, DEVICE, {}
        twin.objective = replace(run.objective, loss=moved(loss), update=update)
        if update is not None:
            update.start(model)
        for stream in streams:
            stream.inputs, stream.labels = moved_tensor(stream.inputs), moved_tensor(stream.labels)
            stream.teacher = None if stream.teacher is None else moved_tensor(stream.teacher)
        parts = (model.backbone, 1.0), (model.head, model.head_lr_factor), (loss, 1.0)
        twin.optimizer = build_optimizer(run.recipe, *parts)
        twin.parameters = [parameter for group in twin.optimizer.param_groups for parameter in group["params"]]
        for group in twin.optimizer.param_groups:
            group |= {"fused": False, "foreach": False}  # fused kernels are for devices that exist
        copies = []
        EPOCH(twin, lambda: copies.append(watched.copies_to_the_device))
        assert len(copies) > 1 and copies[0] == copies[-1], "copied to the device in every step"
        extract(twin.model, [streams[0].inputs])
    assert {record.device for column in twin.records.values() for record in column} == {DEVICE}


@pytest.fixture
def stepped(monkeypatch):
    """Runs the epochs of every training on the device as well, and lists them."""
    done = []

    def train_epoch(run, after_step):
        step_on_the_device(run)
        done.append(run.epoch)
        EPOCH(run, after_step)

    monkeypatch.setattr(TrainingLoop, "train_epoch", train_epoch)
    return done


def carry_out(rule, method):
    stage1, trained = (
        with_few_layers(MATRIX.recipe(each, "adsb_small", owner).settings, method)
        for each, owner in (("stage1", MATRIX.owner(method, "stage1")), (rule, method))
    )
    preflight.check({rule: trained}, before={rule: stage1})


@pytest.mark.parametrize(("rule", "method"), trainings())
def test_a_step_copies_nothing_to_the_host_mixes_no_devices_and_is_deterministic(rule, method, stepped):
    carry_out(rule, method)
    assert stepped == [0]


@pytest.mark.parametrize("name", registry.names("augmentations"))
def test_an_augmentation_stays_on_the_device(name, make_context):
    augment = build_component("augmentations", name, replace(make_context(), sample_rate_hz=1e6))
    with FakeTensorMode(allow_non_fake_inputs=True), Watched() as watched:
        signals = torch.empty(32, 128, 2, device=DEVICE)
        guided = isinstance(augment, Guided)
        change = partial(augment.change, activation=signals[..., 0]) if guided else augment
        assert change(signals, torch.Generator()).device == DEVICE
    assert watched.copies_to_the_device == 0


def read_by_the_host(logits):
    return logits.sum(1) * logits.sum().item()


def copied_to_the_host(logits):
    return logits.sum(1).cpu().to(logits.device)


def made_on_the_host(logits):
    return logits.sum(1) + torch.ones(len(logits)).to(logits.device)


def on_two_devices(logits):
    return logits.sum(1) + torch.ones(len(logits))


def not_deterministic(logits):
    return logits.cumsum(1).sum(1)


def not_deterministic_backwards(logits):
    return functional.adaptive_avg_pool2d(logits[:, None, None], 2).sum((1, 2, 3))


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        (read_by_the_host, "DataDependent"),
        (copied_to_the_host, "copies to the host"),
        (made_on_the_host, "copied to the device"),
        (on_two_devices, "DeviceMismatch"),
        (not_deterministic, "cumsum"),
        (not_deterministic_backwards, "adaptive_avg_pool2d_backward"),
    ],
)
def test_a_loss_that_does_not_suit_a_gpu_is_detected(mistake, complaint, stepped, monkeypatch):
    monkeypatch.setattr(CrossEntropy, "forward", lambda self, batch: LossValue(mistake(batch.logits)))
    with pytest.raises(InputError, match=complaint):
        carry_out("stage1", "ce")
