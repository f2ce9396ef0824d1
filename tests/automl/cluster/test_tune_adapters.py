"""Which of Tune's trials speaks for a trial of the study, when its worker was lost and it began anew."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from ray.exceptions import ObjectLostError
from ray.tune.schedulers import TrialScheduler
from ray.tune.utils import flatten_dict

from automl.cluster.crews import Crews
from automl.cluster.gpu.allocator import Gpu
from automl.cluster.gpu.memory_estimator import MemoryEstimator
from automl.cluster.hang_detection import HangDetector
from automl.cluster.local_cluster import Cluster, Slots
from automl.cluster.placement import TrialPlacer
from automl.cluster.trainable import FILES, JOBS, PLACES, REPORTS, RESOURCES
from automl.cluster.tune_adapters import ManagedScheduler, ManagedSearcher, TrialFailure
from search_spaces import Defaults
from tests.automl.engine.helpers import ENCODER, Bench, evaluated
from tests.automl.storage.studies import elsewhere
from trials.protocol import MemberReport, TrialEnd, TrialReport, WorkerReports


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


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(tmp_path)


def test_a_result_that_is_handed_over_again_does_not_count_for_the_try_after_it(pool):
    first = pool.begin("first")
    result, goes_on = pool.hear(first, 9, Lost())
    assert not goes_on, "its files are lost with their node"
    second = pool.begin("second")
    pool.scheduler.on_trial_complete(None, first, result)  # Tune stops the first only now
    assert pool.ledger.running == 1, "the second was not lost, so no third may begin beside it"
    assert pool.ledger.begin() is None
    _, goes_on = pool.hear(second, 9)
    assert goes_on
    assert pool.steps == [9]


def test_a_try_that_was_followed_by_another_is_not_heard_any_more(pool):
    first = pool.begin("first")
    pool.ledger.lose(0, "nobody heard of it for long")
    second = pool.begin("second")
    _, goes_on = pool.hear(first, 27)
    assert not goes_on
    pool.scheduler.on_trial_error(None, first)
    assert pool.ledger.running == 1
    assert pool.hear(second, 1)[1]
    assert pool.steps == [1]


def test_a_trial_that_was_given_no_gpu_uses_none(pool):
    """Ray hides none from it, and torch would take the first one."""
    assert pool.searcher.suggest("first")[JOBS][0].device == "cpu"


def test_what_no_gpu_holds_ends_out_of_memory_one_trial_at_a_time(tmp_path):
    pool = Pool(tmp_path, gpus=[Gpu("a", None, 10**6)])
    assert pool.searcher.suggest("first") is None
    assert pool.bench.ends() == {0: TrialEnd.OUT_OF_MEMORY}
    assert "no GPU of the pool has as much" in pool.bench.events[-1].cause


@pytest.mark.parametrize(("folds", "processes"), [(None, 2), (3, None)])
def test_several_gpus_train_what_one_cannot_hold_but_not_by_folds(tmp_path, monkeypatch, folds, processes):
    pool = Pool(tmp_path, gpus=[Gpu("a", None, 10**9)] * 2, folds=folds)
    monkeypatch.setattr(pool.memory, "needed", lambda point, parts: 2 * 10**9)
    monkeypatch.setattr(pool.memory, "needed_in_shards", lambda point, count: 9 * 10**8)
    given = pool.searcher.suggest("try")
    assert pool.mishap.error is None
    if processes is None:
        assert pool.bench.ends() == {0: TrialEnd.OUT_OF_MEMORY}
    else:
        assert (given[JOBS][0].processes, given[JOBS][0].sharded, given[RESOURCES]["GPU"]) == (processes, True, 2.0)


def test_a_trial_that_waits_for_a_model_that_has_left_is_placed_anew(tmp_path):
    gpus = [Gpu("a", "T4", 10**9), Gpu("b", "A100", 10**11)]
    pool = Pool(tmp_path, gpus=gpus)
    config = pool.searcher.suggest("first")
    assert "accelerator_type:A100" in config[RESOURCES]
    waits = SimpleNamespace(trial_id="first", config=config, status="PENDING")
    pool.scheduler.on_trial_add(pool.tune, waits)
    pool.scheduler.end_what_hangs()
    assert pool.stopped == []
    gpus[:] = [Gpu("a", "T4", 10**10)]
    pool.scheduler.end_what_hangs()
    assert pool.stopped == [waits]
    assert pool.bench.ends() == {0: TrialEnd.PREEMPTED}
    assert "accelerator_type:A100" not in pool.searcher.suggest("second")[RESOURCES]


def test_a_trial_that_completes_gives_its_gpu_back_and_its_last_peak_is_learnt(tmp_path):
    tight = round(1.2 * MemoryEstimator(256).needed(ENCODER.ask(Defaults())))
    pool = Pool(tmp_path, gpus=[Gpu("a", None, tight)])
    config = pool.searcher.suggest("first")
    assert config[RESOURCES]["GPU"] == 1.0
    trial = SimpleNamespace(trial_id="first", config=config, status="RUNNING")
    pool.scheduler.on_trial_add(pool.tune, trial)
    assert not pool.placement.has_room(0)
    before = pool.memory.needed(config[JOBS][0].point)
    result = {REPORTS: told(0, evaluated(81, 0.9, TrialEnd.COMPLETED)), FILES: ()}
    pool.scheduler.on_trial_complete(None, trial, result)
    assert pool.placement.has_room(0)
    assert pool.memory.needed(config[JOBS][0].point) < before


def test_a_lost_worker_is_told_once_and_the_trial_goes_on(pool):
    trial = pool.begin("first")
    assert pool.hear(trial, 9)[1]
    pool.scheduler.on_trial_error(None, trial)
    assert pool.bench.ends() == {0: TrialEnd.PREEMPTED}
    assert pool.begin("second").config[JOBS][0].number == 0


def test_a_last_report_comes_when_the_trial_has_ended(pool):
    trial = pool.begin("first")
    result = {REPORTS: told(0, evaluated(81, 0.9, TrialEnd.COMPLETED)), FILES: ()}
    pool.scheduler.on_trial_complete(None, trial, result)
    assert pool.bench.ends() == {0: TrialEnd.COMPLETED}


def test_a_trial_of_a_driver_that_ended_goes_on_though_nothing_else_runs(tmp_path, postgres_url, monkeypatch):
    pool = Pool(tmp_path, postgres_url)
    monkeypatch.setattr("automl.engine.trial_manager.SECONDS_BETWEEN_ROUNDS", 0.0)
    with pool.bench.store.study(pool.ledger.study).join(pool.bench.folder, process=elsewhere()) as other:
        number = pool.ledger._study.ask().number
        other.claim(number)
        assert pool.searcher.suggest("waits") is None
        other.leave()
        assert pool.searcher.suggest("goes on")[JOBS][0].number == number
    assert pool.mishap.error is None
