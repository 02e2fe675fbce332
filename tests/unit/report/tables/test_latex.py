"""Tables in LaTeX: what they hold, what is escaped, and that LaTeX sets them."""

import shutil
import string
import subprocess
from dataclasses import replace

import pytest
from unit.report._scores import RUNS, scored

from ltsei.report.tables import paper_tables
from ltsei.report.tables.latex import PREAMBLE, latex, latex_text, write_latex

GREEK = "αβγδεζηθικλμνξοπρςστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
HOSTILE = r"""[*] 100 % of a_b & c#d {e} \input{/etc/passwd} $x^2$ ~ | <f> > "g" `h' i-j--k → ≤ ± … –"""
PACKAGES = ("booktabs.sty", "longtable.sty", "siunitx.sty")


@pytest.fixture
def table(results):
    return paper_tables.tables(results)[0]


def test_latex_has_the_caption_the_header_and_a_marked_row_per_method(table):
    lines = latex(table).splitlines()
    assert lines[0] == r"\begin{table*}"
    assert lines[3].startswith(r"\caption{Balanced accuracy (mAcc) (\%) on d, mean $\pm$ standard deviation, n = 3.")
    assert lines[3].endswith(r"}\label{tab:balanced_accuracy}")
    assert lines[4] == (
        r"\begin{tabular}{lS[table-format=2.1]@{\,}rS[table-format=2.1]@{\,}rS[table-format=2.1]S[table-format=1.2]"
        r"S[table-format=+1.1,table-space-text-post={$^*$}]}"
    )
    assert lines[5:] == [
        r"\toprule",
        r"Method & \multicolumn{2}{c}{ratio 10} & \multicolumn{2}{c}{ratio 100} & \multicolumn{1}{c}{Mean} & "
        r"\multicolumn{1}{c}{Rank} & \multicolumn{1}{c}{Difference} \\",
        r"\midrule",
        r"ce & 54.0 & $\pm$ 4.0 & {\underline{\tablenum[table-format=2.1]{32.0}}} & $\pm$ 2.0 & 43.0 & 2.75 & {--} \\",
        r"crt & {\underline{\tablenum[table-format=2.1]{63.0}}} & $\pm$ 3.0 & \bfseries 42.0 & $\pm$ 3.5 & "
        r"\bfseries 52.5 & 1.50 & +9.5{$^*$} \\",
        r"focal & \bfseries 70.0 & $\pm$ 1.0 & 22.0 & $\pm$ 3.5 & {\underline{\tablenum[table-format=2.1]{46.0}}} & "
        r"2.50 & +3.0 \\",
        r"class\_uniform & 52.0 & $\pm$ 1.0 & {\underline{\tablenum[table-format=2.1]{32.0}}} & $\pm$ 1.0 & 42.0 & "
        r"3.25 & -1.0 \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table*}",
    ]


def test_a_table_of_many_methods_breaks_over_pages_and_repeats_its_header(table):
    long = replace(
        table, methods=table.methods * 10, columns={title: [*each] * 10 for title, each in table.columns.items()}
    )
    text = latex(long)
    assert r"\begin{longtable}" in text and r"\begin{table" not in text
    assert text.count("Method & ") == 2
    assert text.index(r"\endfirsthead") < text.index(r"\endhead") < text.index("class\\_uniform")


def test_the_file_names_the_packages_that_it_needs_and_has_all_tables(results, tmp_path):
    write_latex(str(tmp_path / "results.tex"), results)
    tables = "\n\n".join(map(latex, paper_tables.tables(results)))
    assert (tmp_path / "results.tex").read_text(encoding="utf-8") == f"% {PREAMBLE}\n{tables}\n"


def test_the_file_names_what_pdflatex_has_no_font_for(results, tmp_path, monkeypatch, table):
    chinese = replace(table, methods=["长尾", "τ-norm", "Zażółć", "crt"])
    monkeypatch.setattr("ltsei.report.tables.latex.tables", lambda _: [chinese])
    write_latex(str(tmp_path / "results.tex"), results)
    lines = (tmp_path / "results.tex").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "% needs XeLaTeX or LuaLaTeX and a font for: 长尾"
    assert not lines[2].startswith("%")


@pytest.mark.parametrize("letter", list("&%$#_{}"))
def test_every_special_letter_of_latex_is_escaped(letter):
    assert latex_text(f"a{letter}b") == f"a\\{letter}b"


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        *[("\\", r"\textbackslash{}"), ("~", r"\textasciitilde{}"), ("^", r"\textasciicircum{}")],
        *[("<", r"\textless{}"), (">", r"\textgreater{}"), ("|", r"\textbar{}"), ("`", r"\textasciigrave{}")],
        *[("τ", r"$\tau$"), ("→", r"$\rightarrow$"), ("±", r"$\pm$"), ("χ²", r"$\chi$$^2$"), ("β", r"$\beta$")],
        *[("Ω", r"$\Omega$"), ("Β", "B"), ("ο", "o"), ("[*]", "{[}{*}{]}"), ("\u200b\x07", "")],
    ],
)
def test_letters_that_latex_has_a_command_for_become_this_command(letter, text):
    assert latex_text(letter) == text


def test_no_greek_letter_is_left():
    assert latex_text(GREEK).isascii()


def test_other_text_stays_as_it_is():
    text = f"{string.ascii_letters}{string.digits} .,:;!?'()/+-=@éß"
    assert latex_text(text) == text


@pytest.mark.parametrize("line_break", ["\n\n", "\r", "\r\n", "\u2028"])
def test_a_title_stays_in_its_cell(line_break):
    title = f"a{line_break}\\input{{/etc/passwd}} b"
    assert latex_text(title) == r"a \textbackslash{}input\{/etc/passwd\} b"


def missing_packages():
    """Return what keeps LaTeX from running here; nothing if it can."""
    if not (shutil.which("pdflatex") and shutil.which("kpsewhich")):
        return "no pdflatex"
    absent = [name for name in PACKAGES if subprocess.run(["kpsewhich", name], capture_output=True).returncode]
    return f"LaTeX lacks {', '.join(absent)}" if absent else ""


def typeset(folder, text):
    """Return the output of LaTeX for a document with these tables."""
    body = [r"\documentclass{article}", PREAMBLE, r"\begin{document}", text, r"\end{document}"]
    (folder / "paper.tex").write_text("\n".join(body), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    output = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, output[-2000:]
    return output


needs_latex = pytest.mark.skipif(bool(missing_packages()), reason=missing_packages() or "-")


@needs_latex
def test_latex_sets_tables_with_hostile_names_and_many_rows(tmp_path):
    names = [HOSTILE, GREEK, *(f"method_{index}" for index in range(40))]
    runs = {(f"m{at}", ir): RUNS["ce", ir]["balanced_accuracy"] for at in range(len(names)) for ir in ("10", "100")}
    (table,) = paper_tables.tables(scored(tmp_path / "cells", runs, control="m0"))
    short = replace(table, methods=names[:3], columns={title: each[:3] for title, each in table.columns.items()})
    output = typeset(tmp_path, latex(replace(table, methods=names)) + latex(short))
    assert "Warning: Float too large" not in output
    assert "(2 pages" in output or "(3 pages" in output


@needs_latex
def test_latex_sets_the_tables_of_a_report_with_missing_cells_and_two_data_sets(full, tmp_path):
    text = full.tables("latex")["latex"].read_text(encoding="utf-8")
    assert "LaTeX Warning: Label `" not in typeset(tmp_path, text)
    assert text.count(r"\begin{table*}") == 6
