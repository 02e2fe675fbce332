"""The generated files are up to date and complete."""

import re
import subprocess
import sys

import pytest
from conftest import REPOSITORY, configuration

from ltsei.config import experiment, optimization, split, stages, tuning
from ltsei.config.reference.generate import TABLE, generated, with_tables, write
from ltsei.core import registry
from ltsei.core.parsing import Frozen

MODELS = {
    value.__name__: value
    for module in (experiment, optimization, split, stages, tuning)
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Frozen) and value is not Frozen
}


@pytest.fixture(scope="module")
def up_to_date():
    """Path -> what the generated file has to hold."""
    return generated(REPOSITORY)


@pytest.mark.parametrize("path", ["config/experiments.schema.json", "docs/methods.md", "config/README.md"])
def test_a_generated_file_is_up_to_date(path, up_to_date):
    message = f"{path} is out of date: run `python -m ltsei schema`"
    assert (REPOSITORY / path).read_text() == up_to_date[REPOSITORY / path], message


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_setting_has_a_description(model):
    assert all(field.description for name, field in model.model_fields.items() if name != "name")


def test_the_tables_hold_every_key_of_the_experiment_file(up_to_date):
    tables = " ".join(match[0] for match in TABLE.finditer(up_to_date[REPOSITORY / "config" / "README.md"]))
    documented = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]*`", tables))))
    models = [model for model in MODELS.values() if model is not stages.Stage3]
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert len(keys) > 50
    assert keys - {"name"} <= documented


def test_the_page_of_methods_names_every_component_and_every_method(up_to_date):
    page = up_to_date[REPOSITORY / "docs" / "methods.md"]
    experiments = configuration("experiments")
    assert page.count("\n### `") == sum(len(registry.names(family)) for family in registry.FAMILIES)
    assert not [name for name in experiments["methods"] if f"\n| `{name}` |" not in page]


def test_a_table_that_is_out_of_date_is_replaced_and_the_text_around_it_stays():
    page = "before\n<!-- generated: Experiment -->\nold\n<!-- end -->\nafter\n"
    assert "| `seeds` |" in with_tables(page)
    assert with_tables(page).startswith("before\n") and with_tables(page).endswith("\nafter\n")
    assert with_tables(with_tables(page)) == with_tables(page)


def test_writing_brings_every_file_up_to_date(tmp_path, up_to_date):
    for folder in ("config", "docs"):
        (tmp_path / folder).mkdir()
    for path in ("config/experiments.yaml", "config/README.md", "docs/references.bib"):
        (tmp_path / path).write_text((REPOSITORY / path).read_text())
    write(tmp_path)
    for path, text in up_to_date.items():
        assert (tmp_path / path.relative_to(REPOSITORY)).read_text() == text


def test_loading_an_experiment_file_imports_nothing_that_only_the_reference_needs():
    names = ("bibliography", "descriptions", "markdown", "methods_page", "reference", "schema")
    generators = {f"ltsei.config.{name}" for name in names}
    code = f"import sys, ltsei.pipeline.load; sys.exit(bool({generators} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
