"""Files and texts in YAML: mistakes that YAML itself accepts or explains badly are named with file and line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ltsei.core.errors import InputError

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEMPLATE = "__use_yte__"
"""The key with which Snakemake treats a file as a template and runs the Python expressions in it, also in dry runs."""
WIDE_COLON = "："
WIDE_COLON_KEY = re.compile(f"[^:#'\"]*{WIDE_COLON}")
"""The beginning of a line whose first colon is a full-width one."""


def read(path: str | Path) -> dict[str, Any]:
    """Return the keys of a YAML or JSON file.

    Raises:
        InputError: it cannot be read, is neither YAML nor JSON, has no keys, has a key twice, or would run code.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file in UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    content = _json(text, str(path))
    content = parse(text, str(path)) if content is None else content
    if not isinstance(content, dict):
        got = "nothing" if content is None else f"{type(content).__name__} {str(content)[:40]!r}"
        raise InputError(f"{path}: got {got}, expected keys with values, as in `results: results`{_wide(str(content))}")
    return content


def parse(text: str, where: str) -> Any:
    """Return the value of a YAML text.

    Raises:
        InputError: it is malformed, has a key twice, or would run code; the message opens with `where`.
    """
    loader = LOADER(text)
    try:
        root = loader.get_single_node()
        mistakes = list(dict.fromkeys(_mistakes(root)))
        if mistakes:
            raise InputError("\n".join(f"{where}, {mistake}" for mistake in mistakes))
        return None if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        raise InputError(f"{where}{_malformed(text, error)}") from None
    finally:
        loader.dispose()


def _json(text: str, where: str) -> Any:
    """Return the value of a JSON text, which Snakemake reads as such (there, 1e-3 is a number); None for another."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise InputError(f"{where}: the key {twice!r} appears twice in one mapping; keep one")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=unique) if text.lstrip().startswith("{") else None
    except json.JSONDecodeError:
        return None


def _mistakes(root: yaml.Node | None) -> Iterator[str]:
    """Yield keys that appear twice in one mapping, keys with a full-width colon, and the key of a template."""
    pending, seen = [root] if root else [], set[int]()
    while pending:
        node = pending.pop(0)
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield from _mistaken_keys([key for key, _ in node.value])
            pending += [part for pair in node.value for part in pair]
        else:
            pending += node.value


def _mistaken_keys(keys: list[yaml.Node]) -> Iterator[str]:
    lines: dict[str, int] = {}
    for key in keys:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            continue
        if WIDE_COLON in key.value and not key.style:
            yield f"line {line}: {key.value!r} has a full-width colon ({WIDE_COLON}); write `: `"
        if key.value == TEMPLATE:
            yield f"line {line}: {TEMPLATE} would run Python code in this file; remove it and write the values"
        if key.value in lines:
            where = f"line {line}" if lines[key.value] == line else f"lines {lines[key.value]} and {line}"
            yield f"{where}: the key {key.value!r} appears twice in one mapping; keep one"
        lines.setdefault(key.value, line)


def _malformed(text: str, error: yaml.YAMLError) -> str:
    """Return the line of a mistake of form, and what it is."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return f": not YAML: {' '.join(str(error).split())}"
    lines = text.splitlines()[: mark.line + 1]
    for number, line in reversed(list(enumerate(lines, 1))):
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip() and indent.strip(" "):
            what = "a tab" if "\t" in indent else f"the character U+{ord(indent.strip(' ')[0]):04X}"
            return f", line {number}: indented by {what}; YAML is indented by spaces"
        if WIDE_COLON_KEY.match(line):
            return f", line {number}: a full-width colon ({WIDE_COLON}) after a key; write `: `"
    problem = " ".join(str(getattr(error, "problem", "") or error).split())
    return f", line {max(1, min(mark.line + 1, len(lines)))}: not YAML: {problem}"


def _wide(text: str) -> str:
    return f"; write `: ` for the full-width colon ({WIDE_COLON})" if WIDE_COLON in text else ""
