"""The tables for a paper as LaTeX, with booktabs, siunitx and longtable."""

import re
import unicodedata
from collections.abc import Sequence

from ltsei.core import files
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.tables.fold_tables import fold_tables
from ltsei.report.tables.paper_tables import Entry, Table, damaged_cells, tables

PREAMBLE = r"\usepackage{booktabs,longtable,siunitx}"
LONGEST, WIDEST = 35, 3
"""Rows above which a table breaks over pages, and columns above which it spans both columns of a paper."""
GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
"""Greek letters that LaTeX has no command for, since they look like Latin ones."""
LETTERS = {
    "\\": r"\textbackslash{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    **{"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "`": r"\textasciigrave{}", '"': "''"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"},
    **{"[": "{[}", "]": "{]}", "*": "{*}"},  # at the start of a row, they would be an option of the row before
    **{chr(ord("α") + place): f"$\\{name}$" for place, name in enumerate(GREEK)},
    **{chr(ord("α") + place).upper(): f"$\\{name.title()}$" for place, name in enumerate(GREEK) if name[:3] != "var"},
    **LATIN,
    **{"→": r"$\rightarrow$", "←": r"$\leftarrow$", "±": r"$\pm$", "×": r"$\times$", "·": r"$\cdot$", "−": "$-$"},
    **{"≤": r"$\leq$", "≥": r"$\geq$", "≠": r"$\neq$", "≈": r"$\approx$", "∞": r"$\infty$", "λ": r"$\lambda$"},
    **{"–": "--", "—": "---", "…": r"\dots{}", "µ": r"$\mu$", "²": "$^2$", "³": "$^3$", "¹": "$^1$", "\xa0": "~"},
}
LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""They would end a row of a table, or a paragraph."""
LAST_SET_UP = 0x17F
"""The last letter of the Latin alphabets, which LaTeX sets without a font of the document's own."""


def write_latex(path: str, results: MatrixResults) -> None:
    """Write the tables; comments name the packages they need, damaged cells, and letters that need another LaTeX."""
    content = [*tables(results), *fold_tables(results)]
    lead = [PREAMBLE, *damaged_cells(results), *_other_letters(content)]
    files.write_text(path, "".join(f"% {line}\n" for line in lead) + "\n\n".join(map(latex, content)) + "\n")


def latex(table: Table) -> str:
    """Return a table that floats, or a long one that breaks over pages."""
    caption = rf"\caption{{{latex_text(table.caption)}}}\label{{tab:{table.name}}}"
    spreads = {title: any(entry.spread for entry in entries) for title, entries in table.columns.items()}
    columns = "".join(_specification(entries, spreads[title]) for title, entries in table.columns.items())
    head = [r"\toprule", _row(["Method", *(_title(title, spread) for title, spread in spreads.items())]), r"\midrule"]
    body = [_row([latex_text(label), *_cells(table, place)]) for place, label in enumerate(table.methods)]
    if table.others:
        body.insert(table.first_of_others, r"\midrule")
    style = [r"\footnotesize\setlength{\tabcolsep}{4pt}\sisetup{detect-weight=true,retain-explicit-plus}"]
    if len(table.methods) > LONGEST:
        begin, end = r"\setlength{\LTcapwidth}{\linewidth}" rf"\begin{{longtable}}{{l{columns}}}", r"\end{longtable}"
        ends = [r"\endhead", r"\bottomrule", r"\endfoot"]
        lines = ["{" + style[0], begin, rf"{caption}\\", *head, r"\endfirsthead", *head, *ends, *body, end + "}"]
        return "\n".join(lines)
    kind = "table*" if len(table.columns) > WIDEST else "table"
    tabular = [rf"\begin{{tabular}}{{l{columns}}}", *head, *body, r"\bottomrule", r"\end{tabular}"]
    return "\n".join([rf"\begin{{{kind}}}", r"\centering", *style, caption, *tabular, rf"\end{{{kind}}}"])


def latex_text(text: str) -> str:
    """Return user text for LaTeX, on one line and without commands."""
    line = LINE_BREAKS.sub(" ", text)
    visible = (letter for letter in line if unicodedata.category(letter) not in {"Cc", "Cf"})
    return "".join(LETTERS.get(letter, letter) for letter in visible)


def _other_letters(content: Sequence[Table]) -> list[str]:
    """Return a line about names with letters that pdfLaTeX has no font for, such as Chinese ones."""
    names = dict.fromkeys(text for table in content for text in (*table.methods, *table.columns, table.caption))
    names_with = [text for text in names if any(ord(letter) > LAST_SET_UP for letter in latex_text(text))]
    return [f"needs XeLaTeX or LuaLaTeX and a font for: {LINE_BREAKS.sub(' ', name)}" for name in names_with]


def _specification(entries: Sequence[Entry], spread: bool) -> str:
    """Return the type of a column of numbers; a spread has a column of its own, since siunitx misaligns bold ones."""
    return f"S[table-format={_format(entries)}{_post(entries)}]" + (r"@{\,}r" if spread else "")


def _format(entries: Sequence[Entry]) -> str:
    """Return sign, digits before and digits after the point that the widest of some numbers has."""
    numbers = [entry.number for entry in entries if entry.number[-1:].isdigit()]
    whole, decimals = (
        max((len(number.strip("+−").partition(".")[at]) for number in numbers), default=1) for at in (0, 2)
    )
    return ("+" if any(number[0] in "+−" for number in numbers) else "") + f"{whole}.{decimals}"


def _post(entries: Sequence[Entry]) -> str:
    return ",table-space-text-post={$^*$}" if any(entry.star for entry in entries) else ""


def _title(title: str, spread: bool) -> str:
    return rf"\multicolumn{{{2 if spread else 1}}}{{c}}{{{latex_text(title)}}}"


def _cells(table: Table, place: int) -> list[str]:
    cells = []
    for entries in table.columns.values():
        entry = entries[place]
        cells.append(_number(entry, _format(entries)))
        if any(each.spread for each in entries):
            cells.append(rf"$\pm$ {entry.spread}" if entry.spread else "")
    return cells


def _number(entry: Entry, number_format: str) -> str:
    number = entry.number.replace("−", "-")
    if not number[-1:].isdigit():
        return f"{{{latex_text(number)}}}"
    if entry.mark == "second":
        return rf"{{\underline{{\tablenum[table-format={number_format}]{{{number}}}}}}}"
    return (r"\bfseries " if entry.mark == "best" else "") + number + ("{$^*$}" if entry.star else "")


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"
