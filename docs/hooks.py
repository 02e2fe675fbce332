"""Hooks of MkDocs: pages that lie outside `docs/`, and links to files that are not part of the site."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
OUTSIDE = {
    "config/README.md": "configuration.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
"""File of the repository -> page of the site."""
SOURCES = {page: source for source, page in OUTSIDE.items()}
LINK = re.compile(r"(?<!!)\[([^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]\(([^()\s]+)\)")
FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside `docs/`."""
    for source, page in OUTSIDE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_: Any) -> str:
    """Return a page whose links lead to pages of the site; a link to any other file becomes its text."""
    here = page.file.src_uri
    source = SOURCES.get(here, f"docs/{here}")
    parts = FENCE.split(markdown)
    parts[::2] = [LINK.sub(lambda link: _link(link, source, here, files), part) for part in parts[::2]]
    return "".join(parts)


def _link(link: re.Match[str], source: str, here: str, files: Files) -> str:
    text, target = link[1], link[2]
    path, _, anchor = target.partition("#")
    if not path or "://" in path:
        return link[0]
    file = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    page = OUTSIDE.get(file, file.removeprefix("docs/"))
    if file not in OUTSIDE and (not file.startswith("docs/") or files.get_file_from_path(page) is None):
        if not (ROOT / file).exists():
            return link[0]  # MkDocs reports it
        return text if "`" in text else f"`{text}`" if "/" in text or "." in text else text
    relative = posixpath.relpath(page, posixpath.dirname(here) or ".")
    return f"[{text}]({relative}{'#' + anchor if anchor else ''})"
