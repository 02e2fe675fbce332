"""Make jobs start faster, and end quietly on Ctrl-C: every script imports this module before any other.

Imports leave next to nothing for Python's garbage collector, which nevertheless walks through everything loaded so far,
again and again, and once more as the process ends. It is off from here until `runtime.job.job` begins, which excludes
what was loaded until then from later collections. `benchmarks/jobs.py` measures what that saves.
"""

import gc
import sys
from pathlib import Path

from ltsei.core.interruption import say_on_interrupt

gc.disable()
rule = Path(sys.argv[0]).stem.rpartition(".")[2]
say_on_interrupt(f"{rule}: stopped before it had begun; run the same command to resume")
