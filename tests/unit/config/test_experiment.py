"""The documentation of the configuration names every key."""

import re

import pytest
from conftest import REPOSITORY
from pydantic import ValidationError

from ltsei.config import experiment, stages
from ltsei.config.optimization import Sgd
from ltsei.core.parsing import Frozen

TEXT = (REPOSITORY / "config" / "README.md").read_text()


def test_every_key_is_documented():
    documented = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]*)`", TEXT))))
    types = [value for value in {**vars(stages), **vars(experiment)}.values() if isinstance(value, type)]
    keys = {
        field.alias or name
        for model in types
        if issubclass(model, Frozen)
        for name, field in model.model_fields.items()
        if name not in {"name", "steps"}
    }
    assert len(keys) > 30
    assert keys <= documented


def test_settings_are_frozen():
    optimizer = Sgd()
    with pytest.raises(ValidationError):
        optimizer.momentum = 0.5
