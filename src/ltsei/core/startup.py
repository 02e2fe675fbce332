"""Make jobs start faster, and end quietly on Ctrl-C: every script imports this module before any other.

Imports leave next to nothing for Python's garbage collector, which nevertheless walks through everything loaded so far,
again and again, and once more as the process ends. It is off from here until `runtime.job.job` begins, which excludes
what was loaded until then from later collections. `benchmarks/jobs.py` measures what that saves.

Until `runtime.job.job` begins, Ctrl-C would print where in the imports it struck; one sentence says more.
"""

import gc
import sys
from pathlib import Path
from types import TracebackType

STOPPED = "stopped before it had begun; run the same command to resume"


def end_quietly(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """Print one sentence for Ctrl-C, the traceback for anything else: a value for `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        rule = Path(sys.argv[0]).stem.rpartition(".")[2]
        sys.stderr.write(f"{rule}: {STOPPED}\n")
    else:
        sys.__excepthook__(kind, error, at)


gc.disable()
sys.excepthook = end_quietly
