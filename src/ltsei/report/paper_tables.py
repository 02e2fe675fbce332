"""Tables for a paper: means over seeds as LaTeX (booktabs) and Markdown, best bold, second best underlined."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ltsei.evaluation.statistics import Summary
from ltsei.report.results import Results
from ltsei.report.summaries import done, summaries
from ltsei.report.vega import title
from ltsei.report.words import Metric, metric, shown_number

METRICS = ("balanced_accuracy", "overall_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean")
LATEX = {
    "\\": r"\textbackslash{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "τ": r"$\tau$",
    "→": r"$\rightarrow$",
    "±": r"$\pm$",
}
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~&])")


@dataclass(frozen=True)
class Entry:
    """A number of a table: its text, and whether it is ``best``, ``second`` or neither of its column."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A table of one metric: a column per data set and ratio, a row per method."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[Entry]]


def tables(findings: Results) -> list[Table]:
    """Return a table for each of `METRICS` which has any value."""
    made = []
    for name in METRICS:
        present, shown = done(findings.cells), metric(name)
        found = {key: summary for key, summary in summaries(findings.cells, name).items() if key in present}
        if not any(summary.n for summary in found.values()):
            continue
        columns = [_column(found, findings, condition, shown) for condition in findings.conditions]
        rows = {m.label: [column[m.name] for column in columns] for m in findings.methods}
        unit = " (%)" if shown.unit == "fraction" else ""
        counts = sorted({summary.n for summary in found.values() if summary.n})
        seeds = "–".join(map(str, dict.fromkeys((counts[0], counts[-1]))))
        spread = "mean ± standard deviation" if counts[-1] > 1 else "a single seed, no spread"
        caption = f"{shown.label}{unit}, {spread}, n = {seeds}"
        made.append(Table(name, caption, [title(condition) for condition in findings.conditions], rows))
    return made


def latex(table: Table) -> str:
    """Return a table environment for booktabs."""
    marks: Mapping[str, Callable[[str], str]] = {
        "best": r"\textbf{{{}}}".format,
        "second": r"\underline{{{}}}".format,
        "": str,
    }
    lines = [
        [latex_text(label), *(marks[entry.mark](latex_text(entry.text)) for entry in entries)]
        for label, entries in table.rows.items()
    ]
    head = ["Method", *map(latex_text, table.columns)]
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{latex_text(table.caption)}}}",
            rf"\label{{tab:{table.name}}}",
            rf"\begin{{tabular}}{{l{'r' * len(table.columns)}}}",
            r"\toprule",
            " & ".join(head) + r" \\",
            r"\midrule",
            *(" & ".join(line) + r" \\" for line in lines),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    )


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    marks: Mapping[str, Callable[[str], str]] = {"best": "**{}**".format, "second": "<u>{}</u>".format, "": str}
    lines = [
        [markdown_text(label), *(marks[entry.mark](entry.text) for entry in entries)]
        for label, entries in table.rows.items()
    ]
    return f"### {markdown_text(table.caption)}\n\n" + pipes(["Method", *map(markdown_text, table.columns)], lines)


def pipes(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows of Markdown as a table, numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *rows]) + "\n"


def latex_text(text: str) -> str:
    """Return user text for LaTeX."""
    return "".join(LATEX.get(letter, letter) for letter in text)


def markdown_text(text: str) -> str:
    """Return user text for Markdown, in which HTML would work too."""
    return MARKDOWN.sub(r"\\\1", text).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\n", " ")


def number(summary: Summary, shown: Metric) -> str:
    """Return mean and standard deviation as text, an undefined one as a dash; rounded as on the page."""
    if summary.mean is None:
        return "–"
    spread = "" if summary.sd is None else f" ± {shown_number(summary.sd, shown)}"
    return f"{shown_number(summary.mean, shown)}{spread}"


def _column(
    found: Mapping[tuple[str, str, str], Summary], findings: Results, condition: tuple[str, str], shown: Metric
) -> dict[str, Entry]:
    """Return method -> entry under a condition, marked as far as the shown digits tell values apart."""
    nothing = Summary(None, None, 0)
    here = {method.name: found.get((*condition, method.name)) for method in findings.methods}
    means = {name: float(number(summary, shown).split()[0]) for name, summary in here.items() if summary and summary.n}
    ranking = sorted(set(means.values()), reverse=shown.better != "low")
    marks = dict(zip(ranking[:2], ("best", "second"), strict=False)) if len(ranking) > 1 else {}
    return {
        name: Entry("" if summary is None else number(summary or nothing, shown), marks.get(means.get(name, -1.0), ""))
        for name, summary in here.items()
    }
