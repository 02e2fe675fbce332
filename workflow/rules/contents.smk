"""Functions for the reports: what each is about, and how Snakemake's own report shows its files."""

from ltsei.report import contents, recipe as report_recipes, report_files
from ltsei.report.matrix_figures import TITLES as FIGURE_TITLES
from ltsei.report.matrix_tables import TITLES as TABLE_TITLES


def report_contents(wildcards):
    """What the report on a block, or on everything, is about."""
    return contents.contents(MATRIX, wildcards.get("block"), run_hooks.options(workflow))


def report_inputs(wildcards):
    """The metrics, example signals, maps, comparisons and results of others that a page shows."""
    return report_files.inputs(MATRIX, wildcards.get("block"))


def report_input(kind):
    """A function wildcards -> the files of one kind that a report rests on."""

    def paths(wildcards):
        return report_inputs(wildcards)[kind]

    return paths


def report_recipe(rule):
    """A function wildcards -> settings and code of a rule that reports."""

    def recipe(wildcards):
        return report_recipes.recipe(MATRIX, wildcards.get("block"), rule)

    return recipe


def report_fingerprint(rule):
    """A function wildcards -> the string that makes Snakemake report again."""

    def fingerprint(wildcards):
        return report_recipe(rule)(wildcards).fingerprint

    return fingerprint


def existing_files(wildcards):
    """The metrics and logs that exist, as text: with it the partial report changes."""
    return report_files.existing_files(MATRIX)


def existing_audits(wildcards):
    """The leakage audits that exist, as text: a report shows them, but asks for none."""
    return report_files.existing_audits(MATRIX, wildcards.get("block"))


def shown(path, caption, category, subcategory=None, **labels):
    """A file that Snakemake's own report shows."""
    caption = f"../report/{caption}.rst"
    return report(path, caption=caption, category=category, subcategory=subcategory, labels=labels)


def shown_tables(folder, category):
    """The tables of a report: name -> file; Snakemake's own report shows those in CSV."""
    return {
        name: shown(path, "tables", category, "Tables", table=TABLE_TITLES[name]) if path.endswith(".csv") else path
        for name, path in report_files.tables(MATRIX, folder).items()
    }


def shown_figures(folder, category):
    """The figures of a report: name -> SVG file, each with a caption of its own."""
    return {
        name: shown(path, name, category, "Figures", figure=FIGURE_TITLES[name])
        for name, path in report_files.figures(MATRIX, folder).items()
    }


def shown_outputs(rule):
    """The files of an evaluation; Snakemake's own report shows the scores per class."""
    labels = {"method": "{method}", "imbalance ratio": "{ir}", "seed": "{seed}"}
    per_class = shown(outputs(rule)["per_class"], "per_class", "Scores by class", "{dataset}", **labels)
    return outputs(rule) | {"per_class": per_class}


MAP_RECIPE = report_recipes.map_recipe(MATRIX)
FIGURES_RECIPE = report_recipes.figures_recipe(MATRIX)
