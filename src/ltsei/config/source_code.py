"""The part of a source file that counts for a fingerprint: its code without comments, docstrings and layout.

Parsing the package takes half a second, so the result for each text is kept for later processes.
"""

import ast
import functools
import hashlib
import json
import sys
from collections import ChainMap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ltsei.core import user_cache

MOST_TEXTS = 5_000
"""This many of the latest texts are kept, several versions of the whole package."""


@dataclass(frozen=True)
class Code:
    """The part of a source file that counts.

    Attributes:
        imports: the names that it imports anywhere, except for type checking: modules, and what it takes from them.
        digest: hash of its code.
    """

    imports: frozenset[str]
    digest: str


def counted(text: str) -> Code:
    """Return the part of a source file's text that counts."""
    known, key = _known(), hashlib.sha256(text.encode()).hexdigest()
    if key not in known:
        tree = ast.parse(text)
        imports = frozenset(name for node in _statements(tree, executed=True) for name in _imported(node))
        known[key] = Code(imports, hashlib.sha256(_normalised(tree).encode()).hexdigest())
    return known[key]


def remember() -> None:
    """Keep what this process has parsed."""
    new, kept = _known().maps
    if new:
        kept.update(new)
        new.clear()
        latest = list(kept.items())[-MOST_TEXTS:]
        user_cache.write(_name(), json.dumps({key: [sorted(code.imports), code.digest] for key, code in latest}))


@functools.cache
def _known() -> ChainMap[str, Code]:
    """Return hash of a text -> what counts of it: first what this process has parsed, then what others have kept."""
    kept: dict[str, Code] = {}
    if text := user_cache.read(_name()):
        kept = {key: Code(frozenset(imports), digest) for key, (imports, digest) in json.loads(text).items()}
    return ChainMap({}, kept)


@functools.cache
def _name() -> str:
    """Return the name of the file for this version of Python, which writes the code, and of this module."""
    version = f"{sys.version} {Path(__file__).read_text(encoding='utf-8')}"
    return f"code-{hashlib.sha256(version.encode()).hexdigest()[:16]}.json"


def _normalised(tree: ast.Module) -> str:
    """Return the code of a tree without comments, docstrings, layout and what only tuning reads.

    Docstrings and search ranges are removed from the tree itself.
    """
    for node in [tree, *_statements(tree)]:
        if isinstance(node, ast.FunctionDef):
            _remove_search_ranges(node)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [item for item in body if _counts(item)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _remove_search_ranges(function: ast.FunctionDef) -> None:
    """Remove ``Search(...)`` from the annotations of a function: the trials that use a range name it themselves."""
    for argument in function.args.kwonlyargs:
        for node in ast.walk(argument.annotation) if argument.annotation else ():
            if isinstance(node, ast.Tuple):
                node.elts = [item for item in node.elts if getattr(getattr(item, "func", None), "id", "") != "Search"]


def _counts(node: ast.stmt) -> bool:
    """Return whether a statement can change a result: texts and the import of `Search` cannot."""
    if isinstance(node, ast.ImportFrom):
        return node.module != "ltsei.core.search"
    return not (isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str))


def _statements(node: ast.AST, *, executed: bool = False) -> Iterator[ast.AST]:
    """Yield all statements below a node, no expressions.

    Args:
        node: where to begin.
        executed: leave out everything under ``if TYPE_CHECKING``.
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
