"""Long-tailed emitter identification: prepare, split, three stages, evaluation, report. Table of contents."""

from snakemake.utils import min_version

from ltsei.cli import run_hooks

min_version("9.27")
run_hooks.check_files(workflow, "config/experiments.yaml")


configfile: "config/experiments.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/contents.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/tune.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/report.smk"


rule all:
    """Everything that the enabled blocks ask for."""
    default_target: True
    input:
        report_input("metrics"),  # a report that exists would not ask for a cell that was deleted
        rules.report.output.html,
        rules.report_tables.output,
        rules.report_figures.output,
        expand(rules.block_report.output.html, block=MATRIX.blocks()),
        expand(rules.block_tables.output, block=MATRIX.blocks()),
        expand(rules.block_figures.output, block=MATRIX.blocks()),
        [rules.cell_figures.output.index.format(**vars(cell)) for cell in MATRIX.figure_cells()],


if workflow.is_main_process:
    run_hooks.explain_lock(logger)


onstart:
    run_hooks.before_first_job(workflow, MATRIX, logger)


onsuccess:
    run_hooks.after_last_job(workflow, MATRIX)


onerror:
    run_hooks.after_failure(workflow, MATRIX, logger)
