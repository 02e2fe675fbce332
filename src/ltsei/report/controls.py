"""The methods with which the page can compare all others: the control, and those that a reader may choose instead."""

from collections.abc import Sequence

from ltsei.report.ranking import leaders
from ltsei.report.scopes import Scope

FEW_METHODS = 8
"""Methods up to which each can be the control. Comparisons of all methods with all others would be most of a page."""
BASELINE = "baseline"
"""The kind of methods that can always be the control."""
LEADING_BY = "balanced_accuracy"


def candidates(scope: Scope) -> Sequence[str]:
    """Return the names of the methods that can be the control, the configured one first; aliases are left out.

    These are the controls of all blocks, the baselines and the leader by balanced accuracy; all of a few methods.
    """
    configured = [scope.control, *(block.control for block in scope.results.blocks)]
    baselines = [method.name for method in scope.methods if method.kind == BASELINE]
    others = scope.distinct if len(scope.distinct) <= FEW_METHODS else leaders(scope, LEADING_BY)[:1]
    names = [*configured, *baselines, *others]
    return list(dict.fromkeys(scope.aliases[name] for name in names if name in scope.aliases))
