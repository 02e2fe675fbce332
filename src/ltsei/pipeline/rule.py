"""One rule of the workflow: its name, what its jobs write and where, whose results these are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DATASET = "{dataset}"
SPLIT = f"{DATASET}/ir{{ir}}/seed{{seed}}"
METHOD = f"{SPLIT}/{{method}}"
REPORT = "report"
BLOCK = f"{REPORT}/{{block}}"
WILDCARD = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Rule:
    """One kind of job.

    Attributes:
        name: of the Snakemake rule and of its script.
        label: its name in tables, on the page and on the terminal.
        place: where its jobs differ: a folder below the results folder, with wildcards.
        folder: of its results, below `place`.
        outputs: name -> file in `folder`, the last one written last.
        stage: the stage of a method that it carries out or extends; None where the method's settings do not matter.
        tuning: what it does for a tuned method: run trials, of which `stage` is the first stage; choose one; or take
            the results of the chosen one.
        script_of: the rule whose script it runs, for another selection of cells; empty for a script of its own.
        trains: whether it runs epochs: it has a history, and a saved state from which it resumes.
        uses_gpu: whether it needs a GPU to be fast; stage 2 on features also takes one where it sees one.
        recorded: whether its fingerprint is kept with everything made from its results.
    """

    name: str
    label: str
    place: str
    folder: str
    outputs: Mapping[str, str]
    stage: str | None = None
    tuning: Literal["", "trials", "choice", "tuned"] = ""
    script_of: str = ""
    trains: bool = False
    uses_gpu: bool = False
    recorded: bool = True

    @property
    def script(self) -> str:
        """Name of its script; several rules may share one."""
        return self.tuning or self.script_of or self.name

    def path(self, output: str) -> str:
        """Return the path of an output below the results folder, with wildcards."""
        return "/".join(filter(None, (self.place, self.folder, self.outputs[output])))

    @property
    def log(self) -> str:
        """Path of the log, with wildcards; the lease of a running job lies beside it."""
        return f"{self.place}/logs/{self.name}.log"

    @property
    def benchmark(self) -> str:
        """Path of Snakemake's benchmark file, with wildcards."""
        return f"{self.place}/benchmarks/{self.name}.tsv"
