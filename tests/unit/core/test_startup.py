"""Scripts import their modules with the garbage collector off and compute with it on."""

import ast
import subprocess
import sys

import pytest
from conftest import SCRIPTS

from ltsei.runtime.attempt import RESUMES

JOB = """
import gc
import ltsei.core.startup
assert not gc.isenabled()
from types import SimpleNamespace
from snakemake.iocontainers import Wildcards
from ltsei.runtime.job import job
class Params(SimpleNamespace):
    def get(self, name):
        return None
params = Params(recipe=SimpleNamespace(current_fingerprint=lambda: "f"), fingerprint="f")
with job(SimpleNamespace(log=["job.log"], rule="report", wildcards=Wildcards(), params=params, input={})):
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


INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import ltsei.core.startup
os.kill(os.getpid(), signal.SIGINT)
"""


def test_control_c_while_a_script_imports_is_one_sentence(tmp_path):
    script = tmp_path / "tmp1234.stage1.py"
    script.write_text(INTERRUPTED)
    done = subprocess.run([sys.executable, script], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr == f"stage1: stopped before it had begun; {RESUMES}\n"


def test_any_other_error_while_a_script_imports_has_a_traceback():
    code = "import ltsei.core.startup; import nothing_of_this_name"
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, check=False)
    assert "ModuleNotFoundError" in done.stderr
    assert "Traceback" in done.stderr
