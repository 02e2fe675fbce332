"""The fingerprint of the code and the settings that a result depends on.

The code of a job is its script, every `ltsei` module that the script imports, directly or through others, and the
components that the settings name, which are imported lazily and are therefore listed by name. Comments, docstrings
and layout do not count, and neither do the packages in `PLUMBING`.
"""

import functools
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ltsei.config import source_code
from ltsei.config.source_code import Code
from ltsei.core.registry import module_name

PACKAGE = Path(__file__).parents[1]
"""The root of `ltsei`; the folder of components is another one (`registry.FOLDER`)."""
PLUMBING = frozenset({"core", "runtime", "config", "pipeline"})
"""Packages that carry settings and bytes around but cannot change a number, so that an edit of them re-runs nothing."""
ASSETS = "assets"
"""Folder in a package whose files its code reads; they count with every module of the package."""


def fingerprint(
    script: Path, settings: Any, components: Iterable[tuple[str, str]] = (), lazy: Iterable[str] = ()
) -> str:
    """Return the hash (16 hex digits) of a script's code and of JSON-able settings.

    Neither the order of keys nor the spelling of a number (1 or 1.0) matters.

    Args:
        script: whose code it is.
        settings: that the script is given.
        components: (family, name) of every component that the settings name.
        lazy: other modules that the settings name.
    """
    parts = digests(script, frozenset({*(module_name(*component) for component in components), *lazy}))
    text = json.dumps([_canonical(settings), parts], sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def digests(script: Path, named: frozenset[str]) -> tuple[str, ...]:
    """Return the hashes of a script, of all modules that it or those named depend on, and of their packages' assets."""
    modules = closure({*code_of(script).imports, *named})
    code = [code_of(_path(module)).digest for module in sorted(modules)]
    source_code.remember()
    assets = (assets_digest(package) for package in sorted({_package(module) for module in modules}))
    return (code_of(script).digest, *code, *assets)


def closure(modules: Iterable[str]) -> frozenset[str]:
    """Return `modules` and all `ltsei` modules that they import, without those in the packages of `PLUMBING`."""
    closed: set[str] = set()
    pending = set(modules)
    while pending:
        module = pending.pop()
        if module not in closed and _package(module) not in PLUMBING:
            closed.add(module)
            pending.update(code_of(_path(module)).imports)
    return frozenset(closed)


@functools.cache
def assets_digest(package: str) -> str:
    """Return the hash of the files in a package's folder `ASSETS`; that of nothing where it has none."""
    files = sorted(path for path in (PACKAGE / package / ASSETS).rglob("[!.]*") if path.is_file())
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


@functools.cache
def code_of(path: Path) -> Code:
    """Return the part of a source file that counts, its imports without those from outside; it is read once."""
    code = source_code.counted(path.read_text(encoding="utf-8"))
    ours = (name for name in code.imports if name.split(".")[0] == "ltsei" and _path(name).exists())
    return replace(code, imports=frozenset(ours))


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _package(module: str) -> str:
    """Return the package, directly below `ltsei`, in which a module lies."""
    return module.split(".")[1] if "." in module else ""


@functools.cache
def _path(module: str) -> Path:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
