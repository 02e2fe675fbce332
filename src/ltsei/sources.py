"""The fingerprint of the code and the settings that a result depends on (no torch).

A stage's code is its script and every `ltsei` module which that script imports, directly or through others, and
the components it names, which are imported lazily and are therefore listed by name. Comments, docstrings and
layout do not count.
"""

import ast
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ltsei.components import PACKAGE, module_name

PLUMBING = frozenset(
    {
        "ltsei.checkpoint",  # stores and restores bytes, exactly
        "ltsei.components",  # finds and calls; a resolved recipe already holds every value
        "ltsei.devices",  # chooses among equal devices
        "ltsei.config",  # the resolved recipe says what came of it
        "ltsei.errors",
        "ltsei.files",  # stores bytes, exactly
        "ltsei.logs",
        "ltsei.matrix",  # the resolved recipe says what came of it
        "ltsei.provenance",
        "ltsei.recipe",
        "ltsei.settings",  # the resolved recipe says what came of it
        "ltsei.report_plan",  # as above
        "ltsei.resolution",  # as above
        "ltsei.sources",
        "ltsei.validation",
    }
)
"""Modules which cannot change a number, so that an edit of them re-runs nothing."""
ASSETS = frozenset({".css", ".j2", ".js", ".json"})
"""Suffixes of the files beside a package's modules which its code reads."""


def fingerprint(script: Path, settings: Any, components: Iterable[tuple[str, str]] = ()) -> str:
    """Return the hash (16 hex digits) of a script's code and of JSON-able settings.

    Neither the order of keys nor the spelling of a number (1 or 1.0) matters.
    """
    modules = closure({*imports(script), *(module_name(*component) for component in components)})
    parts = [_code_digest(script), *(module_digest(module) for module in sorted(modules))]
    text = json.dumps([_canonical(settings), parts], sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def closure(modules: Iterable[str]) -> frozenset[str]:
    """Return `modules` and all `ltsei` modules they import, their packages included, plumbing left out."""
    found: set[str] = set()
    pending = set(modules)
    while pending:
        module = pending.pop()
        if module in found or module in PLUMBING:
            continue
        found.add(module)
        pending.update(imports(_path(module)), _packages(module))
    return frozenset(found)


@functools.cache
def imports(path: Path) -> frozenset[str]:
    """Return the `ltsei` modules which the source at `path` imports, wherever in it, but for type checking."""
    return frozenset(
        module
        for node in _executed(_tree(path))
        for module in _imported(node)
        if module.split(".")[0] == "ltsei" and _path(module).exists()
    )


@functools.cache
def module_digest(module: str) -> str:
    """Return the hash of a module's code; that of a package includes its `ASSETS`."""
    path = _path(module)
    inside = sorted(path.parent.rglob("[!.]*")) if path.name == "__init__.py" and path.parent != PACKAGE else []
    assets = [file.read_bytes() for file in inside if file.suffix in ASSETS]
    return hashlib.sha256(b"\0".join([_code_digest(path).encode(), *assets])).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _code_digest(path: Path) -> str:
    return hashlib.sha256(_normalised(path).encode()).hexdigest()


def _normalised(path: Path) -> str:
    """Return the code at `path` without comments, docstrings and layout."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [item for item in body if not _is_text(item)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those under ``if TYPE_CHECKING``."""
    if isinstance(tree, ast.If) and getattr(tree.test, "id", None) == "TYPE_CHECKING":
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _executed(child)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _packages(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _path(module: str) -> Path:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))
