"""The bibliography has exactly one entry for every paper that a component's docstrings cite."""

import re

import pytest
from conftest import REPOSITORY

from ltsei.config.reference.bibliography import CITATION, Citation, citations, cited, docstrings, entries, references
from ltsei.core import registry

TEXT = (REPOSITORY / "docs" / "references.bib").read_text(encoding="utf-8")
BIBLIOGRAPHY = references(TEXT)
COMPONENTS = [(family, name) for family in registry.FAMILIES for name in registry.names(family)]
YEAR = re.compile(r"(?<![\w.])(?:19\d\d|20[0-2]\d)(?!\w)")


def fields_of(reference):
    return "".join(f"  {name} = {{{value}}},\n" for name, value in reference.fields.items())


def test_nothing_in_the_file_is_overlooked():
    written = [f"@{each.kind}{{{each.key},\n{fields_of(each)}}}\n" for each in BIBLIOGRAPHY]
    comment = TEXT[: TEXT.index("@")]
    assert "\n".join(written) == TEXT[len(comment) :]
    assert all(line.startswith("%") or not line for line in comment.splitlines())


def test_entries_are_in_order_and_have_author_title_venue_and_year():
    keys = [each.key for each in BIBLIOGRAPHY]
    assert keys == sorted(set(keys))
    venues = {
        "inproceedings": {"booktitle", "series"},
        "article": {"journal"},
        "misc": {"eprint", "archiveprefix"},
        "techreport": {"institution"},
    }
    for each in BIBLIOGRAPHY:
        optional = {"keywords", "shortjournal"}
        assert set(each.fields) - optional == {"author", "title", "year"} | venues[each.kind], each.key
        assert YEAR.fullmatch(each.fields["year"]), each.key


@pytest.mark.parametrize(("family", "name"), COMPONENTS)
def test_every_year_in_a_docstring_belongs_to_a_citation(family, name):
    text = " ".join(docstrings(family, name).split())
    assert YEAR.findall(text) == [match["year"] for match in CITATION.finditer(text)]


@pytest.mark.parametrize(("family", "name"), COMPONENTS)
def test_every_paper_that_a_docstring_cites_has_one_entry(family, name):
    found = {
        citation: entries(family, name, citation, BIBLIOGRAPHY) for citation in citations(docstrings(family, name))
    }
    assert {citation: [each.key for each in fitting] for citation, fitting in found.items() if len(fitting) != 1} == {}


def test_every_entry_is_cited():
    keys = {reference.key for component in COMPONENTS for reference in cited(*component, BIBLIOGRAPHY)}
    assert {reference.key for reference in BIBLIOGRAPHY} == keys


def test_keywords_name_components_that_cite_the_entry():
    wrong = {
        (reference.key, member)
        for reference in BIBLIOGRAPHY
        for member in reference.members
        if tuple(member.rsplit("/", 1)) not in COMPONENTS
        or reference not in cited(*member.rsplit("/", 1), BIBLIOGRAPHY)
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LDAM (Cao et al., NeurIPS 2019, eq. 13).", [Citation("Cao", "NeurIPS", "2019")]),
        ("As in Cui et\n    al. (CVPR 2019).", [Citation("Cui", "CVPR", "2019")]),
        (
            "Groups: Wu & He 2018; Yang and Xu, NeurIPS 2020",
            [Citation("Wu", "", "2018"), Citation("Yang", "NeurIPS", "2020")],
        ),
        (
            "(Spärck Jones, Journal of Documentation 1972)",
            [Citation("Spärck Jones", "Journal of Documentation", "1972")],
        ),
        ("the code of Sanchez Aimar et al., CVPR 2023", [Citation("Sanchez Aimar", "CVPR", "2023")]),
        ("A receptive field of 2031 samples at 1090 MHz.", []),
    ],
)
def test_citations_are_recognised(text, expected):
    assert citations(text) == expected


def test_two_papers_of_one_author_year_and_venue_are_told_apart_by_the_component():
    def keys(name):
        return [reference.key for reference in cited("losses", name, BIBLIOGRAPHY)]

    assert keys("gcl") == ["li2022gcl"] and keys("ncl") == ["li2022ncl"]


def test_an_entry_reads_as_a_reference():
    texts = {reference.key: str(reference) for reference in BIBLIOGRAPHY}
    assert texts["yang2020"].startswith("Yang and Xu, *Rethinking the Value of Labels")
    assert texts["dosovitskiy2021"].startswith("Dosovitskiy et al., *An Image") and texts["elkan2001"].startswith(
        "Elkan, *"
    )
    assert texts["bai2018"].endswith("*, arXiv 2018") and texts["du2024"].endswith("*, TPAMI 2024")
