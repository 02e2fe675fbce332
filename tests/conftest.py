"""Fixtures and data that tests of several folders share."""

import copy
import functools
import gc
import importlib
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run in parallel; read when torch is imported
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).parents[1] / ".pytest_cache" / "home")  # not the user's folder

import numpy as np
import pytest
import yaml
from hypothesis import settings
from snakemake.utils import update_config

from ltsei.core.context import Context
from ltsei.pipeline.load import load_matrix

REPOSITORY = Path(__file__).parents[1]
SCRIPTS = REPOSITORY / "workflow" / "scripts"

# The same examples on every run, and no time limit on a busy machine.
settings.register_profile("ltsei", deadline=None, derandomize=True)
settings.load_profile("ltsei")


def sklearn_metrics():
    """Return a module that takes over a second to import, when it is needed: each worker collects all tests."""
    return importlib.import_module("sklearn.metrics")


def configuration(name):
    """Return a YAML file of the configuration, read by the C library: the full matrix takes Python a quarter second."""
    return yaml.load((REPOSITORY / "config" / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def pytest_collection_modifyitems(items):
    """Run the workflow tests first: they take longest, and the short ones then fill the end of every worker.

    First of all those of one file that uses the finished run, which other workers then need not wait for.
    """
    fixtures = {}
    for item in items:
        fixtures.setdefault(item.path, set()).update(item.fixturenames)
    using = [path for path in fixtures if "finished_run" in fixtures[path]]
    place = {path: 0 if path in using[:1] else 2 if path in using else 1 for path in fixtures}
    items.sort(key=lambda item: ("tests/workflow/" not in item.nodeid, place[item.path]))
    for item in items:
        faults = [" → ".join(mark.args) for mark in item.iter_markers("fault")]
        item.user_properties += [("fault", fault) for fault in faults]  # `tests/faults/run.py` reads them


def pytest_collection():
    """Spare the garbage collector what is collected, all of which stays."""
    gc.disable()


def pytest_collection_finish():
    """Let it look only at what tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def no_power_loss():
    """Spare tests the wait for the disk, a third of their time on slow ones; processes that they start do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture
def experiments():
    """A small, valid experiment file as a mapping; each test gets a copy that it may change."""
    return copy.deepcopy(EXPERIMENTS)


@pytest.fixture
def real_data():
    """The folder of real recordings; a test that needs them is skipped where none is set."""
    folder = os.environ.get("LTSEI_DATA")
    if not folder:
        pytest.skip("set LTSEI_DATA to the folder of real recordings")
    return Path(folder)


@pytest.fixture(scope="session")
def make_context():
    """A function that makes a context of long-tailed classes, drawn by frequency unless `probabilities` is given."""

    def make(counts=(200, 60, 24, 9, 3), in_features=8, probabilities=None):
        counts = np.asarray(counts, dtype=np.int64)
        return Context(
            class_counts=counts,
            num_classes=len(counts),
            signal_shape=(128, 2),
            sample_rate_hz=None,
            in_features=in_features,
            class_probabilities=probabilities or (lambda progress: counts / counts.sum()),
        )

    return make


@functools.cache
def small_matrix():
    """Return the full matrix with the data set and the narrow backbones of config/guide.yaml."""
    config = {}
    for name in ("experiments", "guide"):
        update_config(config, configuration(name))
    return load_matrix(config, SCRIPTS)


def with_few_layers(recipe, method):
    """Return a recipe of `small_matrix`, with one layer where it has the common backbone, unless that matters.

    It matters for `ce`, where the common backbone is tried, and for the method that uses the maps of its layers.
    """
    common = small_matrix().recipe("stage1", "adsb_small", "ce").settings.backbone
    if method in ("ce", "bag_of_tricks_cam") or getattr(recipe, "backbone", None) != common:
        return recipe
    return recipe.model_copy(update={"backbone": {"name": "complex_cnn", "channels": 4, "layers": 1}})


EXPERIMENTS = yaml.safe_load(
    """
    results: results
    datasets:
      small:
        source: {name: synthetic_adsb, emitters: 4, train_per_class: 30, test_per_class: 6, sample_rate_hz: 12.5e+6}
        split: {validation: {protocol: balanced, per_class: 4}, n_max: 24}
    defaults:
      stage1:
        backbone: {name: convnet_adsb, width: 0.1, stem: strided}
        head: linear
        loss: cross_entropy
        sampler: instance_balanced
        epochs: 2
        batch_size: 16
        lr: 0.05
        weight_decay: 0.0005
      stage2:
        {loss: cross_entropy, sampler: class_balanced, epochs: 3, batch_size: 16, lr: 0.1, weight_decay: 0.0005}
    methods:
      ce: {stage1: {}}
      focal: {stage1: {loss: {name: focal, gamma: 2.0}}}
      crt: {from: ce, stage2: {mode: crt}}
      tau_norm: {from: ce, stage3: [tau_norm]}
      crt_tau: {from: crt, stage3: [{name: tau_norm, tau: 0.7}]}
      la_posthoc: {from: ce, stage3: [{name: logit_adjustment, tau: 1.0}]}
    run: [main]
    experiments:
      main:
        datasets: [small]
        methods: [ce, focal, crt, tau_norm, crt_tau, la_posthoc]
        imbalance_ratios: [2, 4.5]
        seeds: [0]
    """
)
