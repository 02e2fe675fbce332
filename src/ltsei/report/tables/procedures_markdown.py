"""Markdown about procedures: default recipe and tuned, an oracle, and a choice on the test part."""

from collections.abc import Callable, Iterator, Sequence

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.condition_text import where
from ltsei.report.number_text import UNDEFINED, duration, interval, shown
from ltsei.report.procedure_sentences import about, moved, warnings
from ltsei.report.protocols import METRIC, oracle_comparisons, selections_on_test
from ltsei.report.scopes import Scope
from ltsei.report.tuned_or_default import tuned_or_default
from ltsei.report.tuning import searches

Section = tuple[str, Sequence[str], Sequence[str], Sequence[Sequence[str]]]
"""Heading, sentences below it, head of the table, and its rows, all as plain text."""
DIFFERENCE = ("Difference, points", "95 % interval")


def sections(scope: Scope) -> list[Section]:
    """Return the sections of a scope; none without tuning, oracle, or comparison with a choice on the test part."""
    labels = {method.name: method.label for method in scope.methods}
    return [each for part in (_tuning, _oracles, _on_test) for each in part(scope, labels.__getitem__)]


def _tuning(scope: Scope, label: Callable[[str], str]) -> Iterator[Section]:
    rows = [
        [
            label(each.method),
            *(shown(mean, "fraction") for mean in (each.default_mean, each.tuned_mean)),
            *(_difference(each.comparison) if each.comparison else (UNDEFINED, UNDEFINED)),
            str(each.trials),
            duration(each.default_seconds),
            duration(each.tuned_seconds),
        ]
        for each in tuned_or_default(scope, METRIC)
    ]
    if rows and searches(scope):
        head = ["Method", "Default, %", "Tuned, %", *DIFFERENCE, "Trials", "Time, default", "Time, tuned"]
        heading = f"Default recipe and tuned: {metric(METRIC).label}, {where(scope, METRIC)}"
        yield heading, [about(scope), *warnings(scope)], head, rows


def _oracles(scope: Scope, label: Callable[[str], str]) -> Iterator[Section]:
    for each in oracle_comparisons(scope):
        oracle = scope.results.title_of(each.oracle)
        rows = [
            [
                label(row.method),
                *(shown(mean, "fraction") for mean in (row.mean, row.oracle_mean)),
                *_difference(row.comparison),
                *(UNDEFINED if place is None else str(place) for place in (row.place, row.oracle_place)),
            ]
            for row in each.rows
        ]
        head = ["Method", f"{each.dataset}, %", f"{oracle}, %", *DIFFERENCE, "Place", "Place (oracle)"]
        yield f"Protocols: {each.dataset} against {oracle}, {metric(METRIC).label}", [moved(each)], head, rows


def _on_test(scope: Scope, label: Callable[[str], str]) -> Iterator[Section]:
    rows = [
        [
            label(row.method),
            scope.results.title_of(row.dataset),
            row.among,
            *(shown(mean, "fraction") for mean in (row.mean, row.on_test)),
            *_difference(row.comparison),
        ]
        for row in selections_on_test(scope)
    ]
    if rows:
        head = ["Method", "Data set", "Chosen among", "On validation, %", "On test (forbidden), %", *DIFFERENCE]
        note = "Computed for this comparison alone: a number that was chosen on the test part estimates nothing."
        yield f"Selection on the test part (forbidden): {metric(METRIC).label}", [note], head, rows


def _difference(comparison: Comparison) -> tuple[str, str]:
    text = interval(comparison.low, comparison.high, "fraction")
    return shown(comparison.mean, "fraction", sign=True), text or UNDEFINED
