"""`scontrol` as Snakemake's Slurm plugin calls it.

The plugin asks how long Slurm remembers a job that has ended (``MinJobAge``), before every query for states. Where that
is short or the controller does not answer, it changes to `sacct`, which knows nothing without accounting. Here
`squeue` answers for jobs that Slurm has forgotten, so they are remembered for as long as the plugin likes.
"""

import sys
from collections.abc import Sequence

from ltsei.runtime.slurm.commands import pass_on

ANSWER = "MinJobAge               = 86400 sec\n"


def main(arguments: Sequence[str]) -> int:
    """Answer the plugin's query; else call Slurm's own command."""
    if list(arguments) != ["show", "config"]:
        return pass_on("scontrol", arguments)
    sys.stdout.write(ANSWER)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
