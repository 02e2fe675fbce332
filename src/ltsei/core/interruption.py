"""Ctrl-C while a process still imports: one sentence instead of where in the imports it struck."""

import sys
from types import TracebackType


def say_on_interrupt(sentence: str) -> None:
    """Let Ctrl-C end this process with a sentence instead of a traceback; other errors have theirs as usual."""

    def hook(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.stderr.write(f"{sentence}\n")
        else:
            sys.__excepthook__(kind, error, at)

    sys.excepthook = hook
