"""Student's t of an estimate with its standard error."""

from scipy import special


def p_value(mean: float, error: float, df: float) -> float:
    """Return the two-sided p of a mean of 0; `error` is positive."""
    return float(2 * special.stdtr(df, -abs(mean) / error))


def interval(mean: float, error: float, df: float, confidence: float) -> tuple[float, float]:
    """Return the interval of the mean that contains the true one with probability `confidence`."""
    reach = float(special.stdtrit(df, (1 + confidence) / 2)) * error
    return mean - reach, mean + reach
