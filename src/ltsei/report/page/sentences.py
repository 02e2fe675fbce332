"""What the page states in words about the results of a scope."""

from collections.abc import Sequence

from ltsei.evaluation.metric_labels import Metric, metric
from ltsei.evaluation.seed_blocks import MIN_SEEDS
from ltsei.report.analysis import analyse, is_significant
from ltsei.report.charts.axes import metric_title
from ltsei.report.charts.chart import Chart
from ltsei.report.charts.differences import difference_text
from ltsei.report.condition_text import left_out_of, where
from ltsei.report.number_text import plural, shown
from ltsei.report.ranking import leaders
from ltsei.report.scopes import Scope
from ltsei.report.selection import selection, selection_text

RATIO_DIGITS = 4
MOST_NAMED = 4
"""Methods with the same mean that a sentence names."""


def question(scope: Scope) -> str:
    """Return the question that a block answers."""
    classes = [scope.results.training_classes.get(condition) for condition in scope.conditions]
    sizes = " or ".join(dict.fromkeys(str(len(each.names)) for each in classes if each))
    ratios = [ratio for condition in scope.conditions if (ratio := scope.results.ratio(condition))]
    asked = f"{scope.block.title}: which of {plural(len(scope.methods), 'method')} best tells {sizes or 'the'} classes"
    if not ratios:
        return f"{asked} apart?"
    ends = " to ".join(dict.fromkeys(f"{ratio:.{RATIO_DIGITS}g}" for ratio in (min(ratios), max(ratios))))
    return f"{asked} apart when the most frequent class has {ends} times as many training signals as the rarest?"


def answer(scope: Scope, name: str) -> str:
    """Return which methods lead, how they were chosen, and whether the lead over the control is significant.

    Nothing without a leader.
    """
    leading = leaders(scope, name)
    if not leading:
        return ""
    labels = [method.label for method in scope.methods if method.name in leading]
    unit = " %" if metric(name).unit == "fraction" else ""
    value = shown(scope.mean(name, leading[0]), metric(name).unit)
    lead = f"Best by {in_sentence(metric(name))}, {where(scope, name)}: {_listed(labels)}, {value}{unit}."
    distinct, chosen = {scope.aliases[method] for method in leading}, selection(scope, name)
    verdicts = [against_control(scope, name, method) for method in distinct if len(distinct) == 1]
    return " ".join(filter(None, [lead, selection_text(scope, chosen) if chosen else "", *verdicts]))


def _listed(labels: Sequence[str]) -> str:
    """Return labels joined by "and"; of many the first, and how many there are besides."""
    if len(labels) <= MOST_NAMED:
        return " and ".join(labels)
    return f"{', '.join(labels[:MOST_NAMED])} and {len(labels) - MOST_NAMED} more with the same mean"


def against_control(scope: Scope, name: str, method: str) -> str:
    """Return whether a method differs significantly from the control; nothing for the control itself."""
    comparison = analyse(scope, name).comparisons.get(method) if metric(name).tested else None
    if comparison is None:
        return ""
    control = label(scope, scope.control)
    if not comparison.n:
        return f"It is not compared with {control}: they share no seed under some condition."
    difference = difference_text(comparison, metric(name).unit)
    runs = f"{plural(comparison.seeds, 'seed')} ({plural(comparison.n, 'paired run')})"
    if comparison.adjusted is None:
        why = f"fewer than {MIN_SEEDS} seeds" if comparison.seeds < MIN_SEEDS else "the seeds do not differ"
        return f"Difference from {control}: {difference} over {runs}, not tested: {why}."
    significant = "significant" if is_significant(comparison) else "not significant"
    p = shown(comparison.adjusted, "p")
    return f"Difference from {control}: {difference} over {runs}, {significant} (corrected p {p})."


def significance_hint(scope: Scope, name: str) -> str:
    """Return how significance is marked, whether there are too few seeds, and which methods have no place."""
    analysis = analyse(scope, name)
    left_out = f"Average ranks and differences: {where(scope, name)}." if left_out_of(scope, name) else ""
    if scope.oracle_methods:
        bounds = ", ".join(method.label for method in scope.methods if method.is_oracle)
        left_out += f" {bounds}: trained on signals from outside the long-tailed set, so a bound without a place."
    if transductive := ", ".join(method.label for method in scope.methods if method.is_transductive):
        left_out += f" {transductive}: learnt from all test signals, without labels."
    if scope.control not in scope.distinct:
        return left_out.strip()
    text = (
        f"{left_out} ▲ and ▼ mark methods that are significantly better and worse than "
        f"{label(scope, scope.control)} (corrected p < .05).".strip()
    )
    if not analysis.pairs or analysis.seeds >= MIN_SEEDS:
        return text
    seeds = plural(analysis.seeds, "seed")
    return f"{text} No difference can be significant here: there are {seeds} per condition, and {MIN_SEEDS} are needed."


def front_hint(scope: Scope, name: str, chart: Chart | None) -> str:
    """Return what the chart of a metric against cost shows, and why it may have no line."""
    if chart is None:
        return "No method has both a value and a known cost."
    line = " No line: no method that costs more is shown to be better beyond the 95 % interval of their difference."
    if any(row["front"] for row in chart.tables["rows"]):
        line = (
            " The line joins methods that no other beats at the same or a lower cost, each better than the cheaper one "
            "before it beyond the 95 % interval of their difference."
        )
    if metric(name).better is None:
        line = ""
    return f"{metric_title(metric(name))}, {where(scope, name)}.{line}"


def differences_hint(scope: Scope, name: str) -> str:
    """Return what the chart of differences shows, and which methods it lacks."""
    control, compared = label(scope, scope.control), analyse(scope, name).compared
    if not compared:
        return f"No method shares a seed with {control} under every condition with values."
    side = "Left" if metric(name).better == "low" else "Right"
    missing = [label(scope, method) for method in scope.distinct if method not in {scope.control, *compared}]
    left_out = f" Not compared, without a shared seed under every condition: {', '.join(missing)}." if missing else ""
    return (
        f"Mean of the paired differences with its 95 % interval, {where(scope, name)}. {side} of the line is better "
        f"than {control}; a filled triangle up is significantly better, down worse (corrected p < .05).{left_out}"
    )


def label(scope: Scope, method: str) -> str:
    """Return a method for readers; its name where the scope does not contain it."""
    return next((each.label for each in scope.methods if each.name == method), method)


def in_sentence(shown_as: Metric) -> str:
    """Return a metric's label within a sentence."""
    text = shown_as.label
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def absent_classes(recalls: Sequence[float | None]) -> str:
    """Return how many classes a chart of recall lacks; nothing where it has all."""
    absent = sum(recall is None for recall in recalls)
    noun = "class" if absent == 1 else "classes"
    return f"Not shown: {absent} {noun} without test signals, whose recall is undefined." if absent else ""
