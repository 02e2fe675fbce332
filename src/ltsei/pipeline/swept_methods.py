"""Combinations of a sweep that make no sense, and those that compute what another method computes."""

from collections.abc import Callable, Collection, Iterator

from ltsei.config.stages import STAGES
from ltsei.config.sweeps import Exceptions, Expanded
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.method_checks import same_recipes

Check = Callable[[Matrix], Iterator[str]]


def exceptions(matrix: Matrix, sweeps: Expanded, checks: Collection[Check]) -> Exceptions:
    """Return which combinations are left out, and which are aliases, of the sweeps that a matrix was made from.

    A combination that computes the same as another method on every data set is an alias of it, of a method that is
    written out before another combination. What makes no sense in a stage is left out with all that reuses the stage.

    Args:
        matrix: of all combinations.
        sweeps: that it was made from.
        checks: each yields the mistakes of one kind, as `methods.NAME.STAGE…`; those of combinations of lenient sweeps
            leave these out.
    """
    swept = {name for methods in sweeps.methods.values() for name in methods}
    lenient = dict.fromkeys(name for sweep in sorted(sweeps.lenient) for name in sweeps.methods[sweep])
    left_out: dict[str, str] = {}
    for problem in (line for check in checks if lenient for line in check(matrix)):
        if name := method_of(problem, lenient):
            reason = problem.removeprefix(f"methods.{name}.")
            stage = next(stage for stage in STAGES if reason.startswith(stage))
            users = (each for each in lenient if matrix.owner(each, stage) == name)
            left_out |= {each: reason for each in users if each not in left_out}
    own = [name for name in matrix.config.methods if name not in left_out]
    ordered = sorted(own, key=lambda name: name in swept)
    repeated = [dict(same_recipes(matrix, dataset, ordered)) for dataset in matrix.config.datasets]
    aliases = {
        name: first
        for name, first in repeated[0].items()
        if name in swept and all(each.get(name) == first for each in repeated)
    }
    return Exceptions(left_out, aliases)


def unusable_values(sweeps: Expanded, excepted: Exceptions) -> Iterator[str]:
    """Yield values of lenient sweeps of which every combination would be left out: more likely a mistake."""
    for sweep in sorted(sweeps.lenient):
        reasons: dict[tuple[int, str], list[str | None]] = {}
        for name, labels in sweeps.methods[sweep].items():
            for place in enumerate(labels):
                reasons.setdefault(place, []).append(excepted.left_out.get(name))
        for (_, label), each in reasons.items():
            if None not in each:
                yield (
                    f"methods.{sweep}.sweep: no combination with {label} makes sense: {each[0]}; remove the value, or "
                    "set what it needs with it, as in `stage2: {ldam: {loss: ldam, head: cosine}}`"
                )


def method_of(problem: str, names: Collection[str]) -> str:
    """Return the method that a mistake is about, of those named; empty for another.

    Names may have dots, and so has what follows them in `methods.NAME.stage1.loss: …`.
    """
    if not problem.startswith("methods."):
        return ""
    parts = problem.removeprefix("methods.").partition(": ")[0].split(".")
    heads = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((head for head in heads if head in names), "")
