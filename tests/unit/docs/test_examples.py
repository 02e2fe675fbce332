"""Every example of an experiment file is one, and the example of a component works."""

import json
import shutil

import jsonschema
import pytest
import yaml
from conftest import REPOSITORY, SCRIPTS, configuration
from snakemake.utils import update_config
from unit.docs._pages import PAGES, blocks

from ltsei.config.experiment import Config
from ltsei.core import registry
from ltsei.pipeline.load import load_matrix

EXPERIMENTS = configuration("experiments")
SCHEMA = json.loads((REPOSITORY / "config" / "experiments.schema.json").read_text(encoding="utf-8"))
EXAMPLES = [(page, block) for page, text in PAGES.items() for block in blocks(text, "yaml")]
NEW_METHOD = "docs/new-method.md"


def with_overlay(text):
    """The matrix of the repository with an overlay."""
    config = json.loads(json.dumps(EXPERIMENTS))
    update_config(config, yaml.safe_load(text))
    return load_matrix(config, SCRIPTS, files=False)  # an example may name files of its reader


def test_examples_are_found():
    assert len(EXAMPLES) > 6
    assert all(set(yaml.safe_load(block)) <= set(Config.model_fields) for _, block in EXAMPLES)


@pytest.mark.parametrize(("page", "block"), [each for each in EXAMPLES if "my_loss" not in each[1]])
def test_an_example_is_valid(page, block):
    jsonschema.validate(yaml.safe_load(block), SCHEMA)
    if page != "docs/own-data.md":  # its file exists in the test of that page
        assert with_overlay(block).cells()


@pytest.fixture
def my_loss(tmp_path, monkeypatch):
    """The component of the example, in a copy of the components."""
    (code,) = blocks(PAGES[NEW_METHOD], "python")
    shutil.copytree(registry.FOLDER, tmp_path / "components")
    (tmp_path / "components" / "losses" / "my_loss.py").write_text(code)
    cached = (registry.names, registry.parameters, registry.syntax_tree)
    monkeypatch.setattr(registry, "FOLDER", tmp_path / "components")
    for function in cached:
        function.cache_clear()
    yield code
    monkeypatch.undo()
    for function in cached:
        function.cache_clear()


def test_the_new_component_can_be_used_as_the_page_says(my_loss):
    (block,) = [block for page, block in EXAMPLES if page == NEW_METHOD and "my_loss" in block]
    settings = yaml.safe_load(block)["methods"]["my_method"]["stage1"]["loss"]
    assert registry.resolve("losses", settings, where="loss") == {"name": "my_loss", "power": 1.5}
    with pytest.raises(ValueError, match="power: got -1"):
        registry.resolve("losses", {**settings, "power": -1}, where="loss")


def test_the_new_loss_is_cross_entropy_to_the_power(my_loss):
    import torch

    from ltsei.components.losses._shared import Batch

    module = {"__name__": "my_loss"}
    exec(compile(my_loss, "my_loss.py", "exec"), module)
    batch = Batch(torch.zeros(2, 4), torch.tensor([0, 3]), torch.zeros(2, 1))
    loss = module["build"](None, power=2.0)(batch).per_sample
    torch.testing.assert_close(loss, torch.full((2,), torch.log(torch.tensor(4.0)).item() ** 2))
