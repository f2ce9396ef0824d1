"""Allocates the GPUs of a pool: fractions of one, or whole ones, of a model with enough memory."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trials.hardware import MOST_OF_A_GPU

SHARES = (0.0625, 0.125, 0.25, 0.5, 1.0)
"""Fractions of a GPU that a trial may get. Each divides the next; few of them let Ray reuse its workers.

Machines have some 8 to 24 cores for each GPU, and each trial keeps one busy, so smaller fractions would seldom be used.
Ray counts resources in steps of 0.0001.
"""

GPU_COUNTS = (2, 4, 8, 16)
"""Numbers of GPUs that a trial may get if no single one can hold it."""

TINY = 1e-9


@dataclass(frozen=True)
class Gpu:
    """One GPU.

    Attributes:
        node: Ray's id of its node.
        model: Ray's name of its model; None if Ray has none.
        bytes: its memory.
        is_slice: whether it may be a slice of a GPU, of which a process can use one only.
    """

    node: str
    model: str | None
    bytes: int
    is_slice: bool = False


@dataclass(frozen=True)
class GpuShare:
    """A share of a GPU, or several whole GPUs of one node.

    Attributes:
        of_one: fraction of each GPU, one of `SHARES`.
        model: model that the GPUs must have; None for any.
        count: number of GPUs.
    """

    of_one: float
    model: str | None = None
    count: int = 1


@dataclass
class _Held:
    """A share and its GPUs, numbered among equal ones; it has no GPUs while it waits."""

    share: GpuShare
    gpus: tuple[tuple[Gpu, int], ...] = ()


class GpuAllocator:
    """Allocates shares of the pool's GPUs as Ray will place them: on the fullest GPU that has enough left (best fit).

    A share without room waits, and no other trial begins before it has its place. Otherwise a large trial would never
    find a whole GPU free.

    Args:
        gpus: returns the present GPUs; nodes may join and leave.
    """

    def __init__(self, gpus: Callable[[], Iterable[Gpu]]) -> None:
        self._gpus = gpus
        self._held: dict[str, _Held] = {}

    @property
    def has_room(self) -> bool:
        """Whether another trial may begin on a GPU: the smallest share has room, and no trial waits."""
        return not self.has_waiting and any(free >= SHARES[0] - TINY for free in self._free().values())

    @property
    def has_waiting(self) -> bool:
        """Whether a trial waits for its place; trials that wait for GPUs that have left do not count."""
        stranded = self.stranded()
        return any(not held.gpus for trial, held in self._held.items() if trial not in stranded)

    @property
    def is_empty(self) -> bool:
        """Whether the pool has no GPU at the moment."""
        return not self._models()

    def stranded(self) -> set[str]:
        """Return the trials that wait for GPUs that have left: of a model, or several of one node."""
        self._settle()
        return {trial for trial, held in self._held.items() if not held.gpus and self._is_gone(held.share)}

    def fitting(self, needed: int, least: float = SHARES[0]) -> GpuShare | None:
        """Return the smallest share with `needed` bytes, of the model with the least memory that suffices.

        Args:
            needed: the bytes.
            least: the smallest share that is useful.

        Returns:
            A share that names no model if the smallest GPUs of the pool suffice; None if no GPU suffices.
        """
        for index, (size, model) in enumerate(self._models()):
            if index > 0 and model is None:
                continue  # Ray cannot select a GPU without a model name
            for share in SHARES:
                if share >= least and needed <= share * size * MOST_OF_A_GPU:
                    return GpuShare(share, None if index == 0 else model)
        return None

    def holding(self, share: GpuShare) -> int:
        """Return how many such shares all present GPUs hold together."""
        fit = sum(share.model in {None, gpu.model} for gpu in self._gpus())
        return fit // share.count * int((1.0 + TINY) / share.of_one)

    def fitting_together(self, needed: Callable[[int], int | None]) -> GpuShare | None:
        """Return the smallest number of whole GPUs of one node that together hold a trial.

        Args:
            needed: returns the bytes that each of a number of GPUs needs; None if unknown.

        Returns:
            GPUs of the smallest model that suffices; None if no node has enough.
        """
        for count in GPU_COUNTS:
            needed_bytes = needed(count)
            for index, (size, model) in enumerate(self._models()):
                share = GpuShare(1.0, None if index == 0 else model, count)
                if needed_bytes is None or (index > 0 and model is None) or self._is_gone(share):
                    continue
                if needed_bytes <= size * MOST_OF_A_GPU:
                    return share
        return None

    def largest(self) -> GpuShare:
        """Return a whole GPU of the model with the most memory."""
        models = self._models()
        return GpuShare(1.0, models[-1][1] if len(models) > 1 else None)

    def take(self, trial: str, share: GpuShare) -> None:
        """Reserve a share for a trial; it waits if there is no room.

        Args:
            trial: identifies the trial until `give_back`.
            share: the share.
        """
        self._held[trial] = _Held(share)
        self._settle()

    def give_back(self, trial: str) -> None:
        """Release the share of `trial`, if it has one."""
        self._held.pop(trial, None)

    def _models(self) -> list[tuple[int, str | None]]:
        """Return the models in the pool, each after the bytes of its smallest GPU, smallest first.

        Ray uses one name for variants of a model with different memory, and has no name for some models.
        """
        sizes: dict[str | None, int] = {}
        for gpu in self._gpus():
            sizes[gpu.model] = min(gpu.bytes, sizes.get(gpu.model, gpu.bytes))
        return sorted(((size, model) for model, size in sizes.items()), key=lambda found: (found[0], found[1] or ""))

    def _is_gone(self, share: GpuShare) -> bool:
        """Return whether no node, even if all were idle, could provide such a share."""
        if share.count == 1 and share.model is None:
            return False  # any GPU suffices, and Ray waits for one
        fit = (gpu for gpu in self._gpus() if share.model in {None, gpu.model})
        counts = Counter(gpu.node for gpu in fit if share.count == 1 or not gpu.is_slice)
        return max(counts.values(), default=0) < share.count

    def _settle(self) -> None:
        """Place the shares that wait, and those whose node has left."""
        present = set(self._numbered())
        for held in self._held.values():
            if not held.gpus or not present.issuperset(held.gpus):
                held.gpus = ()
                held.gpus = self._found(held.share)

    def _found(self, share: GpuShare) -> tuple[tuple[Gpu, int], ...]:
        """Return the fullest GPUs that have room for a share; empty if none have."""
        fit: dict[str, list[tuple[float, Gpu, int]]] = {}
        for (gpu, number), left in self._free().items():
            if left >= share.of_one - TINY and share.model in {None, gpu.model}:
                fit.setdefault(gpu.node, []).append((left, gpu, number))
        nodes = [sorted(gpus, key=lambda candidate: candidate[0]) for gpus in fit.values() if len(gpus) >= share.count]
        best = min(nodes, key=lambda gpus: (gpus[0][0], len(gpus)), default=[])
        return tuple((gpu, number) for _, gpu, number in best[: share.count])

    def _free(self) -> dict[tuple[Gpu, int], float]:
        free = dict.fromkeys(self._numbered(), 1.0)
        for held in self._held.values():
            for gpu in held.gpus:
                if gpu in free:
                    free[gpu] -= held.share.of_one
        return free

    def _numbered(self) -> list[tuple[Gpu, int]]:
        """Return each GPU with a number that tells it from equal ones."""
        counts: dict[Gpu, int] = {}
        numbered = []
        for gpu in self._gpus():
            counts[gpu] = counts.get(gpu, -1) + 1
            numbered.append((gpu, counts[gpu]))
        return numbered
