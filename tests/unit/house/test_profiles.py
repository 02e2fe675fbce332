"""Profiles name the rules that take a GPU."""

import re

import yaml
from conftest import REPOSITORY, SCRIPTS

from ltsei.pipeline.rule_table import RULES

SCRIPT = re.compile(r'"\.\./scripts/(\w+)\.py"')
RULE = re.compile(r"^(?:rule|use rule) (\w+)(.*?)(?=^(?:rule|use rule) |\Z)", re.DOTALL | re.MULTILINE)


def with_gpus(profile):
    """Return the rules that a profile gives a GPU."""
    resources = yaml.safe_load((REPOSITORY / "profiles" / profile / "config.yaml").read_text())["set-resources"]
    return {rule for rule, values in resources.items() if "gpu" in values}


def test_on_a_workstation_every_rule_whose_script_takes_a_gpu_counts():
    text = "\n".join(path.read_text() for path in sorted((REPOSITORY / "workflow" / "rules").glob("*.smk")))
    takes = {path.stem for path in SCRIPTS.glob("*.py") if "choose_device(" in path.read_text()}
    scripts = {rule: script[1] for rule, body in RULE.findall(text) if (script := SCRIPT.search(body))}
    scripts |= {name: rule.tuning for name, rule in RULES.items() if rule.tuning == "trials"}  # made in a loop
    assert {rule for rule, script in scripts.items() if script in takes} == with_gpus("workstation")


def test_on_slurm_those_rules_ask_for_one_that_need_it_to_be_fast():
    assert {name for name, rule in RULES.items() if rule.uses_gpu} == with_gpus("slurm")
