"""The page's script only picks and draws: a file that sees results computes nothing, one that computes sees none."""

import re

import pytest

from ltsei.report.charts.chart import SPECIFICATIONS
from ltsei.report.page.html import SCRIPTS
from ltsei.report.page.texts import TEXTS

ASSETS = SPECIFICATIONS.parent
MAY_COMPUTE = {"format.js", "layout.js"}
"""A number as text, and pixels: what they get as arguments is all that they know."""
ARITHMETIC = {
    "an operator": r"[\w)\]]\s*(?:\*\*|[-+*/%])\s*[\w(\[$]",
    "an assignment that computes": r"(?:[-+*/%]=|\+\+|--)",
    "a method that computes": r"\.(?:reduce|reduceRight|sort|toSorted|toFixed|toPrecision|toLocaleString)\s*\(",
    "a library that computes": r"\b(?:Math|Intl|BigInt)\b",
    "a comparison by size": r"(?<!\.length)(?<!\.size)\s(?:[<>]=?)\s",
}
RESULTS = r"\b(?:report|state|block|view|metric|metricView|rowsOf|window|document)\b"
QUOTED = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|(?<=[(,=:?])\s*/(?:\\.|[^/\\\n])+/[a-z]*", re.DOTALL)


def code_of(script):
    """Return a script without comments, texts and regular expressions; what templates insert stays."""
    return QUOTED.sub(" ", without_templates(script))


def without_templates(script):
    """Return a script with each template replaced by the expressions inside it."""
    code, depths = [], []  # for each open template the braces that are open inside its expression, 0 in its text
    for index, letter in enumerate(script):
        inside_text = bool(depths) and depths[-1] == 0
        if letter == "`" and inside_text:
            depths.pop()
        elif letter == "`":
            depths.append(0)
        elif inside_text and script[index - 1 : index + 1] == "${":
            depths[-1] = 1
            code.append(" (")
        elif depths and letter in "{}" and not inside_text:
            depths[-1] += 1 if letter == "{" else -1
            code.append(letter if depths[-1] else ") ")
        elif not inside_text:
            code.append(letter)
    return "".join(code)


def test_every_script_belongs_to_the_page():
    assert {*SCRIPTS, "loader.js"} == {path.name for path in ASSETS.glob("*.js")}


@pytest.mark.parametrize("name", sorted({*SCRIPTS, "loader.js"} - MAY_COMPUTE))
def test_a_script_that_sees_results_computes_nothing(name):
    code = code_of((ASSETS / name).read_text(encoding="utf-8"))
    matches = {what: re.findall(f".*{pattern}.*", code) for what, pattern in ARITHMETIC.items()}
    assert not {what: lines for what, lines in matches.items() if lines}


@pytest.mark.parametrize("name", sorted(MAY_COMPUTE))
def test_a_script_that_computes_sees_no_results(name):
    assert not re.findall(RESULTS, code_of((ASSETS / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("const mean = sum / n;", "an operator"),
        ("const text = `${100 * value} %`;", "an operator"),
        ("total += value;", "an assignment that computes"),
        ("rows.sort(byMean);", "a method that computes"),
        ("const best = Math.max(...values);", "a library that computes"),
        ("if (p < 0.05) mark();", "a comparison by size"),
    ],
)
def test_arithmetic_is_recognised(line, what):
    assert re.search(ARITHMETIC[what], code_of(line))


@pytest.mark.parametrize(
    "line",
    [
        'const title = "a - b"; // a * b',
        "const title = `${name} - ${other}`;",
        "const short = address.replace(/^(\\.\\.\\/)+/, place);",
        "if (rows.length > 1) show((row) => row.mean);",
        "const last = list.at(-1);",
    ],
)
def test_texts_and_choices_are_not_arithmetic(line):
    assert not [what for what, pattern in ARITHMETIC.items() if re.search(pattern, code_of(line))]


def test_every_text_is_used_and_every_used_text_exists():
    scripts = [code_of(path.read_text(encoding="utf-8")) for path in ASSETS.glob("*.js")]
    assert {name for script in scripts for name in re.findall(r"report\.texts\.(\w+)", script)} == set(TEXTS)
