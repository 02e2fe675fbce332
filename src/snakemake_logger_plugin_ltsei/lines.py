"""One line of text for each job, its columns below each other."""

import re
from collections.abc import Iterable

from snakemake_logger_plugin_ltsei.run import Job

RULES = {
    "make_split": "split",
    "stage2_finetune": "stage 2",
    "block_report": "report",
    "block_tables": "report tables",
    "block_figures": "report figures",
}
"""Rules whose names need other words than their own."""
COORDINATES = ("dataset", "ir", "seed", "method", "block")
COLUMNS = ("rule", "dataset", "name", "ir", "seed")
WIDTHS = {"dataset": 0, "name": 17, "ir": len("ir 100"), "seed": len("seed 0")}
RESULT_WIDTH = len("balanced accuracy 60.5 %")


class Columns:
    """The columns of a run's lines; a column is as wide as its widest entry so far."""

    def __init__(self, rules: Iterable[str], total: int) -> None:
        self._digits = len(str(total))
        self._counter = max(len("[stopped]"), 2 * self._digits + len("[/]"))
        self._total = total
        self._widths = {"rule": max(map(len, map(rule_words, rules)), default=0), **WIDTHS}
        self._datasets: set[str] = set()

    def add(self, job: Job) -> None:
        """Make room for a job that has started; from the second data set on, every line names its own."""
        if "dataset" in job.wildcards:
            self._datasets.add(job.wildcards["dataset"])
        for column, text in zip(COLUMNS, self._texts(job), strict=True):
            self._widths[column] = max(self._widths[column], len(text))

    def finished(self, job: Job, done: int, accuracy: float | None, seconds: float) -> str:
        """Return the line of a finished job."""
        counter = f"[{done:>{self._digits}}/{self._total}]"
        others = [rule_words(value) for name, value in job.wildcards.items() if name not in COORDINATES]
        result = "  ".join(others) if accuracy is None else f"balanced accuracy {100 * accuracy:4.1f} %"
        took = f"{duration(seconds):>5}{_attempt(job)}"
        return f"{counter:<{self._counter}} {self._job(job)}  {result:<{RESULT_WIDTH}}  {took}"

    def unfinished(self, job: Job, word: str, seconds: float | None = None) -> str:
        """Return the line of a job that failed, was stopped or is tried again, as `word` says."""
        after = "" if seconds is None else f"  after {duration(seconds)}"
        return f"{f'[{word}]':<{self._counter}} {self._job(job)}{after}{_attempt(job)}"

    def _job(self, job: Job) -> str:
        padded = [f"{text:<{self._widths[column]}}" for column, text in zip(COLUMNS, self._texts(job), strict=True)]
        return "  ".join(filter(None, padded))

    def _texts(self, job: Job) -> tuple[str, str, str, str, str]:
        """Return rule, data set where there are several, method or what stands for it, imbalance ratio, seed."""
        wildcards = job.wildcards
        dataset = wildcards.get("dataset", "") if len(self._datasets) > 1 else ""
        name = wildcards.get("method") or wildcards.get("block") or wildcards.get("dataset") or "all blocks"
        ratio, seed = wildcards.get("ir", ""), wildcards.get("seed", "")
        texts = (dataset, "" if name == dataset else name, ratio and f"ir {ratio}", seed and f"seed {seed}")
        return rule_words(job.rule), *texts


def _attempt(job: Job) -> str:
    return f"  attempt {job.attempt}" if job.attempt > 1 else ""


def described(job: Job) -> str:
    """Return which job it is, without columns."""
    texts = [job.wildcards[name] for name in ("dataset", "method", "block") if name in job.wildcards]
    texts += [f"ir {job.wildcards['ir']}"] if "ir" in job.wildcards else []
    texts += [f"seed {job.wildcards['seed']}"] if "seed" in job.wildcards else []
    return "  ".join([rule_words(job.rule), *texts])


def rule_words(rule: str) -> str:
    """Return the name of a rule as people write it: ``stage1`` is ``stage 1``."""
    return RULES.get(rule) or re.sub(r"(?<=[a-z])(?=\d)", " ", rule).replace("_", " ")


def duration(seconds: float) -> str:
    """Return seconds as ``0:03``, ``12:34`` or ``1:02:03``."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """Return seconds in the words of an estimate."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "< 1 min"
    return f"about {minutes} min" if minutes < 60 else f"about {minutes // 60} h {minutes % 60:02} min"
