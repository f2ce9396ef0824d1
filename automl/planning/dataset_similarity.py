"""How like two data sets are, by their traits: whose best points are likely to be good for the other."""

from collections.abc import Mapping

from trials.data import DatasetTraits

SMALLEST = 0.01
"""No single trait tells that nothing at all can carry over."""

EXPONENTS: Mapping[str, float] = {
    "scripts": 1.0,
    "vocabulary": 0.7,
    "balance": 0.5,
    "classes": 0.25,
    "words": 0.1,
    "rows": 0.1,
}
"""How much each trait weighs. What texts are about says most, what is counted in orders of magnitude little."""


def likeness(first: DatasetTraits, second: DatasetTraits) -> float:
    """From 0 to 1, which is the same data; the same either way round.

    A product of the traits' own likenesses, each to the power of its weight, so that one in which two data sets are far
    apart is not made up for by the others. The weights are judgement; tests hold the order that they give on real data.
    """
    traits = {
        "scripts": _common(first.scripts, second.scripts),
        "vocabulary": _overlap(set(first.vocabulary), set(second.vocabulary)),
        "balance": 1 - abs(first.balance - second.balance),
        "classes": _ratio(first.classes, second.classes),
        "words": _ratio(first.words, second.words),
        "rows": _ratio(first.rows, second.rows),
    }
    product = 1.0
    for name, exponent in EXPONENTS.items():
        product *= min(max(traits[name], SMALLEST), 1.0) ** exponent
    return product


def _common(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """What two distributions have in common; texts without letters are alike in this."""
    if not first and not second:
        return 1.0
    return sum(min(share, second.get(script, 0.0)) for script, share in first.items())


def _overlap(first: set[str], second: set[str]) -> float:
    """Share of the words of the smaller vocabulary that the other has."""
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 1.0


def _ratio(first: float, second: float) -> float:
    """The smaller over the larger number."""
    larger = max(first, second)
    return min(first, second) / larger if larger else 1.0
