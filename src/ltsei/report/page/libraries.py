"""The JavaScript libraries of the page, from installed packages, so that it opens without a network."""

import functools
import hashlib
import importlib.metadata
import importlib.util
import re
from pathlib import Path

import vl_convert

from ltsei.core import user_cache
from ltsei.core.errors import InputError

EXPORTS = re.compile(r"export\{([^}]*)\};")
SNIPPET = "window.vegaEmbed = vegaEmbed;"


@functools.cache
def charts() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that defines ``vegaEmbed``.

    Bundling them takes a second, so the bundle of a version is cached in the user's cache folder if that can be
    written. A damaged bundle is made again.
    """
    key = hashlib.sha256(f"{importlib.metadata.version('vl-convert-python')} {SNIPPET}".encode()).hexdigest()[:16]
    name = f"charts-{key}.js"
    script = user_cache.read(name)
    if not script:
        script = vl_convert.javascript_bundle(SNIPPET)
        user_cache.write(name, script)
    return script


def tables() -> str:
    """Return DataTables as one script that defines ``DataTable``; the package holds it as a module."""
    module = _bundle("dt_bundle.js")
    exports = EXPORTS.search(module)
    pairs = [pair.split(" as ") for pair in exports[1].split(",")] if exports else []
    names = {outside: inside for inside, outside in pairs}
    if exports is None or "default" not in names:
        raise InputError("itables: its DataTables bundle exports no default; install the version in envs/lock.txt")
    return (
        f"(() => {{{module[: exports.start()]}window.DataTable = {names['default']};{module[exports.end() :]}\n}})();"
    )


def table_style() -> str:
    """Return the style sheet of DataTables."""
    return _bundle("dt_bundle.css")


def _bundle(name: str) -> str:
    package = importlib.util.find_spec("itables")  # not imported, since that would look for pandas and polars
    if package is None or not package.submodule_search_locations:
        raise InputError("itables: not installed; run `make install`")
    return Path(package.submodule_search_locations[0], "html", name).read_text(encoding="utf-8")
