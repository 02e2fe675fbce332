"""The Chinese README follows the English one: headings, commands, tables, links and examples."""

import re

from unit.docs._pages import BLOCK, PAGES, headings, links, spans

ENGLISH, CHINESE = PAGES["README.md"], PAGES["README.zh.md"]


def levels(text):
    return [level for level, _ in headings(text)]


def code(text):
    """Return language and content of the code blocks, without comments."""
    return [(language, re.sub(r" *#.*", "", content)) for language, content in BLOCK.findall(text)]


def rows(text):
    """Return the number of cells in each row of the tables."""
    return [line.count(" | ") for line in text.splitlines() if line.startswith("|")]


def test_headings_have_the_same_levels():
    assert len(levels(ENGLISH)) > 5
    assert levels(CHINESE) == levels(ENGLISH)


def test_names_in_headings_that_are_not_translated_agree():
    untranslated = [title for _, title in headings(ENGLISH) if title in dict(map(reversed, headings(CHINESE)))]
    assert "Slurm" in untranslated


def test_code_blocks_agree_but_for_comments():
    assert code(CHINESE) == code(ENGLISH)


def test_commands_and_names_in_the_text_agree():
    assert sorted(spans(CHINESE)) == sorted(spans(ENGLISH))


def test_tables_have_the_same_rows():
    assert rows(CHINESE) == rows(ENGLISH)


def test_links_lead_to_the_same_pages_in_the_same_order():
    other = {"README.md", "README.zh.md"}
    assert [link for link in links(CHINESE) if link not in other] == [
        link for link in links(ENGLISH) if link not in other
    ]


def test_the_readme_fits_a_screen_and_a_half():
    assert len(ENGLISH.splitlines()) <= 90
