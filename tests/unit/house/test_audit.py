"""The audit prints what is known, says in one line that it could not ask, and never waits for long."""

import importlib.util
import json
import subprocess

import pytest
from conftest import REPOSITORY

SKIPPED = {"name": "a", "skip_reason": "not found"}
SAFE = {"name": "b", "version": "1.0", "vulns": []}
VULNERABILITY = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"], "description": "long"}
UNSAFE = {"name": "c", "version": "2.0", "vulns": [VULNERABILITY]}
UNREACHED = "audit: the service of known vulnerabilities cannot be reached, nothing was checked\n"


@pytest.fixture
def audit(monkeypatch, capsys):
    """A function that runs the audit with an answer of pip-audit and returns its status and what it prints."""
    spec = importlib.util.spec_from_file_location("audit", REPOSITORY / "envs" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(answer):
        def answered(command, **options):
            assert options["timeout"] <= 240
            if isinstance(answer, Exception):
                raise answer
            return subprocess.CompletedProcess(command, 1, answer, "Traceback")

        monkeypatch.setattr(module.subprocess, "run", answered)
        return module.main(), capsys.readouterr().out

    return run


def dependencies(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize("answer", ["", subprocess.TimeoutExpired("pip_audit", 1), dependencies(SKIPPED, SKIPPED)])
def test_a_service_that_cannot_be_reached_is_one_line_and_no_failure(audit, answer):
    assert audit(answer) == (0, UNREACHED)


def test_packages_without_known_vulnerabilities_are_counted(audit):
    expected = "audit: 1 packages checked, 0 known vulnerabilities, 1 are unknown to the service: a\n"
    assert audit(dependencies(SAFE, SKIPPED)) == (0, expected)


def test_a_vulnerability_is_printed_with_its_fix_and_fails(audit):
    status, text = audit(dependencies(SAFE, UNSAFE))
    assert status == 1
    assert text.startswith("c 2.0: PYSEC-1, CVE-1, fixed in 2.1\n")
