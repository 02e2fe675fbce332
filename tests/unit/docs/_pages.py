"""The pages of the documentation and what they consist of: code blocks, code spans, links, headings, tables."""

import re

from conftest import REPOSITORY

PAGES = {
    path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8")
    for pattern in ("*.md", "docs/**/*.md", "config/*.md", ".github/*.md")
    for path in sorted(REPOSITORY.glob(pattern))
}
"""Path below the repository -> text."""
GENERATED = "docs/methods.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
LINK = re.compile(r"\[[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


def blocks(text, language):
    """Return the contents of the code blocks in a language."""
    return [content for name, content in BLOCK.findall(text) if name == language]


def prose(text):
    """Return a page without its code blocks."""
    return BLOCK.sub("", text)


def spans(text):
    """Return the code spans outside code blocks, each on one line."""
    return [" ".join(span.split()) for span in SPAN.findall(prose(text))]


def links(text):
    """Return the targets of the links and images outside code."""
    return LINK.findall(SPAN.sub("``", prose(text)))


def headings(text):
    """Return (level, title) of every heading."""
    return [(len(marks), title) for marks, title in HEADING.findall(prose(text))]


def anchor(title):
    """Return the anchor of a heading, as GitHub and MkDocs make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def table(text, *header):
    """Return the rows, as lists of cells, of the tables with this header."""
    rows, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|"):
            inside = False
        elif tuple(cells) == header:
            inside = True
        elif inside and not set(line) <= set("|- "):
            rows.append(cells)
    return rows
