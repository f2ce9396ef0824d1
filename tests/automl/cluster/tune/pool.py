"""A study with one trial, and what Ray Tune calls about it."""

from pathlib import Path
from types import SimpleNamespace

from ray.exceptions import ObjectLostError
from ray.tune.schedulers import TrialScheduler
from ray.tune.utils import flatten_dict

from automl.cluster.gpu.allocator import Gpu
from automl.cluster.gpu.memory_estimator import MemoryEstimator
from automl.cluster.hang_detection import HangDetector
from automl.cluster.local_cluster import Cluster, Slots
from automl.cluster.placement import TrialPlacer
from automl.cluster.tune.adapter import TrialFailure
from automl.cluster.tune.crews import Crews
from automl.cluster.tune.scheduler import ManagedScheduler
from automl.cluster.tune.searcher import ManagedSearcher
from automl.cluster.tune.trainable import FILES, JOBS, PLACES, REPORTS
from tests.automl.engine.helpers import Bench, evaluated
from trials.protocol import MemberReport, TrialReport, WorkerReports


def told(number: int, report: TrialReport) -> WorkerReports:
    return WorkerReports((MemberReport(number, report),))


class Lost:
    """A trial's files, on a node that died."""

    def get(self):
        raise ObjectLostError("00" * 28, None, "")


class Pool:
    """A study with one trial, and Tune's calls about it."""

    def __init__(
        self, folder: Path, url: str | None = None, gpus: list[Gpu] | None = None, folds: int | None = None
    ) -> None:
        self.bench = Bench(folder, url)
        self.stopped: list[object] = []
        self.bench.create()
        self.ledger = self.bench.ledger(trials=1, folds=folds)
        self.mishap = TrialFailure()
        shared = None if gpus is None else lambda: gpus
        cluster = Cluster(Slots(1, 1.0, 0.0), None, None, lambda: 1, gpus=shared)
        self.memory = MemoryEstimator(256)
        placement = self.placement = TrialPlacer(cluster, self.memory)
        self.crews = Crews()
        encodings = SimpleNamespace(of=lambda _: None)
        self.searcher = ManagedSearcher(self.ledger, self.mishap, encodings, placement, self.crews, None)
        self.scheduler = ManagedScheduler(self.ledger, self.mishap, placement, self.crews, HangDetector())
        self.error = folder / "error.txt"
        self.error.write_text("its node died")

    @property
    def tune(self) -> SimpleNamespace:
        return SimpleNamespace(request_stop_trial=self.stopped.append)

    def begin(self, name: str) -> SimpleNamespace:
        state = SimpleNamespace(ray_actor=None)
        places = {"pickled_error_file": None, "error_file": str(self.error)}
        job = self.ledger.begin()
        trial = SimpleNamespace(
            trial_id=name, config={JOBS: (job,), PLACES: 1}, status="RUNNING", temporary_state=state, **places
        )
        self.crews.add(name, [job], 1)
        self.scheduler.on_trial_add(self.tune, trial)
        return trial

    def hear(self, trial: SimpleNamespace, step: int, luggage: Lost | None = None) -> tuple[dict, bool]:
        files = () if luggage is None else ((0, luggage),)
        result = flatten_dict({REPORTS: told(0, evaluated(step, step / 100)), FILES: files})  # as Tune does
        goes_on = self.scheduler.on_trial_result(None, trial, result) == TrialScheduler.CONTINUE
        assert self.mishap.error is None
        return result, goes_on

    @property
    def steps(self) -> list[int]:
        (trial,) = self.bench.store.study(self.ledger.study).record().trials
        return [evaluation.step for evaluation in trial.evaluations]
