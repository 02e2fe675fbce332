"""The log file of a job: one line per record, so that other programs can read it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger("ltsei")


@contextmanager
def log_file(path: str | Path) -> Iterator[None]:
    """Append what `ltsei` logs inside the block to a file; every record starts with date, time and level."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()


class _OneLine(logging.Formatter):
    """Keeps each record on one line and indents its traceback, so that no text can pass for a record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(map(_printable, super().format(record).split("\n")))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name of the standard library)
        record.message = _printable(record.message)
        return super().formatMessage(record)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
