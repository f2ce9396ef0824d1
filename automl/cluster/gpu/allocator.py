"""The GPUs of a pool and how they are shared out: parts of one, or whole ones, of a model that is large enough."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trials.hardware import MOST_OF_A_GPU

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Of a GPU, what a trial may get. They fit into each other, and few of them let Ray's workers be used again."""

TOGETHER = (2, 4, 8, 16)
"""How many GPUs a trial may get of which no single one can hold it."""

TINY = 1e-9


@dataclass(frozen=True)
class Gpu:
    """One GPU: its node, its model by the name that Ray has for it (None if it has none), and its memory in bytes."""

    node: str
    model: str | None
    bytes: int


@dataclass(frozen=True)
class GpuShare:
    """A share of a GPU, or `count` whole ones of one node; `model` is the one that they must be of, None for any."""

    of_one: float
    model: str | None = None
    count: int = 1


@dataclass
class _Held:
    """A share, and the GPUs where it is, by their numbers among their like; none while it waits for them."""

    share: GpuShare
    places: tuple[tuple[Gpu, int], ...] = ()


class GpuAllocator:
    """Keeps account of shares of the pool's GPUs, as Ray will place them: where least is left that suffices.

    A share for which there is no room waits, and until it has its place nothing else begins: a large trial would else
    never see a whole GPU free.
    """

    def __init__(self, gpus: Callable[[], Iterable[Gpu]]) -> None:
        """`gpus` tells those that are there now: nodes come and go."""
        self._gpus = gpus
        self._held: dict[str, _Held] = {}

    @property
    def has_room(self) -> bool:
        """Whether another trial may be asked for: there is room for a smallest share, and nobody waits.

        Who waits for a model that is not there any more keeps nobody waiting.
        """
        stranded = self.stranded()
        if any(not held.places for trial, held in self._held.items() if trial not in stranded):
            return False
        return any(free >= SHARES[0] - TINY for free in self._free().values())

    @property
    def is_empty(self) -> bool:
        """Whether all GPUs have gone, for the time being."""
        return not self._models()

    def stranded(self) -> set[str]:
        """The trials that wait for what is not there any more: a model of GPU, or a node with so many of them."""
        self._settle()
        return {trial for trial, held in self._held.items() if not held.places and self._is_gone(held.share)}

    def fitting(self, needed: int) -> GpuShare | None:
        """The smallest share that has `needed` bytes, of the smallest GPUs that have so much; None if none has.

        Where the smallest GPUs of the pool will do, so will any.
        """
        for place, (size, model) in enumerate(self._models()):
            if place > 0 and model is None:
                continue  # Ray cannot be told to take one of these
            for share in SHARES:
                if needed <= share * size * MOST_OF_A_GPU:
                    return GpuShare(share, None if place == 0 else model)
        return None

    def fitting_together(self, needed: Callable[[int], int | None]) -> GpuShare | None:
        """As few whole GPUs of one node as can be, of the smallest that have the bytes which each of so many needs.

        None if there are none.
        """
        for count in TOGETHER:
            each = needed(count)
            for place, (size, model) in enumerate(self._models()):
                share = GpuShare(1.0, None if place == 0 else model, count)
                if each is None or (place > 0 and model is None) or self._is_gone(share):
                    continue
                if each <= size * MOST_OF_A_GPU:
                    return share
        return None

    def largest(self) -> GpuShare:
        """A whole GPU of the largest kind."""
        models = self._models()
        return GpuShare(1.0, models[-1][1] if len(models) > 1 else None)

    def take(self, trial: str, share: GpuShare) -> None:
        """Notes that a trial gets a share, as soon as there is one."""
        self._held[trial] = _Held(share)
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

    def _is_gone(self, share: GpuShare) -> bool:
        """Whether there is no node, be it busy, that could give a share of its kind."""
        if share.count == 1 and share.model is None:
            return False  # any GPU will do, and Ray waits for one
        counts = Counter(gpu.node for gpu in self._gpus() if share.model in {None, gpu.model})
        return max(counts.values(), default=0) < share.count

    def _settle(self) -> None:
        """Finds places for those that wait, and for those whose node has gone."""
        there = set(self._numbered())
        for held in self._held.values():
            if not held.places or not there.issuperset(held.places):
                held.places = ()
                held.places = self._found(held.share)

    def _found(self, share: GpuShare) -> tuple[tuple[Gpu, int], ...]:
        """Where a share finds room: where least is left. Nowhere, if there is too little."""
        fit: dict[str, list[tuple[float, Gpu, int]]] = {}
        for (gpu, number), left in self._free().items():
            if left >= share.of_one - TINY and share.model in {None, gpu.model}:
                fit.setdefault(gpu.node, []).append((left, gpu, number))
        nodes = [sorted(places, key=lambda place: place[0]) for places in fit.values() if len(places) >= share.count]
        best = min(nodes, key=lambda places: (places[0][0], len(places)), default=[])
        return tuple((gpu, number) for _, gpu, number in best[: share.count])

    def _free(self) -> dict[tuple[Gpu, int], float]:
        free = dict.fromkeys(self._numbered(), 1.0)
        for held in self._held.values():
            for place in held.places:
                if place in free:
                    free[place] -= held.share.of_one
        return free

    def _numbered(self) -> list[tuple[Gpu, int]]:
        """Each GPU with a number of its own among its like."""
        counts: dict[Gpu, int] = {}
        numbered = []
        for gpu in self._gpus():
            counts[gpu] = counts.get(gpu, -1) + 1
            numbered.append((gpu, counts[gpu]))
        return numbered
