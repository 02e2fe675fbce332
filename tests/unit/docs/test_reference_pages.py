"""Metrics, rules, layers and components in the documentation are those of the code."""

import re

import pytest
from conftest import REPOSITORY
from unit.docs._pages import PAGES, spans, table
from unit.house.test_layers import LAYERS

from ltsei.config.rerun_fingerprint import PACKAGE, PLUMBING
from ltsei.core import registry
from ltsei.evaluation import calibration, seed_blocks, statistics
from ltsei.evaluation.metric_labels import METRICS
from ltsei.pipeline.rule_table import RULES
from ltsei.report.matrix_figures import FIGURES
from ltsei.report.matrix_tables import WRITERS

METRICS_PAGE, ARCHITECTURE = PAGES["docs/metrics.md"], PAGES["docs/architecture.md"]
GUIDE, CONTRIBUTING = PAGES["docs/user-guide.md"], PAGES["CONTRIBUTING.md"]


def test_every_metric_is_defined_under_its_label_and_with_its_direction():
    rows = table(METRICS_PAGE, "key", "name in the report", "definition", "range", "better", "undefined if")
    documented = {key.strip("`"): (label, better) for key, label, _, _, better, _ in rows}
    assert list(documented) == list(METRICS)
    assert documented == {key: (metric.label, metric.better or "–") for key, metric in METRICS.items()}


def test_constants_of_the_statistics_are_those_of_the_code():
    assert f"over {calibration.BINS} bins" in METRICS_PAGE
    assert seed_blocks.MIN_SEEDS == 3 and "three seeds under every condition" in METRICS_PAGE
    assert statistics.ROPE == 0.01 and "within ± 1 point" in METRICS_PAGE
    assert statistics.SIGNIFICANCE == 0.05 and "95 % interval" in METRICS_PAGE


def test_the_table_of_rules_is_that_of_the_code():
    rows = table(ARCHITECTURE, "rule", "what it does", "writes, below `results/`")
    documented = {rule.strip("`"): folder.strip("`") for rule, _, folder in rows}
    assert documented == {name: "/".join(filter(None, (rule.place, rule.folder))) for name, rule in RULES.items()}


def test_the_diagram_of_layers_shows_the_packages_in_their_order():
    text = (REPOSITORY / "docs" / "layers.svg").read_text(encoding="utf-8")
    assert re.findall(r'font-family="ui-monospace, monospace">(\w+)<', text) == LAYERS


def test_the_diagram_of_a_cell_shows_rules_that_exist():
    text = (REPOSITORY / "docs" / "cell.svg").read_text(encoding="utf-8")
    shown = re.findall(r'font-family="ui-monospace, monospace">(\w+)<', text)
    assert set(shown) <= set(RULES)
    others = {"pretrain", "prepare_unlabelled", "training_logits"}  # of methods that start or learn from something else
    others |= {"stage3_views", "stage3_transductive"}  # of methods that learn from the test signals
    assert {name for name, rule in RULES.items() if rule.recorded and not rule.tuning} - others <= set(shown)


def test_the_packages_outside_the_fingerprint_are_named():
    (sentence,) = re.findall(r"Left out are four packages[^.]*\.", ARCHITECTURE)
    assert set(re.findall(r"`(\w+)`", sentence)) == PLUMBING


CHANGES = table(ARCHITECTURE, "to add or change", "edit")


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[0][:40])
def test_a_change_goes_where_files_are(change):
    paths = [span for span in re.findall(r"`([^`]+)`", change[1]) if "/" in span]
    assert paths
    for path in paths:
        pattern = re.sub(r"{\w+}", "*", path).rstrip("/")
        root = REPOSITORY if path.split("/")[0] in ("workflow", "profiles", "src") else PACKAGE
        assert list(root.glob(pattern)), path


def test_every_family_has_a_row_with_its_tests():
    rows = table(CONTRIBUTING, "to add", "folder", "`build` returns", "tested by")
    assert sorted(folder.strip("`").rstrip("/") for _, folder, *_ in rows) == sorted(registry.FAMILIES)


def test_the_tables_and_figures_of_the_guide_are_those_of_the_report():
    files = {"latex": "results.tex"}
    named = set(spans(GUIDE))
    assert {files.get(name, f"{name}.csv") for name in WRITERS} | {"REPORT.md"} <= named
    assert set(FIGURES) <= named
