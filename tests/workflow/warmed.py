"""What every snakemake does first, done when this is imported, by the process of which the tests' snakemakes are forks.

Looking for plugins searches all installed packages; the other modules are imported when rules are read.
"""

import nbformat  # noqa: F401
import smart_open  # noqa: F401
import snakemake.storage  # noqa: F401
from snakemake.cli import get_argument_parser

get_argument_parser()
