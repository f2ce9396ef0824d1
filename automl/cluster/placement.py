"""Assigns resources of the cluster to trials, and decides whether another trial fits."""

from dataclasses import dataclass

from automl.cluster.gpu import SHARES, GpuAllocator, GpuShare, MemoryEstimator
from automl.cluster.local_cluster import Cluster
from automl.cluster.resource_request import MODEL_MARK
from automl.core import is_pretrained
from search_spaces import AnyPoint, Linear, Point, PretrainedText, Probe
from trials.hardware import CONTEXT_BYTES
from trials.protocol import TrialJob, TrialReport

TOUCH = 0.001
"""Amount that a trial takes of the resource that marks a model of GPU; a node has 1 of it, as a mark only."""

LEAST_OF_PRETRAINED = 0.125
"""Least share of a GPU for a trial that trains a pretrained encoder.

Such a trial keeps a GPU so busy that more of them at a time would only take longer, each for itself.
"""

LEAST_OF_A_PACK = 0.5
"""Least share of a GPU for a pack. Two at a time keep it busy while one of them evaluates and writes its models."""

MOST_PARTS = 64
"""Largest number of parts into which a probe, which computes features once, may split a batch of texts."""


@dataclass(frozen=True)
class TrialResources:
    """The resources of a trial.

    Attributes:
        resources: amounts by resource, as Ray counts them.
        memory_share: share of a GPU's memory that the trial may use; None for no limit.
        parts: parts into which each batch is split.
        processes: processes that train the model, one for each of its GPUs.
        sharded: whether the model is sharded over the GPUs, because no single one can hold it.
    """

    resources: dict[str, float]
    memory_share: float | None = None
    parts: int = 1
    processes: int = 1
    sharded: bool = False


class UnplaceableTrial(Exception):
    """No device of the cluster can hold a trial.

    Args:
        cause: the reason, for the user.
        for_now: whether this may change, because the cluster has no GPU at the moment.
    """

    def __init__(self, cause: str, *, for_now: bool = False) -> None:
        super().__init__(cause)
        self.for_now = for_now


def trials_at_once(cluster: Cluster, memory: MemoryEstimator, point: AnyPoint) -> int:
    """Return how many trials like `point` can run at the same time: as many as memory of GPUs and cores allow.

    Args:
        cluster: the running Ray.
        memory: predicts the memory of a trial.
        point: the point of such a trial.
    """
    if cluster.gpus is None or isinstance(point, Linear):
        return cluster.slots.count
    pool, needed = GpuAllocator(cluster.gpus), memory.needed(point)
    share = (None if needed is None else pool.fitting(needed, _least(point))) or pool.largest()
    return max(1, min(cluster.slots.count, pool.holding(share)))


class TrialPlacer:
    """Assigns cores and GPUs of the cluster to trials.

    If trials share GPUs, each gets as much of one as its memory needs. Otherwise all get the same. Linear models, and
    probes whose features are cached, then run on cores beside the trials on GPUs. Once there has been such a trial, the
    next one begins although all GPUs are taken; if it needs one after all, it waits, and none begins before it.

    Args:
        cluster: the running Ray.
        memory: predicts the memory of a trial.
    """

    def __init__(self, cluster: Cluster, memory: MemoryEstimator) -> None:
        self._slots = cluster.slots
        self._capacity = cluster.capacity
        self._memory = memory
        self._model = cluster.gpu_model
        self._pool = None if cluster.gpus is None else GpuAllocator(cluster.gpus)
        self._peaks: dict[str, tuple[Point | Probe, int, int]] = {}
        self._shares_cache = cluster.home is None
        self._with_features: set[PretrainedText] = set()
        self._some_need_no_gpu = False
        self._running = 0

    def has_room(self, running: int) -> bool:
        """Return whether another trial may begin while `running` trials run."""
        self._running = running
        if running >= self._capacity():
            return False
        if self._pool is None or self._pool.has_room:
            return True
        return self._some_need_no_gpu and not self._pool.is_empty and not self._pool.has_waiting

    def is_taken(self, point: AnyPoint) -> bool:
        """Return whether what a trial of `point` needs is taken: all GPUs, or all cores but one, while a GPU is free.

        It is about the moment at which `has_room` was asked last.
        """
        if self._pool is None:
            return False
        if isinstance(point, Linear) or self._has_features(point):
            return self._pool.has_room and self._running + 1 >= self._capacity()
        return not self._pool.has_room

    def places_for(self, point: AnyPoint, wanted: int) -> int:
        """Return how many members a pack of such trials can have, at most `wanted`; 1 if there cannot be a pack."""
        if self._pool is None:
            return wanted if self._slots.gpus <= 1 else 1
        if wanted == 1 or not isinstance(point, Point):
            return 1
        while wanted > 1 and not self._fits(self._pool, point, wanted):
            wanted //= 2
        return wanted

    def place(
        self, trial: str, point: AnyPoint, parts: int = 1, *, in_steps: bool = True, members: int = 1
    ) -> TrialResources:
        """Reserve resources for a trial, or for a pack of such trials, until `leave`.

        Args:
            trial: identifies this attempt of the trial; the next attempt may begin before this one is known to be over.
            point: the point of the trial.
            parts: least number of parts into which each batch is split.
            in_steps: whether the trial is not cross-validated, so several GPUs may train it if none can hold its model.
            members: number of trials of a pack, at most what `places_for` returns; 1 for a trial alone.

        Raises:
            UnplaceableTrial: no GPU can hold the trial, even with one text at a time, or there is no GPU now.
        """
        if self._pool is None:
            gpus = self._slots.gpus
            return TrialResources(self._resources(gpus, self._model), parts=parts, processes=max(1, int(gpus)))
        if isinstance(point, Linear) or self._has_features(point):
            self._some_need_no_gpu = True
            return TrialResources(self._resources(0.0, None), parts=parts)
        pack = self._pack_share(self._pool, point, members) if members > 1 and isinstance(point, Point) else None
        if pack is not None:
            share = pack
        else:
            share, parts = self._share(self._pool, point, parts, in_steps=in_steps)
        self._pool.take(trial, share)
        resources = self._resources(share.of_one * share.count, share.model or self._model)
        return TrialResources(resources, share.of_one, parts, share.count, sharded=share.count > 1)

    def leave(self, trial: str) -> None:
        """Release the resources of `trial`; the memory estimate learns from its peak."""
        if self._pool is not None:
            self._pool.give_back(trial)
        if (peak := self._peaks.pop(trial, None)) is not None:
            self._memory.learn(*peak)

    def stranded(self) -> set[str]:
        """Return the trials that wait for GPUs that have left the cluster, and must be placed again."""
        return set() if self._pool is None else self._pool.stranded()

    def note(self, trial: str, job: TrialJob, report: TrialReport) -> None:
        """Note what a trial shows: that all features of a probe are cached, and the peak of GPU memory.

        A peak does not count if it includes an earlier attempt or another number of parts.

        Args:
            trial: identifies this attempt of the trial.
            job: its job.
            report: its report.
        """
        point, cost = job.point, report.cost
        if self._pool is None or isinstance(point, Linear):
            return
        is_of_all = report.evaluation is not None and report.evaluation.sample_rows is None
        if isinstance(point, Probe) and cost.shared_seconds > 0 and is_of_all:
            self._with_features.add(point.text)
        if job.device == "cpu" or job.told or job.processes > 1:
            return
        if cost.batch_parts != job.batch_parts or cost.members > 1:
            return
        self._peaks[trial] = point, cost.batch_parts, cost.peak_memory_bytes

    def _fits(self, pool: GpuAllocator, point: Point, members: int) -> bool:
        return self._pack_share(pool, point, members) is not None

    def _pack_share(self, pool: GpuAllocator, point: Point, members: int) -> GpuShare | None:
        """Return the share for a pack; None if no GPU can hold it, or the need is unknown."""
        alone = self._memory.needed(point)
        if alone is None:
            return None
        return pool.fitting(members * (alone - CONTEXT_BYTES) + CONTEXT_BYTES, LEAST_OF_A_PACK)

    def _has_features(self, point: Point | Probe) -> bool:
        """Return whether `point` is a probe whose features are cached where its trial will run."""
        return isinstance(point, Probe) and self._shares_cache and point.text in self._with_features

    def _share(self, pool: GpuAllocator, point: Point | Probe, parts: int, *, in_steps: bool) -> tuple[GpuShare, int]:
        """Return the smallest share that holds the trial, with batches in as few parts as possible, and the parts.

        If no single GPU suffices, several GPUs share the model; the trial then determines the number of parts itself.
        """
        if pool.is_empty:
            raise UnplaceableTrial("there is no GPU at the moment", for_now=True)
        given, texts = parts, MOST_PARTS if isinstance(point, Probe) else point.training.batch_size
        while (needed := self._memory.needed(point, parts)) is not None:
            if (share := pool.fitting(needed, _least(point))) is not None:
                return share, parts
            if parts >= texts:
                if in_steps and isinstance(point, Point) and (share := self._several_gpus(pool, point)) is not None:
                    return share, given
                gigabytes = needed / 1e9
                raise UnplaceableTrial(
                    f"it must fit a GPU, but is expected to need {gigabytes:.1f} GB with the smallest batches "
                    f"({CONTEXT_BYTES / 1e9:.1f} of them for CUDA), and no GPU of the pool has as much, "
                    "nor can several of one node share it"
                )
            parts = min(2 * parts, texts)
        return pool.largest(), parts

    def _several_gpus(self, pool: GpuAllocator, point: Point) -> GpuShare | None:
        """Return GPUs of one node that hold the model in shards; None if a self-supervised stage needs one GPU."""
        if point.pretraining is not None:
            return None
        return pool.fitting_together(lambda count: self._memory.needed_in_shards(point, count))

    def _resources(self, gpus: float, model: str | None) -> dict[str, float]:
        resources = {"CPU": self._slots.cpus, "GPU": gpus}
        return {**resources, f"{MODEL_MARK}{model}": TOUCH} if model and gpus else resources


def _least(point: Point | Probe) -> float:
    """Return the least share of a GPU for a trial of `point`."""
    return LEAST_OF_PRETRAINED if is_pretrained(point) else SHARES[0]
