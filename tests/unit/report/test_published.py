"""Published tables: their numbers, and what is refused."""

import pytest
from conftest import REPOSITORY

from ltsei.core.errors import InputError
from ltsei.evaluation.statistics import Summary
from ltsei.report.published import published

HEAD = "method,dataset,imbalance_ratio,metric,value,std,seeds,source\n"
CIFAR = REPOSITORY / "config" / "published" / "cifar_lt.csv"


def test_a_row_is_a_number_with_its_spread_its_seeds_and_its_source(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "LDAM,d,100.0,ece,0.2,0.01,3,A 2024\n'=CB,d,natural,nll,1.5,,,B 2025\n", "utf-8-sig")
    first, second = published(path)
    assert (first.method, first.ir, first.metric, first.summary) == ("LDAM", "100", "ece", Summary(0.2, 0.01, 3))
    assert (second.method, second.ir, second.summary, second.source) == (
        "=CB",
        "natural",
        Summary(1.5, None, 0),
        "B 2025",
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("method,dataset,value\n", "no column imbalance_ratio, metric, source; expected method, dataset, imb"),
        (HEAD, "no rows"),
        (HEAD + "m,d,50,macro_f1,,,,s\n", "line 2: value is empty"),
        (HEAD + "m,d,50,macro_f1,0.5,,,\n", "line 2: source is empty; every published number needs its source"),
        (HEAD + "m,d,50,macro_f1,0.5,,,s\nm,d,9,macro_f1,71.3,,,s\n", "line 3, value: got 71.3, expected a fraction"),
        (HEAD + "m,d,50,macro_f1,high,,,s\n", "line 2, value: got 'high', expected a number"),
        (HEAD + "m,d,50,nll,nan,,,s\n", "line 2, value: got 'nan', expected a number"),
        (HEAD + "m,d,50,macro_f1,0.5,1.2,,s\n", "line 2, std: got 1.2, expected 0 to 0.5; divide percents"),
        (HEAD + "m,d,50,macro_f1,0.5,,0,s\n", "line 2, seeds: got '0', expected a whole number"),
        (HEAD + "m,d,0.01,macro_f1,0.5,,,s\n", "imbalance_ratio: got '0.01', expected a number of at least 1"),
        (HEAD + "m,d,50,makro_f1,0.5,,,s\n", "line 2: unknown metric 'makro_f1' .did you mean 'macro_f1'"),
        (HEAD + 2 * "m,d,50,macro_f1,0.5,,,s\n", "line 3: the same number as in line 2"),
    ],
)
def test_a_table_with_a_mistake_is_refused_with_its_line(tmp_path, text, complaint):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(InputError, match=complaint):
        published(tmp_path / "p.csv")


def test_a_file_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.csv: cannot be read"):
        published(tmp_path / "nothing.csv")


def test_the_table_of_the_yardstick_holds_every_number_of_its_page():
    lines = (REPOSITORY / "docs" / "yardstick.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.count(" / ") == 4 and not line.startswith("| method")]
    rows = [line.strip("|").split(" | ") for line in table]
    numbers = {
        (method.strip(), dataset, ir, float(number))
        for method, _, *cells, _ in rows
        for dataset, cell in zip(("cifar10_lt", "cifar100_lt"), cells, strict=True)
        for ir, number in zip(("100", "50", "10"), cell.split(" / "), strict=True)
        if number.strip() != "–"
    }
    entries = published(CIFAR)
    held = {(each.method, each.dataset, each.ir, round(100 * (each.summary.mean or 0), 2)) for each in entries}
    assert numbers <= held
    assert held - numbers == {
        ("Cross-entropy", "cifar10_lt", "100", 71.36),
        ("Cross-entropy", "cifar100_lt", "100", 39.87),
    }
