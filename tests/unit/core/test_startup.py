"""Scripts import their modules with the garbage collector off and compute with it on."""

import ast
import subprocess
import sys

import pytest
from conftest import SCRIPTS

JOB = """
import gc
import ltsei.core.startup
assert not gc.isenabled()
from types import SimpleNamespace
from ltsei.runtime.job import job
class Params(SimpleNamespace):
    def get(self, name):
        return None
params = Params(recipe=SimpleNamespace(current_fingerprint=lambda: "f"), fingerprint="f")
with job(SimpleNamespace(log=["job.log"], rule="report", wildcards=[], params=params)):
    assert gc.isenabled()
    assert gc.get_freeze_count() > 1000
"""


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_a_script_imports_startup_before_anything_else(script):
    first = next(node for node in ast.parse(script.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom))
    assert ast.unparse(first) == "import ltsei.core.startup"


def test_a_job_computes_with_the_collector_on(tmp_path):
    subprocess.run([sys.executable, "-c", JOB], cwd=tmp_path, check=True)


def test_importing_other_modules_leaves_the_collector_on():
    code = "import gc, ltsei.pipeline.load, ltsei.runtime.job, ltsei.training.fit; assert gc.isenabled()"
    subprocess.run([sys.executable, "-c", code], check=True)
