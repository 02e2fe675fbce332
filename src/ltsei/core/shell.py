"""Characters on which a shell acts: no value that reaches a command line may contain them.

Snakemake writes paths and options into the commands of its jobs as Python literals, and its Slurm plugin puts such a
command between double quotes for `sbatch --wrap`. Spaces, letters of any language and other punctuation are safe there.
"""

import re

ACTIVE = re.compile(r"[$`\"'\\\x00-\x1f\x7f-\x9f]")
ALLOWED = "any characters but $ ` \" ' \\ and control characters"


def active_characters(text: str) -> str:
    """Return the clause that shows the shell-active characters of a text and what is allowed; empty without any."""
    characters = dict.fromkeys(ACTIVE.findall(text))
    if not characters:
        return ""
    shown = " ".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in characters)
    return f"got {text!r} with {shown}, on which a shell can act, but it reaches command lines; allowed are {ALLOWED}"
