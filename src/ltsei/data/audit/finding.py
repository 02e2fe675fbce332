"""A finding of the audit, and the rules by which it gets its verdict."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ltsei.data.audit.probe import Score

Verdict = Literal["nothing found", "worth a look", "leak", "not checked"]
SERIOUS: tuple[Verdict, ...] = ("not checked", "nothing found", "worth a look", "leak")
"""From harmless to serious."""
LEVEL = 0.05
HALFWAY = 0.5
RULES = (
    "A classifier is above chance if shuffled labels reach its balanced accuracy with p below .05, corrected for the "
    "number of classifiers (Bonferroni).",
    "Bits, recordings, domains and times say nothing about the hardware. Above chance they are worth a look; they are "
    "a leak if the lower end of the interval is more than half the way from chance to 100 %.",
    "Level, noise, envelope and carrier offset may be properties of the emitter or of how it was recorded. Above "
    "chance they are worth a look, never a leak.",
    "A message address is a leak if half of the signals in classes of two or more share theirs with another signal of "
    "their class and with none of another class; from 1 % on it is worth a look.",
    "Exact copies between training and test, and those that differ only in level or phase (correlation above .9999), "
    "are a leak. Copies within a part, copies with two labels and pairs with a correlation above .99 are worth a look. "
    "Of near copies, at most 2000 candidates within a part or between both are compared.",
    "Classes whose training signals all come from one recording are worth a look; if that is so of every class, it is "
    "a leak, since emitter and recording cannot be told apart.",
)
"""What the verdicts mean, for the page."""


@dataclass(frozen=True)
class Finding:
    """One line of the audit.

    Attributes:
        name: of the check.
        title: its heading.
        verdict: by `RULES`.
        sentence: what was found, in plain English.
        score: of a classifier, where there is one.
    """

    name: str
    title: str
    verdict: Verdict
    sentence: str
    score: Score | None = None

    def record(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {key: value for key, value in asdict(self).items() if key != "score" or value is not None}


def worst(findings: list[Finding]) -> Verdict:
    """Return the most serious verdict."""
    return max((finding.verdict for finding in findings), key=SERIOUS.index)


def verdict_of_score(score: Score, probes: int, *, physical: bool) -> Verdict:
    """Return the verdict on a classifier, one of `probes`; `physical`: whether its features may come from hardware."""
    if score.p * probes >= LEVEL:
        return "nothing found"
    if physical or (score.low - score.chance) / (1 - score.chance) <= HALFWAY:
        return "worth a look"
    return "leak"


def probe_finding(name: str, title: str, what: str, score: Score | None, probes: int, *, physical: bool) -> Finding:
    """Return the finding on a classifier that sees only `what`; without a score, all training signals share a value."""
    if score is None:
        return Finding(name, title, "nothing found", f"All training signals have the same {what}.")
    verdict = verdict_of_score(score, probes, physical=physical)
    reached = f"From the {what} alone, a simple classifier recognises {percent(score.accuracy)} of the test signals"
    chance = f"chance is {percent(score.chance)}"
    if verdict == "nothing found":
        return Finding(name, title, verdict, f"{reached}; {chance}, so this is no more than chance.", score)
    hint = " This may be a trait of the emitters, or of how they were recorded." if physical else ""
    return Finding(name, title, verdict, f"{reached} (mean over classes); {chance}.{hint}", score)


def percent(fraction: float) -> str:
    """Return a fraction as text in percent."""
    return f"{100 * fraction:.3g} %"
