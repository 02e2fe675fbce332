"""Functions for the reports: which cells are in one, and where everything about a cell lies."""

import functools
import os
import shlex

from ltsei.report import write as reporting
from ltsei.report import recipe as report_recipes
from ltsei.report import matrix_figures, matrix_tables
from ltsei.report.cell_result import CellFiles


def owned_by(cell, level):
    """The wildcards under which results of a cell lie, since another method may own its stage."""
    return {**vars(cell), "method": MATRIX.rule_owner(cell.method, level)}


def owner_of(cell, level):
    """The method that owns a cell's results of a rule; empty for the data that all methods share."""
    return "" if level in ("prepare", "make_split") else MATRIX.rule_owner(cell.method, level)


@functools.cache
def blocks_of_cells():
    """Each cell -> the blocks that hold it."""
    found = {}
    for name, members in MATRIX.blocks().items():
        for cell in dict.fromkeys(members):
            found.setdefault(cell, []).append(name)
    return found


@functools.cache
def ranks():
    """Each method -> its place in the configuration, from 0."""
    return {method: rank for rank, method in enumerate(MATRIX.shown_methods())}


@functools.cache
def cell_files(cell):
    """Where the report finds what belongs to one cell."""
    made_by = ["prepare", "make_split", *MATRIX.rules_of(cell.method), "evaluate"]
    here = owned_by(cell, "evaluate")
    evaluated = rules.evaluate.output
    settings = MATRIX.config.methods[cell.method]
    return CellFiles(
        dataset=cell.dataset,
        ir=cell.ir,
        seed=cell.seed,
        method=cell.method,
        title=(settings.title or cell.method) + (" (prior corrected twice)" if MATRIX.allowed(cell.method) else ""),
        kind=settings.kind,
        rank=ranks()[cell.method],
        blocks=tuple(blocks_of_cells()[cell]),
        metrics=evaluated.metrics.format(**here),
        per_class=evaluated.per_class.format(**here),
        confusion=evaluated.confusion.format(**here),
        recipe=evaluated.recipe.format(**here),
        histories=tuple(
            (
                level,
                getattr(rules, level).output.history.format(**owned_by(cell, level)),
            )
            for level in made_by
            if level in ("stage1", "stage2", "stage2_finetune")
        ),
        benchmarks=tuple(
            (level, owner_of(cell, level), str(getattr(rules, level).benchmark).format(**owned_by(cell, level)))
            for level in made_by
        ),
        expected=MATRIX.expected(cell),
        logs=tuple(str(getattr(rules, level).log[0]).format(**owned_by(cell, level)) for level in made_by),
        sweep=rules.stage3.output.sweep.format(**owned_by(cell, "stage3")) if "stage3" in made_by else "",
        diagnostics=evaluated.diagnostics.format(**here),
        map=map_of(cell),
    )


def map_of(cell):
    """The map of the features of a cell's backbone."""
    return rules.feature_map.output.map.format(**{**vars(cell), **backbone_of(cell.method)})


def cells_of(block):
    """The cells of a block; of all blocks that are on for None."""
    return MATRIX.cells() if block is None else MATRIX.blocks()[block]


@functools.cache
def contents_of(block):
    """What a report is about: the arguments of its function but for where to write."""
    here = [(cell, owned_by(cell, "evaluate")) for cell in cells_of(block)]
    return reporting.Contents(
        cells=[cell_files(cell) for cell, _ in here],
        splits={(c.dataset, c.ir, c.seed): rules.make_split.output.split.format(**at) for c, at in here},
        metas={c.dataset: rules.prepare.output.meta.format(**at) for c, at in here},
        examples={c.dataset: rules.examples.output.examples.format(**at) for c, at in here},
        results=MATRIX.config.results,
        options=shlex.join(["--cores", "all", *(["--configfile", *overlays()] if overlays() else [])]),
        **report_recipes.recipe(MATRIX, block).settings.arguments(),
    )


def overlays():
    """The configuration files of the command line, as somebody else would write them."""
    return [os.path.relpath(path) for path in workflow.overwrite_configfiles]


def report_metrics(wildcards):
    """The metrics files that a report needs."""
    cells = cells_of(wildcards.get("block"))
    return list(dict.fromkeys(rules.evaluate.output.metrics.format(**owned_by(cell, "evaluate")) for cell in cells))


def report_examples(wildcards):
    """The signals that a report shows."""
    cells = cells_of(wildcards.get("block"))
    return list(dict.fromkeys(rules.examples.output.examples.format(dataset=cell.dataset) for cell in cells))


def report_maps(wildcards):
    """The maps that a report shows."""
    return list(dict.fromkeys(map(map_of, cells_of(wildcards.get("block")))))


def report_contents(wildcards):
    """What the report of a block, or of everything, is about."""
    return contents_of(wildcards.get("block"))


def report_recipe(rule):
    """A function wildcards -> settings and code of a rule that reports."""

    def recipe(wildcards):
        return report_recipes.recipe(MATRIX, wildcards.get("block"), rule)

    return recipe


def report_fingerprint(rule):
    """A function wildcards -> the string which makes Snakemake report again."""

    def fingerprint(wildcards):
        return report_recipe(rule)(wildcards).fingerprint

    return fingerprint


def shown_in_figures(wildcards):
    """What the figures of a cell show: its results and histories, and the features of its backbone."""
    method = MATRIX.canonical(wildcards.method)
    results = SimpleNamespace(**{**dict(wildcards.items()), "method": method})
    histories = [
        getattr(rules, level).output.history.format(**owned_by(results, level))
        for level in MATRIX.rules_of(method)
        if level in ("stage1", "stage2", "stage2_finetune")
    ]
    return {
        "metrics": path_of(rules.evaluate.output.metrics, wildcards, method=method),
        "per_class": path_of(rules.evaluate.output.per_class, wildcards, method=method),
        "histories": histories,
        "logits": last_stage(wildcards)["logits"],
        **features_of(wildcards, "test"),
    }


def reported(path, block, caption, what):
    """A file which Snakemake's own report shows, below its block."""
    labels = {"what": what.replace("_", " ")}
    return report(path, caption=f"../report/{caption}.rst", category=block, labels=labels)


def table_files(folder, block):
    """The tables of a report: name -> file."""
    texts = {"latex": f"{folder}/results.tex", "markdown": f"{folder}/REPORT.md"}
    tables = [name for name in matrix_tables.WRITERS if name not in texts]
    return texts | {name: reported(f"{folder}/{name}.csv", block, "tables", f"table {name}") for name in tables}


def figure_files(folder, block):
    """The figures of a report: name -> SVG file."""
    return {name: reported(f"{folder}/{name}.svg", block, name, f"figure {name}") for name in matrix_figures.FIGURES}


def existing_metrics(wildcards):
    """The metrics and logs that exist, as text: with it the partial report changes."""
    logs = [log for cell in contents_of(wildcards.get("block")).cells for log in cell.logs]
    paths = [path for path in map(Path, dict.fromkeys([*report_metrics(wildcards), *logs])) if path.exists()]
    return " ".join(f"{path}@{path.stat().st_mtime_ns}" for path in paths)


def report_what_exists():
    """Write the partial report without a job: after a failure none can run any more."""
    path = str(Path(rules.partial_report.output.html).with_name("after_failure.html"))
    try:
        reporting.write_report(contents_of(None), path)
        logger.info(f"What is done so far is in {path}.")
    except (OSError, InputError) as error:
        logger.error(f"No report of what is done so far: {error}")


MAP_RECIPE = report_recipes.map_recipe(MATRIX)
FIGURES_RECIPE = report_recipes.figures_recipe(MATRIX)
