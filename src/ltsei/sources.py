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
from dataclasses import dataclass
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
        "ltsei.startup",
        "ltsei.validation",
    }
)
"""Modules which cannot change a number, so that an edit of them re-runs nothing."""
ASSETS = frozenset({".css", ".j2", ".js", ".json"})
"""Suffixes of the files beside a package's modules which its code reads."""


@dataclass(frozen=True)
class Code:
    """What counts of a source file.

    Attributes:
        imports: the `ltsei` modules which it imports, wherever in it, but for type checking.
        digest: hash of its code.
    """

    imports: frozenset[str]
    digest: str


def fingerprint(script: Path, settings: Any, components: Iterable[tuple[str, str]] = ()) -> str:
    """Return the hash (16 hex digits) of a script's code and of JSON-able settings.

    Neither the order of keys nor the spelling of a number (1 or 1.0) matters.
    """
    modules = closure({*code_of(script).imports, *(module_name(*component) for component in components)})
    parts = [code_of(script).digest, *(module_digest(module) for module in sorted(modules))]
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
        pending.update(code_of(_path(module)).imports, _packages(module))
    return frozenset(found)


@functools.cache
def module_digest(module: str) -> str:
    """Return the hash of a module's code; that of a package includes its `ASSETS`."""
    path = _path(module)
    inside = sorted(path.parent.rglob("[!.]*")) if path.name == "__init__.py" and path.parent != PACKAGE else []
    assets = [file.read_bytes() for file in inside if file.suffix in ASSETS]
    return hashlib.sha256(b"\0".join([code_of(path).digest.encode(), *assets])).hexdigest()


@functools.cache
def code_of(path: Path) -> Code:
    """Return what counts of the source at `path`; a process reads each file once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = (name for node in _statements(tree, executed=True) for name in _imported(node))
    ours = frozenset(name for name in names if name.split(".")[0] == "ltsei" and _path(name).exists())
    return Code(ours, hashlib.sha256(_normalised(tree).encode()).hexdigest())


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _normalised(tree: ast.Module) -> str:
    """Return the code of a tree without comments, docstrings and layout; the tree loses its docstrings too."""
    for node in [tree, *_statements(tree)]:
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [item for item in body if not _is_text(item)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _statements(node: ast.AST, *, executed: bool = False) -> Iterator[ast.AST]:
    """Yield all statements below a node and what holds them, no expressions.

    Args:
        node: where to begin.
        executed: leave out what stands under ``if TYPE_CHECKING``.
    """
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        if executed and isinstance(child, ast.If) and getattr(child.test, "id", None) == "TYPE_CHECKING":
            continue
        yield child
        yield from _statements(child, executed=executed)


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
