"""Long-tailed specific emitter identification: the computations behind the pipeline's rules.

In a notebook, `ltsei.load("results")` returns results as a data frame, and `ltsei.save` writes one to a file.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ltsei.report.frame_files import save
    from ltsei.report.frames import load

__all__ = ["load", "save"]


def __getattr__(name: str) -> Any:
    """Import `load` or `save` when it is first asked for: jobs import this package hundreds of times."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ltsei.report import frame_files, frames

    return frames.load if name == "load" else frame_files.save
