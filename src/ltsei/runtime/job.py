"""One job: its lease, its log of progress, warnings and errors, the signals that ask it to stop (no torch)."""

import errno
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ltsei.core import files
from ltsei.core.errors import FinalError, InputError, Interrupted
from ltsei.runtime.lease import Lease

EXIT_INTERRUPTED = 75
"""Exit status of a job which was asked to stop and has saved its state (EX_TEMPFAIL of sysexits.h)."""
FULL = (errno.ENOSPC, errno.EDQUOT)
SECONDS_BETWEEN_LINES = 5.0
SECONDS_OF_SILENCE = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)

log = logging.getLogger("ltsei")


class Versioned(Protocol):
    """What a job can compare with the code it runs."""

    def current_fingerprint(self) -> str:
        """Return the fingerprint of the code as it is now."""


class RunningJob:
    """A running job, as its computation sees it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._stopped = False
        self._last_line = time.monotonic() - SECONDS_BETWEEN_LINES

    def stop(self) -> bool:
        """Return whether the job was asked to stop: Ctrl-C, SIGTERM, or Slurm's SIGUSR1 before the time limit."""
        return self._stopped

    def ask_to_stop(self, *_: Any) -> None:
        """Signal handler: remember, and let the computation save its state at the next good moment."""
        self._stopped = True

    def heartbeat(self, epoch: int, epochs: int, step: int) -> None:
        """Say in the log where an epoch is that takes long."""
        if time.monotonic() - self._last_line >= SECONDS_OF_SILENCE:
            self._last_line = time.monotonic()
            log.info("epoch %d of %d: %d steps done", epoch, epochs, step)

    def progress(self, row: Mapping[str, Any]) -> None:
        """Show one row of a training history: rewritten in place on a terminal, at most every 5 s in the log."""
        text = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, int | float))
        done = row.get("progress") == 1
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{self.name}: {text}" + ("\n" if done else ""))
            sys.stderr.flush()
        if done or time.monotonic() - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            log.info(text)


@contextmanager
def job(
    path: str, *, name: str, recipe: Versioned, fingerprint: str, saves_state: bool = False
) -> Iterator[RunningJob]:
    """Run the block as one job which logs to `path`.

    A mistake of the user ends it with one sentence, anything else with a traceback in the log; either way the exit
    status is not 0. A job that was interrupted and has saved its state exits with `EXIT_INTERRUPTED`.

    Args:
        path: of the log file.
        name: what the job works on, for people.
        recipe: what is computed.
        fingerprint: of the recipe when the job was planned; the block does not start under other code.
        saves_state: whether the block asks `RunningJob.stop` and saves its state; otherwise signals end it as usual.
    """
    _end_startup()
    handler = _file_handler(path)
    running = RunningJob(name)
    before = {number: signal.signal(number, running.ask_to_stop) for number in STOP_SIGNALS if saves_state}
    beside = Path(path).with_suffix
    try:
        log.info("%s: start", name)
        with Lease(beside(".lease"), stop=running.stop, asked=running.ask_to_stop, name=name, fingerprint=fingerprint):
            _compare(recipe, fingerprint)
            with _once(beside(".final.json"), fingerprint):
                yield running
        log.info("%s: done", name)
    except Exception as error:
        _fail(f"{name}: {_sentence(error, path)}", status=EXIT_INTERRUPTED if isinstance(error, Interrupted) else 1)
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
        log.removeHandler(handler)
        handler.close()


def _end_startup() -> None:
    """Let the garbage collector work which `ltsei.core.startup` put to rest, on what comes from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _sentence(error: Exception, path: str) -> str:
    """Return what is said of an error; the log gets the traceback of one that nobody foresaw."""
    if isinstance(error, InputError | Interrupted):
        return str(error)
    full = next((cause for cause in _causes(error) if isinstance(cause, OSError) and cause.errno in FULL), None)
    if full:
        where = full.filename or Path(path).parent
        return f"{where}: the disk is full, or your quota; make room and run the same command"
    log.exception("%s", error)
    return f"{type(error).__name__}: {error} (traceback in {path})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came of; torch has a full disk only in second place."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


@contextmanager
def _once(record: Path, fingerprint: str) -> Iterator[None]:
    """Run the block unless it failed before in this run in a way that another attempt cannot change."""
    plan = {"run": os.environ.get("LTSEI_RUN", ""), "fingerprint": fingerprint}
    before = files.read_json(record) if record.exists() else {}
    if plan["run"] and {key: before.get(key) for key in plan} == plan:
        raise InputError(f"{before['reason']} (not tried again in this run: it would end the same way)")
    record.unlink(missing_ok=True)
    try:
        yield
    except FinalError as error:
        files.write_json(record, {**plan, "reason": str(error)})
        raise


class _OneLine(logging.Formatter):
    """Every record is one line and its traceback is indented: no text in a log can pass for a record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(map(_printable, super().format(record).split("\n")))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name of the standard library)
        record.message = _printable(record.message)
        return super().formatMessage(record)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _file_handler(path: str) -> logging.Handler:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return handler


def _compare(recipe: Versioned, fingerprint: str) -> None:
    if recipe.current_fingerprint() != fingerprint:
        raise InputError(
            "the code was edited after this job was planned; run snakemake again to plan with the new code"
        )


def _fail(sentence: str, status: int) -> None:
    log.error(sentence)
    sys.stderr.write(sentence + "\n")
    raise SystemExit(status) from None
