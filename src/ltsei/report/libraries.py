"""The JavaScript libraries of the page, from installed packages, so that it opens without a network."""

import functools
import importlib.metadata
import importlib.util
import re
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs
import vl_convert

from ltsei.errors import InputError

EXPORTS = re.compile(r"export\{([^}]*)\};")


@functools.cache
def charts() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script which defines ``vegaEmbed``.

    Bundling them takes a second: a version of the package does it once, and the result is kept where the user's
    programs keep such files, if one can write there.
    """
    version = importlib.metadata.version("vl-convert-python")
    kept = platformdirs.user_cache_path("ltsei") / f"charts-{version}.js"
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    script = _bundled_charts()
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as own:
            written = Path(own) / kept.name
            written.write_text(script, encoding="utf-8")
            written.replace(kept)
    return script


def _bundled_charts() -> str:
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
