"""A user's belief about the best value of a parameter."""

from dataclasses import dataclass
from enum import StrEnum

from search_spaces import Value


class Confidence(StrEnum):
    """How sure somebody is of a value."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Prior:
    """The value of a parameter that is thought best. `is_general` if it was told of all algorithms that have it."""

    value: Value
    confidence: Confidence
    is_general: bool = False
