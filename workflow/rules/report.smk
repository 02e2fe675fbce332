"""Reports: one page with tables and figures over everything, one for each block, and one of whatever exists."""


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
    benchmark:
        "<results>/report/benchmarks/partial_report.tsv"
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
        existing=existing_metrics,
    script:
        "../scripts/report.py"


rule cell_figures:
    """The figures of one chosen cell as files for a paper; the index names them and is written last."""
    input:
        unpack(shown_in_figures),
        labels_test=ancient(rules.prepare.output.labels_test),
    output:
        index="<results>/report/figures/{dataset}/ir{ir}/seed{seed}/{method}/index.json",
    log:
        "<results>/report/figures/{dataset}/ir{ir}/seed{seed}/{method}/logs/cell_figures.log",
    benchmark:
        "<results>/report/figures/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/cell_figures.tsv"
    wildcard_constraints:
        method=one_of(list(dict.fromkeys(cell.method for cell in MATRIX.figure_cells()))),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        recipe=FIGURES_RECIPE,
        fingerprint=FIGURES_RECIPE.fingerprint,
    script:
        "../scripts/cell_figures.py"
