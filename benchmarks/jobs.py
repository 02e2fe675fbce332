"""What a job costs before it computes anything: the imports of each script, against those of the libraries alone.

    python benchmarks/jobs.py [--repeats 5]

CPU seconds of a process of its own with one thread, medians; each script's own import statements are run, those of
functions that import late included.
"""

import argparse
import ast
import os
import resource
import statistics
import subprocess
import sys

from workplace import REPOSITORY

LATE = {"feature_map": "import sklearn.manifold"}
"""What the functions of a script import when they are called."""
ALONE = {"python": "", "numpy": "import numpy", "torch": "import numpy, torch"}
SCRIPTS = {"make_split": "numpy", "stage1": "torch", "features": "torch", "stage2": "torch", "stage3": "numpy"}
SCRIPTS |= {"evaluate": "numpy", "feature_map": "numpy", "report": "numpy"}
"""Script -> the library below it."""


def imports(script: str) -> str:
    """Return the import statements of a script."""
    tree = ast.parse((REPOSITORY / "workflow" / "scripts" / f"{script}.py").read_text())
    found = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join([*found, LATE.get(script, "")])


def cpu_seconds(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    codes = ALONE | {script: imports(script) for script in SCRIPTS}
    rounds = [
        {name: cpu_seconds(code) for name, code in codes.items()} for _ in range(parser.parse_args().repeats + 1)
    ][1:]
    found = {name: statistics.median(times[name] for times in rounds) for name in codes}
    sys.stdout.write("| script | CPU seconds | of which libraries alone | |\n|---|---|---|---|\n")
    for script, library in SCRIPTS.items():
        sys.stdout.write(f"| {script} | {found[script]:.2f} | {found[library]:.2f} | {library} |\n")


if __name__ == "__main__":
    main()
