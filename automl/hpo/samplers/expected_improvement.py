"""Expected improvement by one draw from a normal distribution."""

from statistics import NormalDist


def expected_improvement(ahead: float, spread: float) -> float:
    """Return the mean of the positive part of a normal variable.

    The formula is eq. 15 of Jones et al., "Efficient Global Optimization of Expensive Black-Box Functions", 1998.

    Args:
        ahead: mean of the variable, the expected gain over the best value.
        spread: its standard deviation, at least 0.
    """
    if spread == 0:
        return max(0.0, ahead)
    place, normal = ahead / spread, NormalDist()
    return ahead * normal.cdf(place) + spread * normal.pdf(place)
