"""The papers that components cite: citations in their docstrings, and the entries of `docs/references.bib`."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ltsei.core import registry

ENTRY = re.compile(r"^@(\w+)\{(\w+),\n((?:  .*\n)*)\}$", re.MULTILINE)
FIELD = re.compile(r"^  (\w+) = \{(.*)\},$", re.MULTILINE)
NAME = r"[A-ZÀ-ÖØ-Þ][\w-]+"
CITATION = re.compile(
    rf"(?P<surname>{NAME}(?: {NAME})?)(?:(?: et al\.| (?:and|&) {NAME})(?:, | \(| )|, )"
    r"(?P<venue>(?:[A-Z]\w*(?: \w+)*? )?)(?P<year>(?:19\d\d|20[0-2]\d))\b"
)
"""``Cao et al., NeurIPS 2019``, ``Cui et al. (CVPR 2019)``, ``Wu & He 2018`` or ``Elkan, IJCAI 2001``."""


@dataclass(frozen=True)
class Citation:
    """A citation in a docstring.

    Attributes:
        surname: of the first author.
        venue: conference or journal, empty where the docstring does not say.
        year: of publication.
    """

    surname: str
    venue: str
    year: str


@dataclass(frozen=True)
class Reference:
    """An entry of the bibliography.

    Attributes:
        kind: such as ``inproceedings``.
        key: by which LaTeX cites it.
        fields: name -> value, without the outer braces.
    """

    kind: str
    key: str
    fields: Mapping[str, str]

    @cached_property
    def authors(self) -> tuple[str, ...]:
        """The surname of each author; a last ``others`` stands for those who are not listed."""
        return tuple(author.partition(",")[0] for author in self.fields["author"].split(" and "))

    @property
    def venue(self) -> str:
        """Conference, journal, preprint server or institution, as short as the entry has it."""
        names = ("series", "shortjournal", "journal", "archiveprefix", "institution")
        return next(self.fields[name] for name in names if name in self.fields)

    @property
    def members(self) -> list[str]:
        """The components, as ``family/name``, that mean this entry where others agree in author, venue and year."""
        return list(filter(None, self.fields.get("keywords", "").split(", ")))

    def fits(self, citation: Citation) -> bool:
        """Return whether first author, year and, where it is cited, the venue are those of the entry."""
        venues = {"", self.venue, self.fields.get("journal")}
        return (self.authors[0], self.fields["year"]) == (citation.surname, citation.year) and citation.venue in venues

    def __str__(self) -> str:
        """Return authors, title, venue and year as Markdown."""
        first, *more = self.authors
        names = f"{first} et al." if len(more) > 1 or more == ["others"] else " and ".join(self.authors)
        return f"{names}, *{self.fields['title'].strip('{}')}*, {self.venue} {self.fields['year']}"


def references(text: str) -> tuple[Reference, ...]:
    """Return the entries of a bibliography whose fields have a line each."""
    return tuple(Reference(kind, key, dict(FIELD.findall(body))) for kind, key, body in ENTRY.findall(text))


def citations(text: str) -> list[Citation]:
    """Return each citation in a text once, in order."""
    found = CITATION.finditer(" ".join(text.split()))
    return list(dict.fromkeys(Citation(match["surname"], match["venue"].strip(), match["year"]) for match in found))


def docstrings(family: str, name: str) -> str:
    """Return all docstrings of a component's module."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = (node for node in ast.walk(registry.syntax_tree(family, name)) if isinstance(node, kinds))
    return "\n\n".join(filter(None, map(ast.get_docstring, nodes)))


def entries(family: str, name: str, citation: Citation, bibliography: Sequence[Reference]) -> list[Reference]:
    """Return the entries that a component's citation may mean: one, unless the bibliography is incomplete."""
    fitting = [reference for reference in bibliography if reference.fits(citation)]
    named = [reference for reference in fitting if f"{family}/{name}" in reference.members]
    return named or (fitting if len(fitting) == 1 else [reference for reference in fitting if not reference.members])


def cited(family: str, name: str, bibliography: Sequence[Reference]) -> list[Reference]:
    """Return the entry of each paper that a component cites once, in order; a citation without an entry has none."""
    found = (
        reference
        for citation in citations(docstrings(family, name))
        for reference in entries(family, name, citation, bibliography)
    )
    return list({reference.key: reference for reference in found}.values())
