"""What a process remembers of the source files it has read."""

from ltsei.config import rerun_fingerprint, source_code


def clear_caches():
    """Forget the source files, as a new process does."""
    for value in [*vars(rerun_fingerprint).values(), *vars(source_code).values()]:
        if hasattr(value, "cache_clear"):
            value.cache_clear()
