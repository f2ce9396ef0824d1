"""Batches in parts, if memory is too short for a whole one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from trials.hardware.memory import is_out_of_memory, release_memory

T = TypeVar("T")


class MicroBatches:
    """Number of parts in which a trial computes each batch; it doubles each time that memory runs out.

    The number never decreases, because memory would soon run out again.

    Args:
        count: number of parts at the start.

    Attributes:
        spare: gives memory up that is not needed at the moment, and returns whether there was any; it is asked before
            the number doubles.
    """

    def __init__(self, count: int = 1) -> None:
        self.count = count
        self.spare: Callable[[], bool] = _nothing

    def fit(self, texts: int, compute: Callable[[int], T]) -> T:
        """Return what `compute` returns for a batch.

        Args:
            texts: texts in the batch.
            compute: is called with the number of parts, again if memory runs out.

        Raises:
            Exception: `compute` fails for another reason, or lacks memory for parts of one text.
        """
        while True:
            try:
                return compute(min(self.count, texts))
            except Exception as error:
                has_spare = is_out_of_memory(error) and self.spare()
                if not has_spare and (self.count >= texts or not is_out_of_memory(error)):
                    raise
            # Out of the handler, whose traceback keeps the tensors of the failed try.
            if not has_spare:
                self.count *= 2
            release_memory()

    @contextmanager
    def sparing(self, spare: Callable[[], bool]) -> Iterator[None]:
        """Ask `spare`, instead of what was asked before, within the block."""
        before, self.spare = self.spare, spare
        try:
            yield
        finally:
            self.spare = before


def _nothing() -> bool:
    return False
