"""The source that leaves out the unknown classes of another."""

import numpy as np
import pytest

from ltsei.components.sources import known_classes
from ltsei.core import registry
from ltsei.core.errors import InputError


@pytest.fixture
def source(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "a.npz", X=rng.normal(size=(60, 8, 2)), Y=np.repeat(["x", "y", "z"], 20), day=np.tile([1, 2], 30)
    )
    written = {"name": "files", "train": str(tmp_path / "a.npz"), "holdout": 0.25, "domains": ["day"]}
    return registry.resolve("sources", written, "source")


def test_the_survey_says_what_the_source_holds_without_reading_signals(source):
    built = known_classes.build(None, source=source, names=["y"])
    surveyed = known_classes.survey(source=source, names=["y"])
    assert built.class_names == surveyed.class_names == ("x", "z")
    for part in ("train", "test"):
        labels = [getattr(each, part).labels for each in (built, surveyed)]
        np.testing.assert_array_equal(*labels)
    assert sum(len(chunk) for chunk in built.train.chunks()) == len(built.train.labels) == 30
    assert built.notes["domains"] == surveyed.notes["domains"]


def test_files_and_domains_are_those_of_the_source_inside(source):
    assert known_classes.input_files(source=source, number=1) == [source["train"]]
    written = {
        "name": "recordings",
        "files": "radios",
        "pattern": "{label}_day{day}",
        "datatype": "cf32_le",
        "length": 8,
    }
    recorded = registry.resolve("sources", {**written, "holdout": 0.3}, "source")
    assert known_classes.domain_names(source=recorded, number=1) == ["day"]
    synthetic = registry.resolve("sources", "synthetic_adsb", "source")
    assert known_classes.input_files(source=synthetic) == known_classes.domain_names(source=synthetic) == []


def test_a_class_that_the_source_lacks_cannot_be_unknown(source):
    with pytest.raises(InputError, match="unknown_classes: unknown class 'w', allowed: x, y, z"):
        known_classes.survey(source=source, names=["w"])
