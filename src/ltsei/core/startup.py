"""Make a job start sooner: every script imports this module before any other (no torch).

Imports leave next to nothing for Python's garbage collector, which all the same walks through everything loaded so
far, again and again, and once more as the process ends. So it rests from here until `logs.job` begins, which keeps out
of its sight for good what was loaded till then. `benchmarks/jobs.py` measures what that saves.
"""

import gc

gc.disable()
