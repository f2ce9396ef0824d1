"""What a check gives."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One disagreement, as a sentence, and what mends it; None where only the user can."""

    sentence: str
    mend: Callable[[], None] | None = None
