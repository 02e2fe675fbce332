"""Reports on everything, on each block, and on whatever exists: page, tables and figures, each a job of its own."""


rule report:
    """Write the page on everything."""
    input:
        unpack(report_inputs),
    output:
        html=shown(
            "<results>/report/report.html",
            "page",
            category="All experiments",
            subcategory="Page",
            page="the whole matrix",
        ),
    log:
        log_of("report"),
    benchmark:
        benchmark_of("report")
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
        audits=existing_audits,
    script:
        "../scripts/report.py"


use rule report as block_report with:
    output:
        html=shown(
            "<results>/report/{block}/report.html",
            "page",
            category="Experiment {block}",
            subcategory="Page",
            page="Experiment {block}",
        ),
    log:
        log_of("block_report"),
    benchmark:
        benchmark_of("block_report")


rule report_tables:
    """Write the tables on everything: CSV, LaTeX and Markdown."""
    input:
        metrics=report_input("metrics"),
        selections=report_input("selections"),
        domains=report_input("domains"),
        open_sets=report_input("open_sets"),
        further_tests=report_input("further_tests"),
        others=report_input("others"),
    output:
        **shown_tables("<results>/report/tables", "All experiments"),
    log:
        log_of("report_tables"),
    benchmark:
        benchmark_of("report_tables")
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
        audits=existing_audits,
    script:
        "../scripts/report_tables.py"


use rule report_tables as block_tables with:
    output:
        **shown_tables("<results>/report/{block}/tables", "Experiment {block}"),
    log:
        log_of("block_tables"),
    benchmark:
        benchmark_of("block_tables")


rule report_figures:
    """Write the figures on everything for a paper; PDF and PNG lie beside each SVG."""
    input:
        metrics=report_input("metrics"),
        further_tests=report_input("further_tests"),
    output:
        **shown_figures("<results>/report/figures", "All experiments"),
    log:
        log_of("report_figures"),
    benchmark:
        benchmark_of("report_figures")
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
        **shown_figures("<results>/report/{block}/figures", "Experiment {block}"),
    log:
        log_of("block_figures"),
    benchmark:
        benchmark_of("block_figures")


rule partial_report:
    """Write the page on whatever exists, failed and missing cells named; `snakemake partial_report` at any time."""
    output:
        html="<results>/report/partial.html",
    log:
        log_of("partial_report"),
    benchmark:
        benchmark_of("partial_report")
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
        existing=existing_files,
        audits=existing_audits,
    script:
        "../scripts/report.py"


rule cell_figures:
    """Write the figures of one chosen cell as files for a paper; the index names them and is written last."""
    input:
        unpack(inputs_of("cell_figures")),
        labels_test=LABELS_TEST,
    output:
        **outputs("cell_figures"),
    log:
        log_of("cell_figures"),
    benchmark:
        benchmark_of("cell_figures")
    wildcard_constraints:
        method=one_of(MATRIX.figure_methods()),
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
