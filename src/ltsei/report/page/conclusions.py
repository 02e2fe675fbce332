"""The first screen: what the results say, in sentences, and a draft of one for a paper."""

from collections import Counter
from collections.abc import Iterator

from ltsei.data.groups import GROUPS
from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.seed_blocks import MIN_SEEDS
from ltsei.evaluation.statistics import Comparison
from ltsei.report import independent_seeds, wall_time
from ltsei.report.analysis import analyse
from ltsei.report.condition_text import condition_title, left_out_of, mean_over
from ltsei.report.number_text import Unit, duration, interval, plural, shown
from ltsei.report.page.sentences import answer, in_sentence, label
from ltsei.report.ranking import leaders
from ltsei.report.scopes import Scope
from ltsei.report.seed_differences import seed_differences
from ltsei.report.verdicts import verdict

TEST = "t-test over seeds, corrected for all comparisons"
NAMED = 3
"""Data sets or ratios that a sentence names one by one."""


def conclusions(scope: Scope, name: str) -> list[tuple[str, str]]:
    """Return (heading, sentences) about the methods that lead by a metric; headings without a sentence are left out."""
    texts = {
        "Who leads": answer(scope, name),
        "Tail and head": tail_and_head(scope, name),
        "Cost": cost(scope, name),
        "Limits": missing(scope),
    }
    return [(heading, text) for heading, text in texts.items() if text]


def tail_and_head(scope: Scope, name: str) -> str:
    """Return what classes of each group gain or lose from the control to the leader."""
    leader, control = _leader(scope, name), label(scope, scope.control)
    if leader is None:
        return ""
    if leader == scope.control:
        return f"{control}, the control, leads itself."
    changes = _changes(scope, leader)
    if not changes:
        return f"The accuracies by group of {label(scope, leader)} and {control} cannot be compared."
    varying = " The same class may be in another group at another ratio." if len(scope.conditions) > 1 else ""
    return f"{label(scope, leader)} against {control}: {'; '.join(changes)}.{varying}"


def cost(scope: Scope, name: str) -> str:
    """Return the wall time of a cell of the leader, and of the control."""
    leader = _leader(scope, name)
    seconds = {method: wall_time.mean_seconds(scope.cells, method) for method in (leader, scope.control) if method}
    if leader is None or seconds[leader] is None:
        return ""
    text = f"A cell of {label(scope, leader)} takes {duration(seconds[leader])}"
    theirs, ours = seconds.get(scope.control), seconds[leader]
    if leader == scope.control or not theirs or ours is None:
        return f"{text}, the mean over its cells with shared stages included."
    control = f"{shown(ours / theirs, 'effect')} times the {duration(theirs)} of {label(scope, scope.control)}"
    return f"{text}, {control}, shared stages included."


def missing(scope: Scope) -> str:
    """Return which cells are missing, and which claims the results cannot support."""
    states = Counter(cell.status[0] for cell in scope.cells)
    absent = ", ".join(f"{count} {state}" for state, count in states.items() if state not in ("done", "out of date"))
    datasets = list(dict.fromkeys(cell.origin for cell in scope.cells))
    seeds = set(scope.independent_seeds.values())
    lines = {
        f"Of {plural(len(scope.cells), 'cell')}: {absent}; their numbers are left out.": absent,
        f"{states['out of date']} of {plural(len(scope.cells), 'cell')} are out of date.": states["out of date"],
        "There is one seed: no spread between seeds is known.": len(seeds) == 1,
        f"There are {len(seeds)} seeds: intervals and tests need {MIN_SEEDS}.": 1 < len(seeds) < MIN_SEEDS,
        independent_seeds.one_split(scope.cells): True,
        f"All results are from {datasets[0] if datasets else ''}: they say nothing about other data sets.": (
            len(datasets) == 1
        ),
    }
    texts = [text for text, applies in lines.items() if text and applies]
    return " ".join(texts) or f"Nothing: all {len(scope.cells)} cells are done."


def draft(scope: Scope, name: str) -> str:
    """Return a sentence for a paper about the leader and the control; nothing where they have no comparison."""
    leader = _leader(scope, name)
    comparison = analyse(scope, name).comparisons.get(leader or "") if metric(name).tested else None
    if leader is None or comparison is None or comparison.mean is None:
        return ""
    unit, control = metric(name).unit, label(scope, scope.control)
    of_leader, of_control = (_with_unit(scope.mean(name, method), unit) for method in (leader, scope.control))
    seeds = plural(len(seed_differences(scope, name).get(leader, {})), "seed")
    fewer = f", {mean_over(scope, name)}" if left_out_of(scope, name) else ""
    result = f"{label(scope, leader)} had a mean {in_sentence(metric(name))} of {of_leader}, against {of_control}"
    evidence = f"mean paired difference {_difference(comparison, unit)}, n = {seeds}, {_test(comparison)}"
    groups = "; ".join(_changes(scope, leader, name))
    return f"{_where(scope)}{fewer}, {result} for {control} ({evidence}){groups and '; '}{groups}."


def _leader(scope: Scope, name: str) -> str | None:
    """Return the first of the methods that lead, an alias by the name under which it is tested."""
    return next((scope.aliases[method] for method in leaders(scope, name)), None)


def _changes(scope: Scope, leader: str, but: str = "") -> list[str]:
    """Return the changes of the accuracy of each group in words, without the metric `but`."""
    groups = [group for group in reversed(GROUPS) if f"{group}_accuracy" != but]
    return [text for group in groups if (text := _change(scope, group, leader))]


def _change(scope: Scope, group: str, leader: str) -> str:
    """Return the change of a group's accuracy in words; nothing where the two have no pairs."""
    name = f"{group}_accuracy"
    comparison = analyse(scope, name).comparisons.get(leader)
    if comparison is None or comparison.mean is None:
        return ""
    noise = "" if comparison.low is None or verdict(comparison, name) else ", no clear change"
    return f"{group}-shot accuracy {_difference(comparison, 'fraction')}{noise}"


def _difference(comparison: Comparison, unit: Unit) -> str:
    points = " points" if unit == "fraction" else ""
    ends = interval(comparison.low, comparison.high, unit)
    return f"{shown(comparison.mean, unit, sign=True)}{points}" + (f", 95 % CI {ends}" if ends else "")


def _test(comparison: Comparison) -> str:
    if comparison.adjusted is None:
        return "not tested"
    p = shown(comparison.adjusted, "p")
    return f"{TEST}: p {p if p.startswith('<') else f'= {p}'}"


def _with_unit(value: float | None, unit: Unit) -> str:
    return shown(value, unit) + (" %" if unit == "fraction" and value is not None else "")


def _where(scope: Scope) -> str:
    if len(scope.conditions) == 1:
        return f"On {condition_title(scope.results, scope.conditions[0])}"
    return f"On {_listed(scope, 0)} ({_listed(scope, 1)})"


def _listed(scope: Scope, part: int) -> str:
    """Return the data sets (part 0) or the ratios (1) of a scope, by number where there are many."""
    names = list(dict.fromkeys(condition[part] for condition in scope.conditions))
    noun = ("data set", "imbalance ratio")[part]
    if len(names) > NAMED:
        return plural(len(names), noun)
    return ("" if part == 0 else f"{noun}{'s' if len(names) > 1 else ''} ") + " and ".join(_joined(names))


def _joined(names: list[str]) -> Iterator[str]:
    if len(names) > 1:
        yield ", ".join(names[:-1])
    yield names[-1]
