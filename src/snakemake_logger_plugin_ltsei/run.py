"""What a run has done so far, from Snakemake's records: its jobs, how many are done, how long the rest takes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from logging import LogRecord
from pathlib import Path

from ltsei.runtime.reasons import field

TARGET = "all"
"""The rule that only asks for files; it is no work and not counted."""


@dataclass
class Job:
    """One job that has started.

    Attributes:
        rule: its rule.
        wildcards: name -> value.
        outputs: the paths that it writes.
        log: the path of its own log, empty where it has none.
        benchmark: the path of its measurements, empty where it has none.
        began: when its last attempt started (or was submitted), in seconds since 1970.
        attempt: from 1.
    """

    rule: str
    wildcards: Mapping[str, str]
    outputs: Sequence[str]
    log: str
    benchmark: str
    began: float
    attempt: int = 1


@dataclass(frozen=True)
class Snapshot:
    """The counts of a run at one moment, for the progress bar.

    Attributes:
        done: finished jobs.
        total: jobs of the run.
        running: how many jobs have started, or were submitted to a cluster, and not ended.
        failed: jobs whose last attempt failed.
        began: when the run started, in seconds since 1970.
        seconds_left: None while no job has finished.
        at: the moment.
    """

    done: int
    total: int
    running: str
    failed: int
    began: float
    seconds_left: float | None
    at: float


class Run:
    """The jobs of a run; methods are fed records in the order in which Snakemake sends them."""

    def __init__(self, stats: Mapping[str, int], began: float, cores: int | None) -> None:
        """Take jobs per rule, with their sum as ``total``, the moment of the start, and the cores (None: a cluster)."""
        self.planned = {rule: count for rule, count in stats.items() if rule not in (TARGET, "total")}
        self.total = sum(self.planned.values())
        self.began = began
        self.cores = cores
        self.failed: dict[int, Job] = {}
        self.results: set[Path] = set()
        self._jobs: dict[int, Job] = {}
        self._running: dict[int, Job] = {}
        self._done: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @property
    def started(self) -> bool:
        """Whether a job has started."""
        return bool(self._jobs)

    @property
    def done(self) -> int:
        """How many jobs have finished."""
        return self._done.total()

    def start(self, record: LogRecord) -> Job:
        """Return the job of a ``job_info`` record, which starts or is tried again."""
        number = field(record, "jobid")
        before = self._jobs.get(number)
        job = Job(
            rule=field(record, "rule_name"),
            wildcards=field(record, "wildcards") or {},
            outputs=field(record, "output") or (),
            log=next(iter(field(record, "log") or ()), ""),
            benchmark=field(record, "benchmark") or "",
            began=record.created,
            attempt=before.attempt + 1 if before else 1,
        )
        self._jobs[number] = job
        if job.rule != TARGET:
            self._running[number] = job
        self.failed.pop(number, None)
        self.results |= results_folder(job)
        return job

    def finish(self, record: LogRecord) -> Job | None:
        """Return the job of a ``job_finished`` record; None for the target rule."""
        job = self._running.pop(field(record, "job_id"), None)
        if job:
            self._done[job.rule] += 1
            self._seconds[job.rule] += record.created - job.began
        return job

    def fail(self, record: LogRecord, *, counts: bool = True) -> Job | None:
        """Return the job of a ``job_error`` record; None where it has not started.

        Args:
            record: of the failure.
            counts: False for a job that was given up with others and has not failed itself.
        """
        number = field(record, "jobid")
        job = self._running.pop(number, None)
        if job and counts:
            self.failed[number] = job
        return job

    def snapshot(self, now: float) -> Snapshot:
        """Return the counts at this moment."""
        left = self.seconds_left(now)
        running = f"{len(self._running)} {'submitted' if self.cores is None else 'running'}"
        return Snapshot(self.done, self.total, running, len(self.failed), self.began, left, now)

    def seconds_left(self, now: float) -> float | None:
        """Return how long the rest takes at the pace so far; None while no job has finished.

        A job that is left counts as long as a finished one of its rule took on average, or of any rule where none of
        its own has finished; as many run side by side as on average so far.
        """
        if not self.done:
            return None
        average = sum(self._seconds.values()) / self.done
        averages = {rule: self._seconds[rule] / count for rule, count in self._done.items()}
        left = {rule: max(0, count - self._done[rule]) for rule, count in self.planned.items()}
        work = sum(count * averages.get(rule, average) for rule, count in left.items())
        spent = {number: now - job.began for number, job in self._running.items()}
        work -= sum(
            min(seconds, averages.get(self._running[number].rule, average)) for number, seconds in spent.items()
        )
        side_by_side = (sum(self._seconds.values()) + sum(spent.values())) / max(1e-3, now - self.began)
        return max(0.0, work) / max(1e-3, side_by_side)


def results_folder(job: Job) -> set[Path]:
    """Return the folder of all results, by a path that the job writes; empty where its outputs are not below it."""
    names = job.wildcards
    below = f"/{names['dataset']}/" if "dataset" in names else "/report/"
    below += f"ir{names['ir']}/seed{names['seed']}/" if "seed" in names else ""
    folders = {path.rpartition(below)[0].removesuffix("/report/figures") for path in job.outputs[:1]}
    return {Path(folder) for folder in folders if folder}
