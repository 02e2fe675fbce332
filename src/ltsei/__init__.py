"""Long-tailed specific emitter identification: the computations behind the pipeline's rules.

In a notebook, `ltsei.load("results")` returns results as a data frame.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ltsei.report.frames import load

__all__ = ["load"]


def __getattr__(name: str) -> Any:
    """Import `load` when it is first asked for: jobs import this package hundreds of times."""
    if name != "load":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ltsei.report import frames

    return frames.load
