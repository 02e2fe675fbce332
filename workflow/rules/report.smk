"""Reports: one page with tables and figures over everything, one for each block, and one of whatever exists."""

from types import SimpleNamespace

from ltsei import report as reporting
from ltsei import report_plan


def owned_by(cell, level):
    """The wildcards under which a cell's results of a rule lie: another method may own its stage."""
    return {**vars(cell), "method": MATRIX.rule_owner(cell.method, level)}


def cell_files(cell, blocks):
    """Where the report finds what belongs to one cell."""
    made_by = [*MATRIX.rules_of(cell.method), "evaluate"]
    here = owned_by(cell, "evaluate")
    evaluated = rules.evaluate.output
    settings = MATRIX.config.methods[cell.method]
    return reporting.CellFiles(
        dataset=cell.dataset,
        ir=cell.ir,
        seed=cell.seed,
        method=cell.method,
        title=settings.title or cell.method,
        kind=settings.kind,
        rank=list(MATRIX.config.methods).index(cell.method),
        blocks=tuple(name for name, cells in blocks.items() if cell in cells),
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
            if level in ("stage1", "stage2")
        ),
        benchmarks=tuple(
            (
                level,
                str(getattr(rules, level).benchmark).format(**owned_by(cell, level)),
            )
            for level in made_by
        ),
        expected=MATRIX.expected(cell),
        log=str(rules.evaluate.log[0]).format(**here),
    )


def cells_of(block):
    """The cells of a block; of all blocks that are on for None."""
    return MATRIX.cells() if block is None else MATRIX.blocks()[block]


def contents_of(block):
    """What a report is about: the arguments of its function but for where to write."""
    blocks = {name: set(members) for name, members in MATRIX.blocks().items()}
    here = [(cell, owned_by(cell, "evaluate")) for cell in cells_of(block)]
    return SimpleNamespace(
        cells=[cell_files(cell, blocks) for cell, _ in here],
        splits={(c.dataset, c.ir, c.seed): rules.make_split.output.split.format(**at) for c, at in here},
        metas={c.dataset: rules.prepare.output.meta.format(**at) for c, at in here},
        **report_plan.recipe(MATRIX, block).settings.arguments(),
    )


def report_metrics(wildcards):
    """The metrics files that a report needs."""
    cells = cells_of(wildcards.get("block"))
    return list(dict.fromkeys(rules.evaluate.output.metrics.format(**owned_by(cell, "evaluate")) for cell in cells))


def report_contents(wildcards):
    """What the report of a block, or of everything, is about."""
    return contents_of(wildcards.get("block"))


def report_recipe(wildcards):
    """Settings and code of a report."""
    return report_plan.recipe(MATRIX, wildcards.get("block"))


def report_fingerprint(wildcards):
    """The string which makes Snakemake write a report again."""
    return report_recipe(wildcards).fingerprint


def existing_metrics(wildcards):
    """The metrics that exist, as text: with it the partial report changes."""
    paths = [path for path in map(Path, report_metrics(wildcards)) if path.exists()]
    return " ".join(f"{path}@{path.stat().st_mtime_ns}" for path in paths)


def report_what_exists():
    """Write the partial report without a job: after a failure none can run any more."""
    path = rules.partial_report.output.html
    reporting.build(**vars(contents_of(None)), outputs={"html": path})
    logger.info(f"What is done so far is in {path}.")


rule report:
    """Everything in one page, its figures and its tables."""
    input:
        metrics=report_metrics,
    output:
        html=report(
            "<results>/report/report.html",
            caption="../report/page.rst",
            category="Report",
        ),
        tidy=report(
            "<results>/report/tidy.csv",
            caption="../report/tidy.rst",
            category="Tables",
        ),
        summary=report(
            "<results>/report/summary.csv",
            caption="../report/summary.rst",
            category="Tables",
        ),
        balanced_accuracy=report(
            "<results>/report/balanced_accuracy.svg",
            caption="../report/balanced_accuracy.rst",
            category="Figures",
        ),
        groups=report(
            "<results>/report/groups.svg",
            caption="../report/groups.rst",
            category="Figures",
        ),
        class_distribution=report(
            "<results>/report/class_distribution.svg",
            caption="../report/class_distribution.rst",
            category="Figures",
        ),
    log:
        "<results>/report/logs/report.log",
    benchmark:
        "<results>/report/benchmarks/report.tsv"
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        recipe=report_recipe,
        fingerprint=report_fingerprint,
        contents=report_contents,
    script:
        "../scripts/report.py"


use rule report as block_report with:
    output:
        html=report(
            "<results>/report/{block}/report.html",
            caption="../report/page.rst",
            category="Blocks",
            labels={"block": "{block}"},
        ),
        tidy="<results>/report/{block}/tidy.csv",
        summary="<results>/report/{block}/summary.csv",
        balanced_accuracy="<results>/report/{block}/balanced_accuracy.svg",
        groups="<results>/report/{block}/groups.svg",
        class_distribution="<results>/report/{block}/class_distribution.svg",
    log:
        "<results>/report/{block}/logs/report.log",
    benchmark:
        "<results>/report/{block}/benchmarks/report.tsv"


rule partial_report:
    """The page of whatever exists, failed and missing cells named; `snakemake partial_report` at any time."""
    output:
        html="<results>/report/partial.html",
    log:
        "<results>/report/logs/partial_report.log",
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    params:
        recipe=report_recipe,
        fingerprint=report_fingerprint,
        contents=report_contents,
        existing=existing_metrics,
    script:
        "../scripts/report.py"
