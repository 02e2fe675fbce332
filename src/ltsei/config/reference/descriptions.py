"""What components say about themselves in their docstrings, read without importing them.

Only the schema and the reference need it; loading an experiment file does not import this module.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ltsei.core import registry

SECTION = re.compile(r"^(Args|Raises|Attributes|Returns|Yields):$", re.MULTILINE)
"""The headings of Google's docstring style."""
PARAGRAPH = re.compile(r"\n\n|\n(?=Deviation:)")
ARGUMENT = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


@dataclass(frozen=True)
class Description:
    """The docstrings of a component.

    Attributes:
        summary: first line of the module's docstring.
        about: paragraphs of the module's docstring after the first line, as Markdown.
        returned: paragraphs of the docstring of `build`, as Markdown.
        parameters: parameter of `build` -> its meaning, as Markdown in one line.
    """

    summary: str
    about: tuple[str, ...]
    returned: tuple[str, ...]
    parameters: Mapping[str, str]

    @property
    def text(self) -> tuple[str, ...]:
        """All paragraphs after the first line."""
        return (*self.about, *self.returned)


def describe(family: str, name: str) -> Description:
    """Return what the docstrings of a component say; nothing about a parameter that they leave out."""
    tree = registry.syntax_tree(family, name)
    build = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "build")
    summary, *about = _paragraphs(ast.get_docstring(tree) or "")
    returned, *more = _paragraphs(ast.get_docstring(build) or "")
    what = returned.removeprefix("Return ")
    return Description(
        summary=summary,
        about=tuple(about),
        returned=(what[:1].upper() + what[1:], *more),
        parameters=dict(_arguments(ast.get_docstring(build) or "")),
    )


def family_summary(family: str) -> str:
    """Return the first line of a family's docstring."""
    text = (registry.FOLDER / family / "__init__.py").read_text(encoding="utf-8")
    return next(_paragraphs(ast.get_docstring(ast.parse(text)) or ""))


def markdown(text: str) -> str:
    """Return docstring text with code marked as Markdown does."""
    return text.replace("``", "`")


def _paragraphs(docstring: str) -> Iterator[str]:
    """Yield the paragraphs before the first section."""
    for paragraph in PARAGRAPH.split(SECTION.split(docstring)[0].strip()):
        yield markdown(paragraph)


def _arguments(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield name and meaning of each entry under ``Args:``, the context left out."""
    parts = SECTION.split(inspect.cleandoc(docstring))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    entries = ARGUMENT.split(sections.get("Args", ""))
    for name, meaning in zip(entries[1::2], entries[2::2], strict=True):
        if name != "context":
            yield name, markdown(" ".join(meaning.split()))
