"""The Vega-Lite specifications: each is used, valid, and free of results and colours of its own."""

import ast
import json
import re

import pytest

from ltsei.report.charts import chart
from ltsei.report.charts.chart import SPECIFICATIONS, fill, specification, specifications

MODULES = SPECIFICATIONS.parents[1] / "charts"


def transforms_of(spec):
    """Return the steps of every transform in a specification."""
    if isinstance(spec, list):
        return [step for part in spec for step in transforms_of(part)]
    if not isinstance(spec, dict):
        return []
    return [*spec.get("transform", []), *(step for part in spec.values() for step in transforms_of(part))]


def test_every_specification_has_a_function_that_names_it():
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES.glob("*.py")]
    named = {node.value for module in modules for node in ast.walk(module) if isinstance(node, ast.Constant)}
    assert set(specifications()) <= named


@pytest.mark.parametrize("name", specifications())
def test_only_the_confusion_matrix_is_computed_while_it_is_drawn(name):
    """Its zeros and shares would be most of the page; page and figures compute them by the same specification."""
    steps = {key for step in transforms_of(specification(name)) for key in step}
    allowed = {"filter", "flatten"} | ({"impute", "calculate"} if name == "confusion" else set())
    assert steps <= allowed | {"key", "keyvals", "groupby", "value", "as"}
    assert '"aggregate"' not in json.dumps(specification(name))


@pytest.mark.parametrize("name", specifications())
def test_no_specification_has_a_colour_of_its_own(name):
    text = (SPECIFICATIONS / f"{name}.json").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", text)


@pytest.mark.parametrize("name", specifications())
def test_every_specification_says_what_it_shows(name):
    assert len(specification(name)["description"]) > 10


def test_blanks_are_filled_wherever_they_are():
    spec = {"mark": "bar", "data": {"values": "@rows"}, "layer": [{"mark": {"color": "@first"}}]}
    assert fill(spec, {"rows": [{"x": 1}], "first": "#000000"}) == {
        "mark": "bar",
        "data": {"values": [{"x": 1}]},
        "layer": [{"mark": {"color": "#000000"}}],
    }


def test_a_blank_without_a_value_is_an_error():
    with pytest.raises(KeyError, match="nothing"):
        fill({"mark": "@nothing"}, chart.COMMON)
