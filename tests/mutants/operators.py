"""Single faults in Python code: each operator replaces one node of a syntax tree."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

SWAPS = {
    **{ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt)},
    **{ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,)},
    **{ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,)},
    **{ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,)},
    **{ast.FloorDiv: (ast.Div,), ast.Mod: (ast.Mult,), ast.BitOr: (ast.BitAnd,), ast.BitAnd: (ast.BitOr,)},
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
WITHOUT_EFFECT = {"encoding", "strict"}
"""Keyword arguments that stay as they are: the locale is UTF-8, and lengths that are equal need no check."""


@dataclass(frozen=True)
class Mutant:
    """A module with one fault.

    Attributes:
        line: number of the line with the fault.
        text: that line as it was.
        change: old and new code of the node.
        code: of the whole module.
    """

    line: int
    text: str
    change: str
    code: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module; messages, annotations, decorators and docstrings stay as they are."""
    tree, lines = ast.parse(source), source.splitlines()
    for parent, field, place, node in list(_sites(tree)):
        for variant in _variants(node):
            before = _text(node, parent)
            _put(parent, field, place, ast.copy_location(variant, node))
            change = f"{before} -> {_text(variant, parent)}"
            yield Mutant(node.lineno, lines[node.lineno - 1].strip(), change, ast.unparse(tree))
            _put(parent, field, place, node)


def _put(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _text(node: ast.AST, parent: ast.AST | None = None) -> str:
    """Return a node in one line, a constant with what it is part of; of a statement with a body only the head."""
    part = isinstance(node, ast.Constant) and isinstance(parent, ast.expr | ast.keyword)
    return ast.unparse(parent if part and parent else node).partition("\n")[0]


def _sites(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Yield (parent, field, place in a list, node) of every node that may be replaced."""
    for field, value in ast.iter_fields(parent):
        for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and not _stays(parent, field, node):
                if hasattr(node, "lineno"):
                    yield parent, field, place, node
                yield from _sites(node)


def _stays(parent: ast.AST, field: str, node: ast.AST) -> bool:
    """Return whether a node and everything in it is left alone."""
    if field in {"decorator_list", "annotation", "returns", "bases", "format_spec"}:
        return True
    if isinstance(node, ast.keyword) and node.arg in WITHOUT_EFFECT:
        return True
    if isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Constant) and isinstance(parent, ast.JoinedStr):
        return True
    head = _text(node)
    return head.startswith(("log.", "logging.", "Literal[", "if TYPE_CHECKING"))


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that may stand in place of `node`."""
    yield from _operators(node)
    yield from _conditions(node)
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    elif isinstance(node, ast.Break | ast.Continue):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()


def _conditions(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node with its condition negated, or with one condition of a comprehension left out."""
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield _changed(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        for number, loop in enumerate(node.generators):
            if loop.ifs:
                loops = [*node.generators[:number], _changed(loop, ifs=[]), *node.generators[number + 1 :]]
                yield _changed(node, generators=loops)


def _operators(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for number, op in enumerate(node.ops):
            for swap in SWAPS.get(type(op), ()):
                yield _changed(node, ops=[*node.ops[:number], swap(), *node.ops[number + 1 :]])
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        yield from (_changed(node, op=swap()) for swap in SWAPS.get(type(node.op), ()))


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}XX")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    for number, keyword in enumerate(node.keywords):
        if keyword.arg not in WITHOUT_EFFECT:
            yield _changed(node, keywords=[*node.keywords[:number], *node.keywords[number + 1 :]])
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if isinstance(node.func, ast.Name) and name == "sorted":
        yield _changed(node, func=ast.Name("list"), keywords=[])
    elif name in NAMES:
        attribute = "id" if isinstance(node.func, ast.Name) else "attr"
        yield _changed(node, func=_changed(node.func, **{attribute: NAMES[name]}))


def _changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other
