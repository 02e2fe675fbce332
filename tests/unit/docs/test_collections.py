"""docs/collections.md: what each row names exists, and the lines of a collection are in order."""

import re

import pytest
from unit.docs._pages import PAGES, links, table
from unit.docs.test_from_the_guides import CLAIM, EXPERIMENTS, check_claim, codes, exists

PAGE = PAGES["docs/collections.md"]
ROWS = table(PAGE, "where", "subject", "here", "remark")
WHERE = re.compile(r"(\d{3}): (\d+)(?:-(\d+))?")
NAME = re.compile(r"[a-z]\w*(/\w+)*")
BLOCKS = set(EXPERIMENTS["experiments"])
PARAMETERS = {"power", "shape", "spread", "tau", "partner_sampler", "natural"}
"""Words of the experiment file that remarks mention by themselves."""


def ranges(collection):
    """Return the first and the last line of each row on a collection, in the order of the page."""
    matches = [WHERE.fullmatch(row[0]) for row in ROWS]
    return [(int(each[2]), int(each[3] or each[2])) for each in matches if each[1] == collection]


def test_every_row_of_the_page_is_read():
    assert len(ROWS) == len([line for line in PAGE.splitlines() if re.match(r"\| \d", line)]) > 100
    assert all(len(row) == 4 and WHERE.fullmatch(row[0]) and row[1] for row in ROWS)


@pytest.mark.parametrize("collection", ["002", "004"])
def test_the_lines_of_a_collection_are_in_order_and_do_not_overlap(collection):
    lines = [line for pair in ranges(collection) for line in pair]
    assert len(lines) > 60
    assert all(first <= last for first, last in ranges(collection))
    assert all(last < first for (_, last), (first, _) in zip(ranges(collection), ranges(collection)[1:], strict=False))


def test_the_collections_follow_each_other():
    collections = [row[0].split(":")[0] for row in ROWS]
    assert collections == sorted(collections) and set(collections) == {"002", "004"}


@pytest.mark.parametrize("code", sorted({code for _, _, here, _ in ROWS for code in codes(here)}))
def test_what_stands_here_exists(code):
    if CLAIM.fullmatch(code):
        check_claim(code)
    else:
        assert exists(code)


@pytest.mark.parametrize("code", sorted({code for *_, remark in ROWS for code in codes(remark)}))
def test_a_remark_names_what_exists(code):
    if CLAIM.fullmatch(code):
        check_claim(code)
    elif code.startswith("from: "):
        assert code.removeprefix("from: ") in EXPERIMENTS["methods"]
    elif NAME.fullmatch(code):
        assert exists(code) or code in BLOCKS | PARAMETERS


def test_a_row_names_something_or_says_why_not():
    for where, _, here, remark in ROWS:
        assert (here == "not here" and remark) or re.fullmatch(r"`[^`]+`(, `[^`]+`)*", here), where


def test_the_page_leads_to_the_reference_and_the_papers():
    assert {"methods.md", "references.bib"} <= set(links(PAGE))
