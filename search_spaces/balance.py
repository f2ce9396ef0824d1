"""The parameter that says what is done about classes of unlike size. Fixed at its default where they are alike."""

from search_spaces.point import BALANCES
from search_spaces.suggest import Suggest

BALANCE = "training.balance"
"""The parameter's name; in a space of several algorithms, that of the algorithm stands before it."""


def balance(suggest: Suggest) -> str:
    """One of `BALANCES`."""
    return suggest.choice(BALANCE, BALANCES, default="none")


def is_balanced(suggest: Suggest) -> bool:
    """Whether rare classes count for more, in a model that is fitted in one go."""
    return suggest.choice(BALANCE, ("none", "weights"), default="none") == "weights"
