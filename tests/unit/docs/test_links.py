"""Every link and every path that the documentation names leads somewhere."""

import re

import pytest
import yaml
from conftest import REPOSITORY
from unit.docs._pages import GENERATED, PAGES, anchor, headings, links, spans

from ltsei.config.rerun_fingerprint import PACKAGE

LINKS = [(page, target) for page, text in PAGES.items() for target in links(text)]
FOLDERS = "benchmarks|config|docs|envs|profiles|src|tests|workflow"
PATH = re.compile(rf"(?:{FOLDERS})/[\w./-]+|Makefile|Snakefile|pyproject\.toml|[A-Z]+\.(?:md|cff)")
MADE_BY_USERS = {"config/mine.yaml", "config/config.yaml", "src/ltsei/components/losses/my_loss.py"}
MADE_BY_RUNS = {"REPORT.md"}
OF_0_1 = {"src/ltsei/losses/"}
NAMED = sorted(
    {(page, path) for page, text in PAGES.items() if page != GENERATED for path in spans(text) if PATH.fullmatch(path)}
)


def leads_somewhere(page, target):
    """Return whether a link leads out of the repository, or to a file and a heading in it."""
    path, _, fragment = target.partition("#")
    if "://" in path:
        return True
    file = (REPOSITORY / page).parent.joinpath(path).resolve() if path else REPOSITORY / page
    if not file.exists():
        return False
    return not fragment or fragment in {anchor(title) for _, title in headings(file.read_text(encoding="utf-8"))}


def test_every_link_leads_to_a_file_and_a_heading():
    assert len(LINKS) > 100
    assert [link for link in LINKS if not leads_somewhere(*link)] == []


@pytest.mark.parametrize("target", ["docs/no-such-page.md", "docs/clusters.md#no-such-heading", "#no-such-heading"])
def test_a_link_that_leads_nowhere_would_be_seen(target):
    assert not leads_somewhere("README.md", target)


def test_every_path_that_a_page_names_exists():
    known = MADE_BY_USERS | MADE_BY_RUNS | OF_0_1
    unknown = [(page, path) for page, path in NAMED if path not in known]
    assert [each for each in unknown if not any((root / each[1]).exists() for root in (REPOSITORY, PACKAGE))] == []


def test_the_readme_leads_to_every_page():
    linked = {target.partition("#")[0] for target in links(PAGES["README.md"])}
    pages = {page for page in PAGES if page.startswith("docs/") and "/releases/" not in page} - {"docs/index.md"}
    assert pages <= linked


def test_the_site_has_every_page():
    site = yaml.load((REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8"), yaml.SafeLoader)

    def pages(entry):
        if isinstance(entry, str):
            return [entry]
        return [page for item in (entry.values() if isinstance(entry, dict) else entry) for page in pages(item)]

    outside = {"configuration.md", "contributing.md", "changelog.md"}
    assert set(pages(site["nav"])) == outside | {
        page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")
    }


def test_no_page_leads_into_the_web_but_to_standards():
    hosts = {re.match(r"https://([^/]+)", target)[1] for _, target in LINKS if "://" in target}
    assert hosts <= {"keepachangelog.com", "semver.org"}
