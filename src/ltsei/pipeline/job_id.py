"""One job of the workflow: its rule and the values of its wildcards, and where its files lie."""

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from ltsei.pipeline.rule import WILDCARD
from ltsei.pipeline.rule_table import RULES


@dataclass(frozen=True, order=True)
class JobId:
    """One job: its rule and the values of the rule's wildcards; those it does not have are empty."""

    rule: str
    dataset: str = ""
    ir: str = ""
    seed: str = ""
    method: str = ""
    network: str = ""
    block: str = ""
    trials: str = ""

    def __str__(self) -> str:
        return " ".join([self.rule, "/".join(self.wildcards.values())])

    @classmethod
    def of_file(cls, rule: str, path: str) -> Self:
        """Return the job of a rule that writes the file at `path`, below the results folder.

        Raises:
            ValueError: no job of this rule writes such a file.
        """
        pattern = WILDCARD.sub(r"(?P<\1>[^/]+)", RULES[rule].place)
        match = re.match(f"{pattern}/", path)
        if match is None:
            raise ValueError(f"{path}: not below {RULES[rule].place}")
        return cls(rule, **match.groupdict())

    @property
    def wildcards(self) -> dict[str, str]:
        """Name -> value of the wildcards that it has."""
        return {name: value for name, value in list(asdict(self).items())[1:] if value}

    @property
    def number_of_trials(self) -> int:
        """How many trials it runs; 1 for the chosen one alone and for a job that runs none."""
        first, _, last = self.trials.partition("-")
        return int(last) - int(first) + 1 if last else 1

    @property
    def kind(self) -> "JobId":
        """The job without ratio and seed, which hardly change how long it takes."""
        return replace(self, ir="", seed="")

    def output(self, name: str, results: str | Path) -> str:
        """Return the path of an output."""
        return f"{results}/{RULES[self.rule].path(name).format(**self.wildcards)}"

    def folder(self, results: str | Path) -> str:
        """Return the folder of its results."""
        rule = RULES[self.rule]
        return "/".join(filter(None, (str(results), rule.place.format(**self.wildcards), rule.folder)))

    def last_output(self, results: str | Path) -> Path:
        """Return the path of the file that it writes last."""
        return Path(self.output(list(RULES[self.rule].outputs)[-1], results))

    def log(self, results: str | Path) -> str:
        """Return the path of its log."""
        return f"{results}/{RULES[self.rule].log.format(**self.wildcards)}"

    def benchmark(self, results: str | Path) -> str:
        """Return the path of Snakemake's benchmark file of it."""
        return f"{results}/{RULES[self.rule].benchmark.format(**self.wildcards)}"


def files_on_disk(results: Path, pattern: str) -> list[tuple[str, Path]]:
    """Return (path below `results`, path) of the files there that a path with wildcards stands for, sorted."""
    return [(path.relative_to(results).as_posix(), path) for path in sorted(results.glob(WILDCARD.sub("*", pattern)))]
