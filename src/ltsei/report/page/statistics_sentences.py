"""What the page states in words about statistical tests."""

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.seed_blocks import MIN_SEEDS
from ltsei.evaluation.statistics import SIGNIFICANCE
from ltsei.evaluation.student import POWER
from ltsei.report.analysis import Analysis, analyse
from ltsei.report.condition_text import left_out_of
from ltsei.report.independent_seeds import dependence
from ltsei.report.number_text import Unit, plural, shown
from ltsei.report.page.sentences import in_sentence, label
from ltsei.report.scopes import Scope

NOT_INDEPENDENT = (
    "Average ranks over the conditions of one data set are shown without a test. The Friedman test and critical "
    "differences need independent data sets; these conditions share test signals and, within a seed, training signals."
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
    counting = dependence(scope.cells)
    return [
        " ".join(filter(None, [_seeds(analysis), _detectable(analysis, metric(name).unit)])),
        "p and intervals are those of Student's t-test over seeds: each seed counts once, with its mean difference "
        "over ratios, since ratios of one seed share training signals. Seeds are assumed to be independent and their "
        "means roughly normal. Every condition weighs the same, and the effect of the ratio is not counted as noise.",
        *([counting] if counting else []),
        f"Intervals and corrected p belong together: both are corrected for {_family(analysis)} (Bonferroni), so that "
        "all intervals contain their true differences with 95 % probability, and an interval excludes zero exactly "
        "where the corrected p is below .05.",
        "All seeds draw their training signals from the same recordings and share the test signals. Intervals and p "
        "are about these, and too optimistic for new ones.",
        "Within a seed, methods share the split and the initial weights; this is what pairs the runs.",
    ]


def _detectable(analysis: Analysis, unit: Unit) -> str:
    """Return which true differences would be significant; nothing where none could be."""
    sizes = [each.detectable for each in analysis.comparisons.values() if each.detectable is not None]
    if not sizes:
        return ""
    ends = " to ".join(dict.fromkeys(shown(size, unit) for size in (min(sizes), max(sizes))))
    return (
        f"A true difference of {ends}{' points' if unit == 'fraction' else ''}, depending on the method, would be "
        f"significant with a probability of {100 * POWER:g} %, as far as these results show how seeds vary."
    )


def _family(analysis: Analysis) -> str:
    return plural(len(analysis.compared), "comparison")


def _seeds(analysis: Analysis) -> str:
    """Return how many seeds there are, and how many a test needs."""
    if not analysis.pairs:
        return "There are no pairs yet."
    shared = f"Methods share up to {plural(analysis.seeds, 'seed')} with the control under every condition"
    if analysis.seeds < MIN_SEEDS:
        return f"{shared}. p and intervals need {MIN_SEEDS}, since fewer say too little about their spread."
    return f"{shared}; p and intervals need {MIN_SEEDS}."
