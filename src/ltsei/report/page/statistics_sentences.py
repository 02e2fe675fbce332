"""What the page states in words about statistical tests."""

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.seed_blocks import MIN_SEEDS
from ltsei.evaluation.statistics import SIGNIFICANCE
from ltsei.report.analysis import Analysis, analyse
from ltsei.report.number_text import plural, shown
from ltsei.report.page.sentences import in_sentence, label
from ltsei.report.scopes import Scope, left_out_of

NOT_INDEPENDENT = (
    "Average ranks over the ratios of one data set are shown without a test. The Friedman test and critical "
    "differences need independent data sets; these ratios share test signals and, within a seed, training signals."
)
FEW_DATASETS = 10
"""Data sets below which the Friedman statistic only roughly has its assumed distribution (Demšar 2006)."""


def friedman(scope: Scope, name: str) -> str:
    """Return the outcome of the Friedman test, or why there is none."""
    analysis = analyse(scope, name)
    test = analysis.friedman
    if test is None and analysis.average_ranks:
        return NOT_INDEPENDENT
    if test is None:
        needs = "two data sets, and three methods with values under all their conditions"
        return f"The Friedman test ranks methods over data sets. It is not defined here: it needs {needs}."
    significant = test.f_p < SIGNIFICANCE
    alike = "The methods do not all perform alike" if significant else "No difference between the methods can be shown"
    f = "infinite" if test.f is None else shown(test.f, "effect")
    return (
        f"{alike}: Friedman χ² = {shown(test.chi2, 'effect')} (p {shown(test.chi2_p, 'p')}), Iman–Davenport F = {f} "
        f"(p {shown(test.f_p, 'p')}). {len(analysis.ranked)} methods are ranked by {in_sentence(metric(name))} on "
        f"each of N = {test.datasets} data sets, seeds and ratios averaged first."
    )


def friedman_hints(scope: Scope, name: str) -> list[str]:
    """Return what limits the Friedman test, and how to read its diagram; nothing without a test."""
    analysis = analyse(scope, name)
    test = analysis.friedman
    if test is None:
        return []
    aliases = [f"{label(scope, m)} = {label(scope, first)}" for m, first in scope.aliases.items() if m != first]
    left_out = left_out_of(scope, name)
    missing = [label(scope, method) for method in scope.distinct if method not in analysis.ranked]
    hints = {
        f"With N = {test.datasets} both p-values are rough: they assume many data sets.": test.datasets < FEW_DATASETS,
        f"Aliases share their results and take part once: {', '.join(aliases)}.": aliases,
        f"Left out, without values of any method: {', '.join(left_out)}.": left_out,
        f"Not ranked, without results under every condition: {', '.join(missing)}.": missing,
        "Average ranks, 1 is best. A bar joins methods whose ranks differ by at most Nemenyi's critical difference, "
        f"{shown(test.critical_difference, 'rank')} ranks. Average ranks depend on which methods take part; for a "
        "claim about one method use the comparisons below.": True,
    }
    return [text for text, applies in hints.items() if applies]


def limits(scope: Scope, name: str) -> list[str]:
    """Return what the tests can show, and what they assume."""
    analysis = analyse(scope, name)
    return [
        _seeds(analysis),
        "p and intervals are those of Student's t of the seeds: each seed counts once, with its mean difference over "
        "ratios, since ratios of one seed share training signals. Seeds are assumed to be independent and their means "
        "roughly normal. Every condition weighs the same, and the effect of the ratio is not counted as noise.",
        f"Intervals and corrected p belong together: both are corrected for {_family(analysis)} (Bonferroni), so that "
        "all intervals contain their true differences with 95 % probability, and an interval excludes zero exactly "
        "where the corrected p is below .05.",
        "All seeds share the test signals of a data set. Intervals and p are about these test signals, and too "
        "optimistic for new ones.",
        "Within a seed, methods share the split and the initial weights; this is what pairs the runs.",
    ]


def _family(analysis: Analysis) -> str:
    return plural(len(analysis.compared), "comparison")


def _seeds(analysis: Analysis) -> str:
    """Return how many seeds there are, and how many a test needs."""
    if not analysis.pairs:
        return "There are no pairs yet."
    if analysis.seeds < MIN_SEEDS:
        has = f"There are at most {plural(analysis.seeds, 'seed')} under every condition"
        return f"{has}. p and intervals need {MIN_SEEDS}, since fewer say too little about their spread."
    seeds = plural(analysis.seeds, "seed")
    return f"Every condition has up to {seeds} of method and control; p and intervals need {MIN_SEEDS}."
