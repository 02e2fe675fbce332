"""Every command in the documentation can be typed: tool, options, targets and files exist."""

import contextlib
import functools
import io
import re
import shlex

import pytest
import yaml
from conftest import REPOSITORY, SCRIPTS, configuration
from unit.docs._pages import GENERATED, PAGES, blocks, spans

from ltsei.cli import main
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rule_table import RULES

TOOLS = ("snakemake", "ltsei", "make", "python", "pytest")
OTHER_TOOLS = {
    "apptainer",
    "cd",
    "git",
    "pip",
    "scontrol",
    "sinfo",
    "snakedeploy",
    "source",
    "generate-slurm-partition-config",
}
ELSEWHERE = {"snakedeploy", "ltsei_partial_report", "results/mine"}
PLACEHOLDER = re.compile(r"[{}…]|\b(?:FILE|KEY|BLOCK|RULE|PATHS)\b|main\.py|summarize\.py|visualization\.py")
MAKE_TARGETS = set(re.findall(r"^([\w-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def lines(block):
    """Return the commands of a shell block, continued lines joined, comments left out."""
    joined = block.replace("\\\n", " ")
    return [part.strip() for line in joined.splitlines() for part in line.split("#")[0].split("&&") if part.strip()]


def typed(text):
    """Return the commands that a page asks to type."""
    in_blocks = [line for block in blocks(text, "sh") for line in lines(block)]
    in_blocks += [line[2:] for block in blocks(text, "console") for line in block.splitlines() if line.startswith("$ ")]
    in_prose = [part.strip() for span in spans(text) for part in re.split("&&|;", span)]
    return in_blocks + [span for span in in_prose if span.split(" ")[0] in TOOLS and " " in span]


COMMANDS = sorted(
    {
        command
        for page, text in PAGES.items()
        if page not in (GENERATED, "CHANGELOG.md") and not page.startswith("docs/releases/")
        for command in typed(text)
        if not PLACEHOLDER.search(command)
    }
)


@functools.cache
def matrix():
    experiments = configuration("experiments")
    return load_matrix(experiments, SCRIPTS)


def parse(parser, arguments):
    """Return parsed options; an option that does not exist fails the test with the parser's message."""
    message = io.StringIO()
    with contextlib.redirect_stderr(message), contextlib.redirect_stdout(message):
        try:
            return parser.parse_args(arguments)
        except SystemExit as end:
            assert end.code == 0, message.getvalue()
            return None


def is_target(target):
    """Return whether snakemake can make a file, or knows a rule of that name."""
    if target in RULES or not target.startswith("results/"):
        return target in RULES
    path = target.removeprefix("results/")
    for rule in RULES.values():
        with contextlib.suppress(ValueError):
            job = JobId.of_file(rule.name, path)
            if any(job.output(output, "results") == target for output in rule.outputs):
                return (not job.method or job.method in matrix().rule_owners(rule.name)) and (
                    not job.block or job.block in matrix().blocks()
                )
    return False


def in_usual_folder(target, overlays):
    """Return a target as it is called without the overlays, which may have a results folder of their own."""
    for overlay in overlays:
        folder = yaml.safe_load(overlay.read_text(encoding="utf-8")).get("results", "results")
        target = re.sub(f"^{folder}/", "results/", target)
    return target


def check_snakemake(arguments):
    if "-n" in arguments:
        arguments = [*arguments, "--cores", "1"]
    from snakemake.cli import get_argument_parser  # a second of imports

    options = parse(get_argument_parser(), arguments)
    overlays = [REPOSITORY / file for file in options.configfile or []]
    assert all(is_target(in_usual_folder(target, overlays)) for target in options.targets)
    assert all((REPOSITORY / file).is_file() for file in options.configfile or [] if file.name != "mine.yaml")
    assert all((REPOSITORY / profile / "config.yaml").is_file() for profile in options.profile or [])


def check_ltsei(arguments):
    parser = main._parser()
    alone = len(arguments) == 1
    parse(parser, [*arguments, "--help"] if alone else arguments)


def check_make(arguments):
    variables = [argument for argument in arguments if "=" in argument]
    assert set(arguments) - {*variables} <= MAKE_TARGETS
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"\$\((if \$\()?{variable.partition('=')[0]}\)", makefile) for variable in variables)


def check_file(arguments):
    if arguments[0] != "-m":
        assert (REPOSITORY / arguments[0]).is_file()


def check_pytest(arguments):
    paths = [argument for argument in arguments if argument.startswith("tests/")]
    assert paths
    assert all((REPOSITORY / path).exists() for path in paths)


CHECKS = {
    "snakemake": check_snakemake,
    "ltsei": check_ltsei,
    "make": check_make,
    "python": check_file,
    "pytest": check_pytest,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_typed(command):
    tool, *arguments = shlex.split(command)
    assert tool in CHECKS or tool in OTHER_TOOLS
    if tool in CHECKS:
        CHECKS[tool](arguments)


def test_commands_are_found():
    assert len(COMMANDS) > 50
    assert {command.split(" ")[0] for command in COMMANDS} >= set(TOOLS)


def test_every_subcommand_and_every_make_target_is_documented():
    parser = main._parser()
    subcommands = next(action.choices for action in parser._actions if action.choices)
    text = "\n".join(PAGES.values())
    assert [name for name in subcommands if f"ltsei {name}" not in text] == []
    assert [name for name in MAKE_TARGETS - {"clean"} if f"make {name}" not in text] == []
