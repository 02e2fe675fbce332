"""Make jobs start faster: every script imports this module before any other.

Imports leave next to nothing for Python's garbage collector, which nevertheless walks through everything loaded so far,
again and again, and once more as the process ends. It is off from here until `runtime.job.job` begins, which excludes
what was loaded until then from later collections. `benchmarks/jobs.py` measures what that saves.
"""

import gc

gc.disable()
