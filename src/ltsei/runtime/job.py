"""One job: its lease, its log, its exit status, and the signals that ask it to stop."""

import errno
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.core.errors import FinalError, InputError, Interrupted
from ltsei.runtime import input_check
from ltsei.runtime.attempt import RESUMES, Attempt, Monitor
from ltsei.runtime.checkpoint import Resume
from ltsei.runtime.lease import Lease
from ltsei.runtime.log import log_file
from ltsei.runtime.slurm import submission
from ltsei.runtime.source_record import write_source_record

EXIT_INTERRUPTED = 75
"""Exit status of a job that was asked to stop and has saved its state (EX_TEMPFAIL of sysexits.h)."""
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)

log = logging.getLogger("ltsei")


@contextmanager
def job(snakemake: Any) -> Iterator[Attempt]:
    """Run the block as one job.

    A mistake of the user ends it with one sentence, anything else with a traceback in the log; either way the exit
    status is not 0. A job that was interrupted, after saving its state if it has one, exits with `EXIT_INTERRUPTED`.

    Args:
        snakemake: the object that Snakemake gives to a script. Of its params, `recipe` is what is computed,
            `fingerprint` that of the recipe when the job was planned (the block does not start under other code), and
            `resume`, in rules that save their state, the folder of the state; signals end other jobs as usual.
    """
    _enable_garbage_collection()
    path, params = snakemake.log[0], snakemake.params
    monitor, resume = Monitor(f"{snakemake.rule} {'/'.join(snakemake.wildcards)}"), _resume(params)
    with log_file(path), _stop_signals(monitor, resume):
        try:
            log.info("%s: start", monitor.name)
            with _lease(monitor, path, params.fingerprint):
                submission.check(snakemake.rule, dict(snakemake.wildcards.items()), params.fingerprint)
                _compare(params.recipe, params.fingerprint)
                input_check.check(snakemake)
                with _once(Path(path).with_suffix(".final.json"), params.fingerprint), resume or nullcontext():
                    yield Attempt(resume, monitor.progress, monitor.stop, monitor.heartbeat)
                write_source_record(snakemake)
            log.info("%s: done", monitor.name)
        except KeyboardInterrupt:
            _fail(f"{monitor.name}: stopped; {RESUMES}", EXIT_INTERRUPTED)
        except Exception as error:
            status = EXIT_INTERRUPTED if isinstance(error, Interrupted) else 1
            _fail(f"{monitor.name}: {_sentence(error, path)}", status)


def _resume(params: Any) -> Resume | None:
    folder = params.get("resume")
    if folder is None:
        return None
    return Resume(folder, fingerprint=params.fingerprint, minutes=params.execution.checkpoint_minutes)


def _enable_garbage_collection() -> None:
    """Turn on the garbage collector that `core.startup` turned off, for what is allocated from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextmanager
def _stop_signals(monitor: Monitor, resume: Resume | None) -> Iterator[None]:
    """Turn signals into requests to stop, for a job that saves its state."""
    numbers = STOP_SIGNALS if resume else ()
    before = {number: signal.signal(number, monitor.ask_to_stop) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _lease(monitor: Monitor, path: str, fingerprint: str) -> Lease:
    holder = {"name": monitor.name, "fingerprint": fingerprint}
    return Lease(Path(path).with_suffix(".lease"), stop=monitor.stop, asked=monitor.ask_to_stop, **holder)


def _compare(recipe: Any, fingerprint: str) -> None:
    if recipe.current_fingerprint() != fingerprint:
        raise InputError(
            "the code was edited after this job was planned; run snakemake again to plan with the new code"
        )


@contextmanager
def _once(record: Path, fingerprint: str) -> Iterator[None]:
    """Run the block unless it failed before in this run in a way that another attempt cannot change."""
    plan = {"run": os.environ.get("LTSEI_RUN", ""), "fingerprint": fingerprint}
    before = files.read_json(record) if record.exists() else {}
    if plan["run"] and {key: before.get(key) for key in plan} == plan:
        raise InputError(f"{before['reason']} (not retried in this run: it would fail the same way)")
    record.unlink(missing_ok=True)
    try:
        yield
    except FinalError as error:
        files.write_json(record, {**plan, "reason": str(error)})
        raise


def _sentence(error: Exception, path: str) -> str:
    """Return what to say about an error; an unforeseen one goes to the log with its traceback."""
    if isinstance(error, InputError | Interrupted):
        return str(error)
    full = next((cause for cause in _causes(error) if isinstance(cause, OSError) and cause.errno in DISK_FULL), None)
    if full:
        where = full.filename or Path(path).parent
        return f"{where}: the disk is full, or your quota; make room and run the same command"
    log.exception("%s", error)
    return f"{type(error).__name__}: {error} (traceback in {path})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and its causes: torch reports a full disk only as the cause of another error."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _fail(sentence: str, status: int) -> None:
    log.error(sentence)
    sys.stderr.write(sentence + "\n")
    raise SystemExit(status) from None
