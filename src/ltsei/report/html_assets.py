"""The templates and style sheets of HTML pages, files of this package."""

from importlib import resources

import jinja2

from ltsei.pipeline.rule_table import rule_label
from ltsei.report.number_text import duration


def template(name: str) -> jinja2.Template:
    """Return a template of this package; what it is given as text is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ltsei.report", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["duration"] = duration
    environment.filters["stage"] = rule_label
    return environment.get_template(name)


def asset(name: str) -> str:
    """Return the text of a file that pages are made of."""
    return resources.files("ltsei.report").joinpath("assets", name).read_text(encoding="utf-8")
