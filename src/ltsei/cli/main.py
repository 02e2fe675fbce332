"""The command line: `ltsei inspect`, `datasets`, `check`, `plan`, `watch`, `verify`, `repair`, `predict` and so on."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ltsei.cli import deployment, leaderboard, results_check, tables
from ltsei.config import yaml_file
from ltsei.core.errors import InputError
from ltsei.pipeline import costs, plan, planned_jobs, progress
from ltsei.pipeline.data_survey import DataSurvey, problems, survey
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Matrix

EXPERIMENTS = Path("config/experiments.yaml")
SCRIPTS = Path("workflow/scripts")


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
    overlays.add_argument("--configfile", nargs="*", default=[], help="overlays, as for snakemake")
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
    _add_verify(commands, overlays)
    deployment.add(commands)
    leaderboard.add(commands)
    tables.add(commands)
    schema = commands.add_parser("schema", help="write the JSON schema and the reference tables again, after an edit")
    schema.set_defaults(command=_schema)
    return parser


def _add_verify(commands: Any, overlays: argparse.ArgumentParser) -> None:
    """Add the commands that compare results with their records."""
    quick = _SubParser(add_help=False)
    quick.add_argument(
        "--quick",
        action="store_true",
        help="compare sizes, and read only files that are newer than their record: fast, but blind to content that "
        "changed without size and date, as on a failing disk",
    )
    what = "list results that are damaged or no longer match configuration, code or data"
    verifying = commands.add_parser("verify", parents=[overlays, quick], help=what, description=what)
    verifying.add_argument(
        "--adopt",
        action="store_true",
        help="enter matching results from elsewhere in Snakemake's records; refuses what is missing or damaged",
    )
    verifying.set_defaults(command=_verify)
    what = "print the commands that make damaged results again; runs and deletes nothing"
    repairing = commands.add_parser("repair", parents=[overlays, quick], help=what, description=what)
    repairing.set_defaults(command=_repair)


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


def _verify(options: argparse.Namespace) -> int:
    return results_check.run(_matrix(options.configfile), options.configfile, quick=options.quick, adopt=options.adopt)


def _repair(options: argparse.Namespace) -> int:
    return results_check.repair_commands(_matrix(options.configfile), options.configfile, quick=options.quick)


def _schema(options: argparse.Namespace) -> int:
    from ltsei.config.reference import generate

    generate.write(Path())
    return 0


def _check(options: argparse.Namespace) -> int:
    surveys = survey(_matrix(options.configfile, files=False))
    sys.stdout.writelines(f"{line}\n" for line in _data_lines(surveys))
    return _report_problems(surveys)


def _data_lines(surveys: Sequence[DataSurvey]) -> Iterator[str]:
    """Yield what is known of each data set."""
    for each in surveys:
        yield from (f"{each.dataset}: {line}" for line in each.lines)


def _report_problems(surveys: Sequence[DataSurvey]) -> int:
    """Write what is wrong with the data sets; return the status of the command."""
    mistakes = problems(surveys)
    sys.stderr.writelines(f"{mistake}\n" for mistake in mistakes)
    return 1 if mistakes else 0


def _plan(options: argparse.Namespace) -> int:
    matrix = _matrix(options.configfile, files=False)
    surveys = survey(matrix)
    if _report_problems(surveys):
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
    matrix = _matrix(options.configfile)
    for lines in progress.views(matrix, once=options.once):
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    return 0


def _matrix(overlays: Sequence[str], *, files: bool = True) -> Matrix:
    """Return the matrix of the experiment file with overlays, merged as snakemake merges them."""
    from snakemake.utils import update_config

    config: dict[str, object] = {}
    for path in [EXPERIMENTS, *map(Path, overlays)]:
        if not path.is_file():
            raise InputError(f"{path}: no such file; run this in the root of the repository")
        update_config(config, yaml_file.read(path))
    return load_matrix(config, SCRIPTS, files=files)
