"""What the page states in words about statistical tests."""

from ltsei.evaluation.intervals import BOOTSTRAP_FROM
from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.signed_rank import EXACT_UP_TO, smallest_p
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
    return [
        _reachable(analyse(scope, name)),
        f"From {BOOTSTRAP_FROM} pairs on, intervals are bootstrap intervals (BCa). With fewer pairs these would be too "
        "narrow; Student's t is used instead, which assumes normally distributed differences.",
        "Five seeds under one condition can never reach p < .05 (the smallest p is .0625); six can, before correction.",
        "Seeds are not data sets. Pairs from one data set share its test signals, and ratios of one seed share "
        "training signals: the intervals describe these data sets and are too narrow for others.",
        "The signed-rank test is exact, with ties and zeros too (above "
        f"{EXACT_UP_TO} pairs: the normal approximation). Every condition weighs the same in the mean difference.",
        "Within a seed, methods share the split and the initial weights; this is what pairs the runs.",
    ]


def _reachable(analysis: Analysis) -> str:
    if not analysis.pairs:
        return "There are no pairs yet."
    family = plural(len(analysis.compared), "comparison")
    text = (
        f"With {plural(analysis.pairs, 'pair')} the smallest p of a two-sided signed-rank test is "
        f"{shown(smallest_p(analysis.pairs), 'p')}; after Holm's correction for {family} it is "
        f"{shown(analysis.smallest_p, 'p')}."
    )
    if analysis.smallest_p is None or analysis.smallest_p <= SIGNIFICANCE:
        return text
    return f"{text} That is above .05, so no difference can be significant here; more seeds, ratios or data sets help."
