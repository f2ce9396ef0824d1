"""Similarity of two data sets by their traits, to select points of earlier studies."""

from collections.abc import Mapping

from trials.data import DatasetTraits

SMALLEST = 0.01
"""Lower bound of each trait's similarity, so that no single trait makes the product 0."""

EXPONENTS: Mapping[str, float] = {
    "scripts": 1.0,
    "vocabulary": 0.7,
    "balance": 0.5,
    "classes": 0.25,
    "words": 0.1,
    "rows": 0.1,
}
"""Weight of each trait. The content of the texts weighs most, counts weigh least."""


def likeness(first: DatasetTraits, second: DatasetTraits) -> float:
    """Return the similarity of two data sets, from 0 to 1 (equal traits). It is symmetric.

    It is the product of the similarities of all traits, each to the power of its weight, so that one very different
    trait is not compensated by the others. The weights were chosen by hand; tests check the resulting order on real
    data.
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
    """Return the overlap of two distributions; 1 if both are empty, as for texts without letters."""
    if not first and not second:
        return 1.0
    return sum(min(share, second.get(script, 0.0)) for script, share in first.items())


def _overlap(first: set[str], second: set[str]) -> float:
    """Return the share of the words of the smaller vocabulary that the other one contains."""
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 1.0


def _ratio(first: float, second: float) -> float:
    """Return the smaller number divided by the larger one; 1 if both are 0."""
    larger = max(first, second)
    return min(first, second) / larger if larger else 1.0
