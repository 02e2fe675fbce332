"""What the report states in words about tuning and protocols."""

from collections.abc import Iterator, Mapping

from ltsei.evaluation.metric_labels import VALIDATION_SCORES
from ltsei.report import tuning
from ltsei.report.number_text import plural
from ltsei.report.protocols import OracleComparison
from ltsei.report.scopes import Scope

ENDS = {"low": "lower", "high": "upper"}


def about(scope: Scope) -> str:
    """Return how many trials each search has, how one is chosen, and on which seeds."""
    every = [search for _, search in tuning.each_search(scope)]
    trials = sorted({len(search.trials) for search in every})
    score = VALIDATION_SCORES[tuning.select_by(scope)].replace("Validation", "validation")
    seeds = {search.files.seeds for search in every if search.files.on_choice_seeds}
    when = f"by its mean on seeds {' and '.join(sorted(seeds))}" if seeds else "anew for each seed"
    return (
        f"Each search has {' or '.join(map(str, trials))} trials, the default recipe among them, and the one with the "
        f"best {score} is chosen {when}. No number of the test part is known to it."
    )


def warnings(scope: Scope) -> Iterator[str]:
    """Yield sentences on trials that diverged, and on chosen values at the edge of their range."""
    labels: Mapping[str, str] = {method.name: method.label for method in scope.methods}
    for method, (failed, total) in tuning.diverged(scope).items():
        if failed:
            yield f"{labels[method]}: {failed} of {plural(total, 'trial')} diverged and cannot be chosen."
    for edge in tuning.edges(scope):
        share = f"{edge.searches} of {plural(edge.total, 'cell')} ({100 * edge.searches / edge.total:.0f} %)"
        yield (
            f"{labels[edge.method]}: the chosen {edge.parameter} lies at the {ENDS[edge.end]} end of its range in "
            f"{share}. Unless the parameter ends there, a better value may lie beyond: tuning.search widens the range."
        )


def moved(comparison: OracleComparison) -> str:
    """Return how many methods change places between a data set and its oracle."""
    pair = f"from {comparison.dataset} to {comparison.oracle} (oracle)"
    if not comparison.moved:
        return f"No method changes its place {pair}."
    many = f"{comparison.moved} of {plural(len(comparison.rows), 'method')} change places {pair}"
    return f"{many}; the largest change is {plural(comparison.largest, 'place')}."
