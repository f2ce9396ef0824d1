"""What of the cluster each trial gets, and whether there is room for another one."""

from dataclasses import dataclass

from automl.cluster.gpu import GpuAllocator, GpuShare, MemoryEstimator
from automl.cluster.local_cluster import Cluster
from automl.cluster.resource_request import MODEL_MARK
from search_spaces import AnyPoint, Linear, Point, Probe
from trials.hardware import CONTEXT_BYTES
from trials.protocol import Cost, TrialJob

TOUCH = 0.001
"""Of the resource by which Ray marks nodes with a model of GPU: it has 1 of it, and it is a mark only."""

MOST_PARTS = 64
"""In how many parts a probe may look at a batch of texts, of which its features are computed once."""


@dataclass(frozen=True)
class TrialResources:
    """What a trial gets: resources as Ray counts them, and the share of a GPU's memory that it may take.

    It computes its batches in `parts`, and is trained by so many `processes`, one for each GPU of its own. Where
    none of them can hold its model it is `sharded`.
    """

    resources: dict[str, float]
    memory_share: float | None = None
    parts: int = 1
    processes: int = 1
    sharded: bool = False


class UnplaceableTrial(Exception):
    """No device of the cluster can hold a trial. Where there is none at all any more, it is `for_now` only."""

    def __init__(self, cause: str, *, for_now: bool = False) -> None:
        super().__init__(cause)
        self.for_now = for_now


class TrialPlacer:
    """Shares the cluster out among trials: cores, and GPUs where there are any.

    Where GPUs are to be shared, each trial gets as much of one as its memory needs. Else all get the same.
    """

    def __init__(self, cluster: Cluster, memory: MemoryEstimator) -> None:
        self._slots = cluster.slots
        self._capacity = cluster.capacity
        self._memory = memory
        self._model = cluster.gpu_model
        self._pool = None if cluster.gpus is None else GpuAllocator(cluster.gpus)
        self._peaks: dict[str, tuple[Point | Probe, int, int]] = {}

    def has_room(self, running: int) -> bool:
        """Whether another trial may begin beside those `running`."""
        if self._pool is not None and not self._pool.has_room:
            return False
        return running < self._capacity()

    def place(self, trial: str, point: AnyPoint, parts: int = 1, *, in_steps: bool = True) -> TrialResources:
        """What a trial gets, which is its own until `leave`. Its batches come in `parts` parts or more.

        `trial` names this try of it: another one may begin before the last is known to be over. One that is trained
        `in_steps`, as it is where there are no folds, may be trained by several GPUs if none can hold its model.

        Raises:
            NoPlace: no GPU can hold it, be it one text at a time.
        """
        if self._pool is None:
            gpus = self._slots.gpus
            return TrialResources(self._resources(gpus, self._model), parts=parts, processes=max(1, int(gpus)))
        if isinstance(point, Linear):
            return TrialResources(self._resources(0.0, None))
        share, parts = self._share(self._pool, point, parts, in_steps=in_steps)
        self._pool.take(trial, share)
        resources = self._resources(share.of_one * share.count, share.model or self._model)
        return TrialResources(resources, share.of_one, parts, share.count, sharded=share.count > 1)

    def leave(self, trial: str) -> None:
        """A trial has ended, or lost its worker. What it has needed tells about the next ones."""
        if self._pool is not None:
            self._pool.give_back(trial)
        if (peak := self._peaks.pop(trial, None)) is not None:
            self._memory.learn(*peak)

    def stranded(self) -> set[str]:
        """The trials that wait for GPUs that have left the cluster, and are to be placed anew."""
        return set() if self._pool is None else self._pool.stranded()

    def note(self, trial: str, job: TrialJob, cost: Cost) -> None:
        """Notes what a trial has needed so far, unless that is of an earlier try, or of larger parts."""
        point = job.point
        if self._pool is None or isinstance(point, Linear) or job.told or job.processes > 1:
            return
        if cost.batch_parts != job.batch_parts:
            return
        self._peaks[trial] = point, cost.batch_parts, cost.peak_memory_bytes

    def _share(self, pool: GpuAllocator, point: Point | Probe, parts: int, *, in_steps: bool) -> tuple[GpuShare, int]:
        """The smallest share that holds the trial with its batches in as few parts as can be.

        Where no GPU does, several share its model; in how many parts their batches come the trial finds out itself.
        """
        if pool.is_empty:
            raise UnplaceableTrial("there is no GPU at the moment", for_now=True)
        given, texts = parts, MOST_PARTS if isinstance(point, Probe) else point.training.batch_size
        while (needed := self._memory.needed(point, parts)) is not None:
            if (share := pool.fitting(needed)) is not None:
                return share, parts
            if parts >= texts:
                if in_steps and isinstance(point, Point) and (share := self._together(pool, point)) is not None:
                    return share, given
                gigabytes = needed / 1e9
                raise UnplaceableTrial(
                    f"it must fit a GPU, but is expected to need {gigabytes:.1f} GB with the smallest batches "
                    f"({CONTEXT_BYTES / 1e9:.1f} of them for CUDA), and no GPU of the pool has as much, "
                    "nor can several of one node share it"
                )
            parts = min(2 * parts, texts)
        return pool.largest(), parts

    def _together(self, pool: GpuAllocator, point: Point) -> GpuShare | None:
        """GPUs of one node that hold the trial's model in shards; a self-supervised stage must fit one of them."""
        if point.pretraining is not None:
            return None
        return pool.fitting_together(lambda count: self._memory.needed_in_shards(point, count))

    def _resources(self, gpus: float, model: str | None) -> dict[str, float]:
        resources = {"CPU": self._slots.cpus, "GPU": gpus}
        return {**resources, f"{MODEL_MARK}{model}": TOUCH} if model and gpus else resources
