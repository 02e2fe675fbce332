"""An overlay that Snakemake cannot read ends the run with a sentence, before Snakemake answers with a traceback."""

import pytest

from snakemake_logger_plugin_ltsei import overlays


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text("results: x\n")
    (tmp_path / "tab.yaml").write_text("a: 1\n\tb: 2\n")


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (["--configfile", "a.yaml", "b.yaml", "--cores", "2", "target"], ["a.yaml", "b.yaml"]),
        (["target", "--configfile=a.yaml", "target"], ["a.yaml"]),
        (["--configfiles", "a.yaml", "--", "target"], ["a.yaml"]),
        (["--config", "x=1", "-n"], []),
        (["--configf", "a.yaml", "--configfil=b.yaml"], ["a.yaml", "b.yaml"]),
        (["--configuration", "a.yaml", "--config=a.yaml", "--", "--configfile"], []),
    ],
)
def test_overlays_are_all_words_between_the_option_and_the_next(arguments, paths):
    assert list(overlays.paths(arguments)) == paths


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tab.yaml"], "tab.yaml, line 2: indented by a tab"),
        (["none.yaml"], "none.yaml: no such overlay"),
        (["good.yaml", "results/report/report.html"], "write it before --configfile, as in `snakemake results/report/"),
    ],
)
def test_what_is_no_overlay_ends_the_process_with_its_name(words, sentence):
    with pytest.raises(SystemExit) as end:
        overlays.check(["-n", "--configfile", *words])
    assert sentence in str(end.value)


def test_overlays_that_can_be_read_pass():
    overlays.check(["--configfile", "good.yaml", "--cores", "1", "results/report/report.html"])
