"""Settings of the experiment file."""

import pytest
from pydantic import ValidationError

from ltsei.config.optimization import Sgd
from ltsei.config.stages import FAMILY
from ltsei.core import registry


def test_settings_are_frozen():
    optimizer = Sgd()
    with pytest.raises(ValidationError):
        optimizer.momentum = 0.5


def test_fields_that_hold_components_name_every_family_but_the_nested_one():
    assert set(FAMILY.values()) == set(registry.FAMILIES) - {"class_weights/schedules"}
