"""The JSON schema accepts the experiment files of the repository and refuses typical mistakes."""

import re

import jsonschema
import pytest
import yaml
from conftest import EXPERIMENTS, REPOSITORY

from ltsei.config.reference.schema import experiment_schema
from ltsei.core import registry

RECIPES = REPOSITORY / "config" / "datasets"  # of data sets: these are no experiment files
FILES = sorted(path for path in (REPOSITORY / "config").rglob("*.yaml") if path.parent != RECIPES)
FIRST_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


@pytest.fixture(scope="module")
def validator():
    schema = experiment_schema()
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    return validator_class(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_files_of_the_repository_are_valid(path, validator):
    assert not list(validator.iter_errors(yaml.safe_load(path.read_text())))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_first_line_of_each_file_leads_to_the_schema(path):
    (reference,) = FIRST_LINE.match(path.read_text()).groups()
    assert (path.parent / reference).resolve() == REPOSITORY / "config" / "experiments.schema.json"


def test_the_small_experiment_file_of_the_tests_is_valid(validator):
    assert not list(validator.iter_errors(EXPERIMENTS))


@pytest.mark.parametrize(
    "overlay",
    [
        {"datasets": {"mine": {"source": {"emitters": 10}}}},
        {"defaults": {"stage1": {"backbone": {"width": 0.5}, "optimizer": {"momentum": 0.5}}}},
        {"defaults": {"stage2": {"schedule": "plateau", "early_stopping": {"patience": 3}}}},
        {"datasets": {"mine": {"split": {"validation": "none"}, "length": None}}},
        {"methods": {"a": {"from": "b", "stage3": [{"name": "tau_norm", "tau": None}]}}},
        {"experiments": {"main": {"methods": "all", "imbalance_ratios": [10, "natural"]}}},
        {"methods": {"a": {"stage1": {"loss": {"name": "combined", "losses": ["ldam"], "weights": [1]}}}}},
    ],
)
def test_an_overlay_may_set_any_part(overlay, validator):
    assert not list(validator.iter_errors(overlay))


def loss(**settings):
    return {"methods": {"a": {"stage1": {"loss": settings}}}}


@pytest.mark.parametrize(
    ("mistake", "path"),
    [
        (loss(name="focal", gamma=-2), "$.methods.a.stage1.loss"),
        (loss(name="focal", gama=2), "$.methods.a.stage1.loss"),
        (loss(name="focall"), "$.methods.a.stage1.loss"),
        (loss(gama=2), "$.methods.a.stage1.loss"),
        (loss(name="combined", losses=["focall"], weights=[1.0]), "$.methods.a.stage1.loss"),
        (loss(name="combined", losses=[], weights=[1.0]), "$.methods.a.stage1.loss"),
        ({"methods": {"a": {"stage1": {"loss": "focall"}}}}, "$.methods.a.stage1.loss"),
        ({"methods": {"a": {"stage1": {"los": "focal"}}}}, "$.methods.a.stage1"),
        ({"methods": {"a": {"stage3": ["tau"]}}}, "$.methods.a.stage3"),
        ({"methods": {"a b": {}}}, "$.methods"),
        ({"defaults": {"stage1": {"lr": -1}}}, "$.defaults.stage1.lr"),
        ({"defaults": {"stage1": {"lr": "1e-1"}}}, "$.defaults.stage1.lr"),
        ({"defaults": {"stage1": {"mode": "crt"}}}, "$.defaults.stage1"),
        ({"defaults": {"stage2": {"optimizer": {"name": "adam", "momentum": 0.9}}}}, "$.defaults.stage2.optimizer"),
        ({"defaults": {"stage2": {"schedule": "cosin"}}}, "$.defaults.stage2.schedule"),
        ({"datasets": {"mine": {"source": {"name": "synthetic_adsb", "emitters": 1}}}}, "$.datasets.mine.source"),
        ({"datasets": {"mine": {"split": {"validation": "some"}}}}, "$.datasets.mine.split.validation"),
        ({"experiments": {"main": {"imbalance_ratios": [0.5]}}}, "$.experiments.main.imbalance_ratios"),
        ({"experiments": {"main": {"seeds": 3}}}, "$.experiments.main.seeds"),
        ({"figures": {"formats": ["gif"]}}, "$.figures.formats"),
        ({"sead": 1}, "$"),
    ],
)
def test_a_mistake_is_refused_with_its_path(mistake, path, validator):
    error = jsonschema.exceptions.best_match(validator.iter_errors(mistake))
    assert error.json_path.startswith(path)


def test_every_parameter_of_every_component_is_described_with_its_default():
    definitions = experiment_schema()["$defs"]
    for family in registry.FAMILIES:
        for name in registry.names(family):
            properties = definitions[f"{family.replace('/', '.')}.{name}"]["properties"]
            for key, parameter in registry.parameters(family, name).items():
                assert properties[key]["description"]
                assert properties[key].get("default", registry.REQUIRED) == parameter.default
