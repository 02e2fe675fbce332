"""The guide to one's own data shows what really happens."""

import re
from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml
from snakemake.utils import update_config

from ltsei.cli.inspect import describe
from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.pipeline.load import load_matrix

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def captures(tmp_path, monkeypatch):
    """The file of the guide, in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    rng = np.random.default_rng(0)
    device = np.repeat(np.arange(1, 6), [240, 120, 60, 30, 14])
    with h5py.File("data/captures.h5", "w") as file:
        file["session"] = rng.integers(0, 12, len(device))
        file["iq"] = rng.normal(size=(len(device), 512, 2)).astype(np.float32).view(np.complex64)[..., 0]
        file["time"] = np.sort(rng.uniform(0, 86400, len(device))).round(1)
        file["device"] = device
        file["sample_rate"] = 2e6
        file["class_names"] = [f"radio-{number}" for number in range(1, 6)]


def test_the_transcript_is_what_inspect_prints():
    (transcript,) = re.findall(r"\$ ltsei inspect data/captures.h5 y_key=device\n(.*?)```", GUIDE, re.DOTALL)
    assert transcript == describe("data/captures.h5", y_key="device")


def test_without_the_setting_the_report_ends_as_the_guide_says():
    report = describe("data/captures.h5")
    assert re.search(r"several arrays may be the labels \(device .*; session .*; time .*\)", report)
    assert report.endswith("\n  ltsei inspect data/captures.h5 y_key=device\n")


def test_the_configuration_of_the_guide_can_be_run():
    overlay, _ = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[-2:])
    assert build_component("sources", overlay["datasets"]["captures"]["source"], None).num_validation == 0
    config = yaml.safe_load((ROOT / "config" / "experiments.yaml").read_text(encoding="utf-8"))
    update_config(config, overlay)
    assert len(load_matrix(config, ROOT / "workflow" / "scripts").cells()) == 3 * 3


def test_every_setting_that_the_guide_names_exists():
    named = set(re.findall(r"\b\w+_(?:key|labels|hz|length)\b|\bdrop_\w+|\bholdout\b", GUIDE))
    assert len(named) > 10
    assert named <= set(registry.parameters("sources", "files"))
