"""The JavaScript libraries of the page, from installed packages, so that it opens without a network."""

import functools
import importlib.util
import re
from pathlib import Path

import vl_convert

from ltsei.errors import InputError

EXPORTS = re.compile(r"export\{([^}]*)\};")


@functools.cache
def charts() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script which defines ``vegaEmbed``; bundling takes a second."""
    script: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return script


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
