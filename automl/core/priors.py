"""A user's belief about the best value of a parameter."""

from dataclasses import dataclass
from enum import StrEnum

from search_spaces import Value


class Confidence(StrEnum):
    """How sure the user is of a value."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Prior:
    """The value of a parameter that the user expects to be best.

    Attributes:
        value: the expected value.
        confidence: how sure the user is of it.
        is_general: whether the prior was given for all algorithms that have the parameter, not for one by name.
    """

    value: Value
    confidence: Confidence
    is_general: bool = False
