"""Batches in parts, where memory is too short for a whole one."""

from collections.abc import Callable
from typing import TypeVar

from trials.hardware.memory import is_out_of_memory, release_memory

T = TypeVar("T")


class MicroBatches:
    """In how many parts a trial computes each batch: one, and twice as many each time that memory runs out.

    The number never falls again: what was too large once would soon be so again.
    """

    def __init__(self, count: int = 1) -> None:
        self.count = count

    def fit(self, texts: int, compute: Callable[[int], T]) -> T:
        """What `compute` gives for a batch of `texts` texts; it is told in how many parts to take them.

        Raises:
            Exception: what `compute` raises for another reason, or when it has no memory for one text a part.
        """
        while True:
            try:
                return compute(min(self.count, texts))
            except Exception as error:
                if self.count >= texts or not is_out_of_memory(error):
                    raise
            # Out of the handler, whose traceback keeps the tensors of the failed try.
            self.count *= 2
            release_memory()
