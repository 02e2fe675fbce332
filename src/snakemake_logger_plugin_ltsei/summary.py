"""The line before a run's first job, and the lines after its last one."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from snakemake_logger_plugin_ltsei import results
from snakemake_logger_plugin_ltsei.failure import Failure, Failures
from snakemake_logger_plugin_ltsei.lines import described, duration, rule_words
from snakemake_logger_plugin_ltsei.run import Run
from snakemake_logger_plugin_ltsei.screen import Style

LISTED = 10
"""How many failures are listed."""
RANKING = Path("report/tables/ranking_overall.csv")
PAGE = Path("report/report.html")

Line = tuple[str, Style]


def plan(run: Run) -> str:
    """Return how many jobs of which rules a run has, and on how many cores of this machine it runs."""
    counts: Counter[str] = Counter()
    for rule, count in run.planned.items():
        counts[rule_words(rule)] += count
    where = "" if run.cores is None else f" on {run.cores} core{'' if run.cores == 1 else 's'}"
    jobs = f"{run.total} job{'' if run.total == 1 else 's'}"
    return f"{jobs}{where}: {', '.join(f'{count} {rule}' for rule, count in counts.items())}"


def lines(run: Run, failures: Failures, pages: Sequence[str], now: float) -> list[Line]:
    """Return the summary of a run, each line with its style.

    Args:
        run: the run.
        failures: the failures of its jobs.
        pages: the reports that its jobs have written.
        now: the end of the run, in seconds since 1970.
    """
    failed = [failure for failure in map(failures.latest, run.failed) if failure and not failure.stopped]
    return [("", ""), _counts(run, len(failed), now), *_failures(failed), *_best(run), *_report(run, pages)]


def _counts(run: Run, failed: int, now: float) -> Line:
    stopped = len(run.failed) - failed
    counts = {"failed": failed, "stopped": stopped, "not run": run.total - run.done - failed - stopped}
    texts = [
        f"{run.done} of {run.total} jobs done",
        *(f"{count} {word}" for word, count in counts.items() if count > 0),
    ]
    text = f"{', '.join(texts)}, in {duration(now - run.began)}"
    if run.done == run.total:
        return text, "green"
    if failed:
        return f"{text}; once the cause is fixed, the same command continues", "red"
    return f"{text}; the same command continues", "yellow"


def _failures(failed: Sequence[Failure]) -> list[Line]:
    shown: list[Line] = []
    for failure in failed[:LISTED]:
        shown.append((f"  failed: {described(failure.job)}: {failure.sentence}", "red"))
        shown += [(f"    log: {log}", "") for log in failure.logs]
    if len(failed) > LISTED:
        shown.append((f"  … and {len(failed) - LISTED} more failed; their lines are above", "red"))
    return shown


def _best(run: Run) -> list[Line]:
    table = next((root / RANKING for root in run.results if results.written_since(root / RANKING, run.began)), None)
    best = results.best_methods(table) if table else []
    if not best:
        return []
    width = max(len(method) for method, _ in best)
    rows = [f"  {place}. {method:<{width}}  {100 * score:4.1f} %" for place, (method, score) in enumerate(best, 1)]
    return [("Best methods by mean balanced accuracy:", "bold"), *[(row, "") for row in rows]]


def _report(run: Run, pages: Sequence[str]) -> list[Line]:
    whole = [str(root / PAGE) for root in run.results if results.written_since(root / PAGE, run.began)]
    return [(f"Report: {page}", "bold") for page in whole or pages]
