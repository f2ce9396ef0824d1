"""The GPUs of a pool and how they are shared out: parts of one, or whole ones, of a model that is large enough."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trials.footprint import MOST_OF_A_GPU

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Of a GPU, what a trial may get. They fit into each other, and few of them let Ray's workers be used again."""

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
        self._held: dict[str, tuple[Share, Gpu | None, int]] = {}

    @property
    def has_room(self) -> bool:
        """Whether another trial may be asked for: there is room for a smallest share, and nobody waits.

        Who waits for a model that is not there any more keeps nobody waiting.
        """
        stranded = self.stranded()
        if any(gpu is None for trial, (_, gpu, _) in self._held.items() if trial not in stranded):
            return False
        return any(free >= SHARES[0] - TINY for free in self._free().values())

    @property
    def is_empty(self) -> bool:
        """Whether all GPUs have gone, for the time being."""
        return not self._models()

    def stranded(self) -> set[str]:
        """The trials that wait for a model of which there is no GPU any more."""
        self._settle()
        models = {gpu.model for gpu in self._gpus()}
        return {
            trial
            for trial, (share, gpu, _) in self._held.items()
            if gpu is None and share.model is not None and share.model not in models
        }

    def fitting(self, needed: int) -> Share | None:
        """The smallest share that has `needed` bytes, of the smallest GPUs that have so much; None if none has.

        Where the smallest GPUs of the pool will do, so will any.
        """
        for place, (size, model) in enumerate(self._models()):
            if place > 0 and model is None:
                continue  # Ray cannot be told to take one of these
            for share in SHARES:
                if needed <= share * size * MOST_OF_A_GPU:
                    return Share(share, None if place == 0 else model)
        return None

    def largest(self) -> Share:
        """A whole GPU of the largest kind."""
        models = self._models()
        return Share(1.0, models[-1][1] if len(models) > 1 else None)

    def take(self, trial: str, share: Share) -> None:
        """Notes that a trial gets a share, as soon as there is one."""
        self._held[trial] = share, None, 0
        self._settle()

    def give_back(self, trial: str) -> None:
        """Notes that a trial has ended."""
        self._held.pop(trial, None)

    def _models(self) -> list[tuple[int, str | None]]:
        """The models that are there, the smallest first, each with the bytes of its smallest GPU.

        Ray has one name for cards of one model that differ in memory, and none for some.
        """
        sizes: dict[str | None, int] = {}
        for gpu in self._gpus():
            sizes[gpu.model] = min(gpu.bytes, sizes.get(gpu.model, gpu.bytes))
        return sorted(((size, model) for model, size in sizes.items()), key=lambda found: (found[0], found[1] or ""))

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
