"""The page's view of one scope: what its tabs show once a block and its conditions are chosen."""

from collections.abc import Sequence
from typing import Any

from ltsei.report import wall_time
from ltsei.report.charts.against_level import against_level, against_prior
from ltsei.report.charts.cell_states import cell_states
from ltsei.report.charts.chart import Chart
from ltsei.report.charts.class_sizes import class_differences, class_recalls
from ltsei.report.charts.experts import expert_use, experts
from ltsei.report.charts.groups import TRADE_OFF, groups, trade_off
from ltsei.report.condition_text import where
from ltsei.report.number_text import UNDEFINED, duration, rounded
from ltsei.report.page import sentences
from ltsei.report.page.context import PageContext
from ltsei.report.page.deltas import deltas
from ltsei.report.page.metric_views import control_view, metric_view
from ltsei.report.page.provenance import provenance_summary
from ltsei.report.page.store import Columns
from ltsei.report.page.tuning import searches
from ltsei.report.scopes import Scope, against

Json = dict[str, Any]


def view(page: PageContext, scope: Scope, controls: Sequence[str]) -> Json:
    """Return what the tabs show of a scope, whatever metric is chosen, and below ``metrics`` what depends on it.

    ``others`` replaces parts of it when another of `controls` is chosen.
    """
    uses, store = expert_use(scope), page.store
    usage = [
        {
            "method": page.methods[use.method.name],
            "entropy": rounded(use.entropy),
            "disagreement": rounded(use.disagreement),
            "cells": use.cells,
        }
        for use in uses
    ]
    return {
        "condition": None if scope.condition is None else page.conditions[scope.condition],
        "methods": [page.methods[method.name] for method in scope.methods],
        "cells": [position for position, cell in enumerate(page.results.cells) if scope.contains(cell)],
        **_controlled(page, scope),
        "costs": _costs(page, scope),
        "state": store.chart(cell_states(scope)),
        "groups": store.chart(groups(scope, scope.conditions[-1])) if scope.conditions else None,
        "trade_off": store.chart(trade_off(scope)),
        "class_recalls": store.chart(class_recalls(scope)),
        "further_tests": [store.chart(chart) for chart in _further_tests(scope)],
        "trade_off_where": where(scope, *TRADE_OFF),
        "experts": store.chart(experts(uses)),
        "expert_use": store.table(usage),
        "provenance": provenance_summary(scope),
        "searches": searches(page, scope),
        "metrics": [metric_view(page, scope, name) for name in page.metrics],
        "others": [
            _other(page, against(scope, name)) for name in controls if name in scope.distinct and name != scope.control
        ],
    }


def _further_tests(scope: Scope) -> list[Chart]:
    """Return the charts against test conditions and priors, each of one data set at one ratio."""
    if len(scope.conditions) != 1:
        return []
    prior = against_prior(scope)
    return against_level(scope) + ([prior] if prior else [])


def _other(page: PageContext, scope: Scope) -> Json:
    metrics = [control_view(page, scope, name) for name in page.metrics]
    return {**_controlled(page, scope), "metrics": metrics}


def _controlled(page: PageContext, scope: Scope) -> Json:
    """Return the control by position and by label, its aliases, and the differences of several metrics from it."""
    return {
        "control_method": page.methods.get(scope.control),
        "control": sentences.label(scope, scope.control),
        "controls": [page.methods[m] for m, first in scope.aliases.items() if first == scope.control],
        "deltas": deltas(page, scope),
        "class_differences": page.store.chart(class_differences(scope)),
    }


def _costs(page: PageContext, scope: Scope) -> Columns:
    """Return wall time and size of every method, as numbers and as text."""
    seconds = {method.name: wall_time.mean_seconds(scope.cells, method.name) for method in scope.methods}
    sizes = {method.name: wall_time.mean_parameters(scope.cells, method.name) for method in scope.methods}
    rows = [
        {
            "method": page.methods[name],
            "seconds": rounded(seconds[name]),
            "time": duration(seconds[name]),
            "parameters": rounded(sizes[name]),
            "size": UNDEFINED if sizes[name] is None else f"{sizes[name]:,.0f}",
        }
        for name in seconds
    ]
    return page.store.table(rows)
