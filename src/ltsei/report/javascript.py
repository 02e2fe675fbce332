"""The JavaScript libraries of the page, from installed packages, so that it opens without a network."""

import functools
import gzip
import hashlib
import importlib.metadata
import importlib.util
import re
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

import platformdirs
import vl_convert

from ltsei.core.errors import InputError

EXPORTS = re.compile(r"export\{([^}]*)\};")
SNIPPET = "window.vegaEmbed = vegaEmbed;"


@functools.cache
def charts() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script which defines ``vegaEmbed``.

    Bundling them takes a second: a version of the package does it once, and the result is kept where the user's
    programs keep such files, if one can write there. What is damaged there is made anew.
    """
    key = hashlib.sha256(f"{importlib.metadata.version('vl-convert-python')} {SNIPPET}".encode()).hexdigest()[:16]
    with suppress(OSError, RuntimeError, EOFError, zlib.error, UnicodeDecodeError):
        if script := gzip.decompress(_kept(key).read_bytes()).decode():
            return script
    script = vl_convert.javascript_bundle(SNIPPET)
    with suppress(OSError, RuntimeError):
        _keep(_kept(key), gzip.compress(script.encode()))
    return script


def _kept(key: str) -> Path:
    """Return where a bundle is kept; RuntimeError for a user without a home."""
    return platformdirs.user_cache_path("ltsei") / f"charts-{key}.js.gz"


def _keep(path: Path, content: bytes) -> None:
    """Write a file that other processes may be writing too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as own:
        written = Path(own) / path.name
        written.write_bytes(content)
        written.replace(path)


def tables() -> str:
    """Return DataTables as one script which defines ``DataTable``; the package holds it as a module."""
    module = _bundle("dt_bundle.js")
    found = EXPORTS.search(module)
    pairs = [pair.split(" as ") for pair in found[1].split(",")] if found else []
    names = {outside: inside for inside, outside in pairs}
    if found is None or "default" not in names:
        raise InputError("itables: its DataTables bundle exports no default; install the version in envs/lock.txt")
    return f"(() => {{{module[: found.start()]}window.DataTable = {names['default']};{module[found.end() :]}\n}})();"


def table_style() -> str:
    """Return the style sheet of DataTables."""
    return _bundle("dt_bundle.css")


def _bundle(name: str) -> str:
    found = importlib.util.find_spec("itables")  # found, not imported: that would look for pandas and polars
    if found is None or not found.submodule_search_locations:
        raise InputError("itables: not installed; run `make install`")
    return Path(found.submodule_search_locations[0], "html", name).read_text(encoding="utf-8")
