"""Reports over everything, over each block, and of whatever exists: page, tables and figures, each a job of its own."""


rule report:
    """Everything in one page."""
    input:
        metrics=report_metrics,
        examples=report_examples,
        maps=report_maps,
    output:
        html=reported("<results>/report/report.html", "Everything", "page", "page"),
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
        recipe=report_recipe("report"),
        fingerprint=report_fingerprint("report"),
        contents=report_contents,
    script:
        "../scripts/report.py"


use rule report as block_report with:
    output:
        html=reported("<results>/report/{block}/report.html", "{block}", "page", "page"),
    log:
        "<results>/report/{block}/logs/report.log",
    benchmark:
        "<results>/report/{block}/benchmarks/report.tsv"


rule report_tables:
    """Everything as tables: CSV, LaTeX and Markdown."""
    input:
        metrics=report_metrics,
    output:
        **table_files("<results>/report/tables", "Everything"),
    log:
        "<results>/report/logs/report_tables.log",
    benchmark:
        "<results>/report/benchmarks/report_tables.tsv"
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        recipe=report_recipe("report_tables"),
        fingerprint=report_fingerprint("report_tables"),
        contents=report_contents,
    script:
        "../scripts/report_tables.py"


use rule report_tables as block_tables with:
    output:
        **table_files("<results>/report/{block}/tables", "{block}"),
    log:
        "<results>/report/{block}/logs/report_tables.log",
    benchmark:
        "<results>/report/{block}/benchmarks/report_tables.tsv"


rule report_figures:
    """Everything as figures for a paper; PDF and PNG lie beside each SVG."""
    input:
        metrics=report_metrics,
    output:
        **figure_files("<results>/report/figures", "Everything"),
    log:
        "<results>/report/logs/report_figures.log",
    benchmark:
        "<results>/report/benchmarks/report_figures.tsv"
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        recipe=report_recipe("report_figures"),
        fingerprint=report_fingerprint("report_figures"),
        contents=report_contents,
        settings=FIGURES_RECIPE.settings,
    script:
        "../scripts/report_figures.py"


use rule report_figures as block_figures with:
    output:
        **figure_files("<results>/report/{block}/figures", "{block}"),
    log:
        "<results>/report/{block}/logs/report_figures.log",
    benchmark:
        "<results>/report/{block}/benchmarks/report_figures.tsv"


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
        recipe=report_recipe("report"),
        fingerprint=report_fingerprint("report"),
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
