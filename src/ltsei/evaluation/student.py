"""Student's t of an estimate with its standard error. SciPy takes a moment to load, so functions import it."""

POWER = 0.8
"""Probability with which a detectable difference is found significant."""


def p_value(mean: float, error: float, df: float) -> float:
    """Return the two-sided p of a mean of 0; `error` is positive."""
    from scipy import special

    return float(2 * special.stdtr(df, -abs(mean) / error))


def interval(mean: float, error: float, df: float, confidence: float) -> tuple[float, float]:
    """Return the interval of the mean that contains the true one with probability `confidence`."""
    from scipy import special

    reach = float(special.stdtrit(df, (1 + confidence) / 2)) * error
    return mean - reach, mean + reach


def detectable(error: float, df: float, level: float, power: float = POWER) -> float:
    """Return the true mean for which a two-sided test at `level` is significant with probability `power`.

    Rejections on the wrong side are left out: at 80 % power and a level of at most 5 %, one in a million.
    """
    from scipy import special

    critical = special.stdtrit(df, 1 - level / 2)
    return float(special.nctdtrinc(df, 1 - power, critical)) * error


def probabilities(mean: float, error: float, df: float, rope: float) -> tuple[float, float, float]:
    """Return the probabilities that the true mean is above `rope`, within ± `rope`, and below −`rope`.

    They are those of the posterior under the flat prior of Benavoli et al. (2017), Student's t around the mean.
    """
    from scipy import special

    better, worse = (float(special.stdtr(df, (side * mean - rope) / error)) for side in (1, -1))
    return better, 1 - better - worse, worse
