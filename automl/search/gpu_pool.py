"""The GPUs of a pool and how they are shared out: parts of one, or whole ones, of a model that is large enough."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Of a GPU, what a trial may get. They fit into each other, and few of them let Ray's workers be used again."""

MOST_OF_IT = 0.97
"""A GPU's driver and display keep the rest of its memory."""

TINY = 1e-9


@dataclass(frozen=True)
class Gpu:
    """One GPU: its node, its model by the name that Ray has for it (None if it has none), and its memory in bytes."""

    node: str
    model: str | None
    bytes: int


@dataclass(frozen=True)
class Share:
    """A share of a GPU; `model` is the one that it must be of, None for any."""

    of_one: float
    model: str | None = None


class GpuPool:
    """Keeps account of shares of the pool's GPUs, as Ray will place them: where least is left that suffices.

    A share for which there is no room waits, and until it has its place nothing else begins: a large trial would else
    never see a whole GPU free.
    """

    def __init__(self, gpus: Callable[[], Iterable[Gpu]]) -> None:
        """`gpus` tells those that are there now: nodes come and go."""
        self._gpus = gpus
        self._held: dict[int, tuple[Share, Gpu | None, int]] = {}

    @property
    def has_room(self) -> bool:
        """Whether another trial may be asked for: there is room for a smallest share, and nobody waits."""
        self._settle()
        if any(gpu is None for _, gpu, _ in self._held.values()):
            return False
        return any(free >= SHARES[0] - TINY for free in self._free().values())

    def fitting(self, needed: int) -> Share | None:
        """The smallest share that has `needed` bytes, of the smallest GPUs that have so much; None if none has.

        Where the smallest GPUs of the pool will do, so will any.
        """
        models = sorted({(gpu.bytes, gpu.model) for gpu in self._gpus()}, key=lambda found: found[0])
        for place, (size, model) in enumerate(models):
            for share in SHARES:
                if needed <= share * size * MOST_OF_IT:
                    return Share(share, None if place == 0 else model)
        return None

    def largest(self) -> Share:
        """A whole GPU of the largest kind."""
        models = sorted({(gpu.bytes, gpu.model) for gpu in self._gpus()}, key=lambda found: found[0])
        return Share(1.0, models[-1][1] if len(models) > 1 else None)

    def take(self, trial: int, share: Share) -> None:
        """Notes that a trial gets a share, as soon as there is one."""
        self._held[trial] = share, None, 0
        self._settle()

    def give_back(self, trial: int) -> None:
        """Notes that a trial has ended."""
        self._held.pop(trial, None)

    def _settle(self) -> None:
        """Finds places for those that wait, and for those whose node has gone."""
        there = set(self._numbered())
        for trial, (share, gpu, index) in self._held.items():
            if gpu is not None and (gpu, index) in there:
                continue
            self._held[trial] = share, None, 0
            free = {
                place: left
                for place, left in self._free().items()
                if left >= share.of_one - TINY and share.model in {None, place[0].model}
            }
            if free:
                best, number = min(free, key=lambda place: free[place])
                self._held[trial] = share, best, number

    def _free(self) -> dict[tuple[Gpu, int], float]:
        free = dict.fromkeys(self._numbered(), 1.0)
        for share, gpu, index in self._held.values():
            if gpu is not None and (gpu, index) in free:
                free[gpu, index] -= share.of_one
        return free

    def _numbered(self) -> list[tuple[Gpu, int]]:
        """Each GPU with a number of its own among its like."""
        counts: dict[Gpu, int] = {}
        numbered = []
        for gpu in self._gpus():
            counts[gpu] = counts.get(gpu, -1) + 1
            numbered.append((gpu, counts[gpu]))
        return numbered
