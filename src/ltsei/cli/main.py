"""The command line: `ltsei inspect`, `datasets`, `check`, `plan`, `watch`, `verify`, `repair`, `predict` and so on."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ltsei.cli import croissant, deployment, experiment_file, leaderboard, results_check, tables
from ltsei.config import yaml_file
from ltsei.core.errors import InputError
from ltsei.pipeline import costs, plan, planned_jobs, progress
from ltsei.pipeline.data_survey import DataSurvey, problems, survey
from ltsei.report import results_of_others


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 where it reports a problem, 2 where it could not run."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return status


class _SubParser(argparse.ArgumentParser):
    """A parser that takes no option by the beginning of its name: `--config` is another option of snakemake."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **options})


def _parser() -> argparse.ArgumentParser:
    description = (
        "Plan, watch, verify and repair the experiment matrix, inspect files of signals, label new ones with a trained "
        "cell; `snakemake` runs the matrix."
    )
    parser = argparse.ArgumentParser(prog="ltsei", description=description, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, parser_class=_SubParser)
    _add_inspect(commands)
    _add_datasets(commands)
    overlays = _SubParser(add_help=False)
    experiment_file.add_overlays(overlays)
    checking = commands.add_parser(
        "check", parents=[overlays], help="open the files of all data sets and list what is wrong with them"
    )
    checking.set_defaults(command=_check)
    planning = commands.add_parser("plan", parents=[overlays], help="show what would run, why, and what it may cost")
    planning.add_argument("--json", action="store_true", help="print JSON, for programs")
    planning.add_argument(
        "--teraflops", type=float, default=5.0, help="speed of a GPU, for jobs without a measurement [5]"
    )
    planning.set_defaults(command=_plan)
    watch = commands.add_parser("watch", parents=[overlays], help="show the progress of the run in the terminal")
    watch.add_argument("--once", action="store_true", help="show it once and exit")
    watch.set_defaults(command=_watch)
    results_check.add(commands, overlays)
    croissant.add(commands)
    deployment.add(commands)
    leaderboard.add(commands)
    tables.add(commands)
    schema = commands.add_parser("schema", help="write the JSON schema and the reference tables again, after an edit")
    schema.set_defaults(command=_schema)
    return parser


def _add_inspect(commands: Any) -> None:
    inspect = commands.add_parser("inspect", help="show what files of signals hold and how they would be read")
    inspect.add_argument(
        "file",
        help=".npy, .npz, .mat (version 5 or 7.3), .h5, .hdf5, .csv, .tsv, .txt, .ts, .arff or .pkl; or long "
        "recordings (raw I/Q, WAV, SigMF): a file, a folder, or a pattern in quotes",
    )
    inspect.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="settings of the source that reads them")
    inspect.set_defaults(command=_inspect)


def _add_datasets(commands: Any) -> None:
    what = "list recipes of public data sets, and which of them are here; downloads nothing"
    datasets = commands.add_parser("datasets", help=what, description=what)
    datasets.add_argument("name", nargs="?", help="show this recipe in full, with the lines for the configuration")
    datasets.add_argument("--verify", action="store_true", help="compare files with the checksums of the recipes")
    datasets.set_defaults(command=_datasets)


def _datasets(options: argparse.Namespace) -> int:
    from ltsei.cli import data_sets

    return data_sets.run(options.name, verify=options.verify)


def _inspect(options: argparse.Namespace) -> int:
    from ltsei.cli import inspect, inspect_yaml

    if stray := next((setting for setting in options.settings if "=" not in setting), None):
        raise InputError(f"inspect: got {stray!r}, expected KEY=VALUE; a pattern of files needs quotes in a shell")
    pairs = [setting.partition("=") for setting in options.settings]
    settings = {key: value if key in inspect.TEXTS else yaml_file.parse(value, key) for key, _, value in pairs}
    report = inspect.describe(options.file, **settings)
    sys.stdout.write(report)
    return 1 if f"\n{inspect_yaml.UNUSABLE}" in report else 0


def _schema(options: argparse.Namespace) -> int:
    from ltsei.config.reference import generate

    generate.write(Path())
    return 0


def _check(options: argparse.Namespace) -> int:
    surveys = survey(experiment_file.matrix(options.configfile, files=False))
    sys.stdout.writelines(f"{line}\n" for line in _data_lines(surveys))
    return _report_problems(problems(surveys))


def _data_lines(surveys: Sequence[DataSurvey]) -> Iterator[str]:
    """Yield what is known of each data set."""
    for each in surveys:
        yield from (f"{each.dataset}: {line}" for line in each.lines)


def _report_problems(mistakes: Sequence[str]) -> int:
    """Write what is wrong; return the status of the command."""
    sys.stderr.writelines(f"{mistake}\n" for mistake in mistakes)
    return 1 if mistakes else 0


def _plan(options: argparse.Namespace) -> int:
    matrix = experiment_file.matrix(options.configfile, files=False)
    surveys = survey(matrix)
    if _report_problems([*problems(surveys), *results_of_others.problems(matrix)]):
        return 1
    jobs = planned_jobs.planned(matrix, options.configfile)
    planned = plan.make(matrix, jobs, costs.estimator(matrix, options.teraflops))
    damaged = results_check.damaged_paths(matrix)
    if options.json:
        content = {**vars(planned), "data": {each.dataset: each.lines for each in surveys}, "damaged": damaged}
        sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _data_lines(surveys))
        sys.stdout.writelines(f"{line}\n" for line in plan.text(planned))
        if damaged:
            sys.stdout.write(f"damaged files, which count as done here: {len(damaged)}; see `ltsei repair`\n")
    return 0


def _watch(options: argparse.Namespace) -> int:
    matrix = experiment_file.matrix(options.configfile)
    for lines in progress.views(matrix, once=options.once):
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    return 0
