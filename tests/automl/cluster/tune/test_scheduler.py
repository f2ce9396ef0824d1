"""Which of Tune's trials speaks for a trial of the study, when its worker was lost and it began anew."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from automl.cluster.gpu.allocator import Gpu
from automl.cluster.gpu.memory_estimator import MemoryEstimator
from automl.cluster.tune import scheduler
from automl.cluster.tune.trainable import FILES, JOBS, REPORTS, RESOURCES
from search_spaces import Defaults
from tests.automl.cluster.tune.pool import Lost, Pool, told
from tests.automl.engine.helpers import ENCODER, evaluated
from trials.protocol import TrialEnd


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


def test_a_worker_whose_trial_was_requeued_is_killed_and_its_slot_is_taken_until_then(pool, monkeypatch):
    clock, killed = SimpleNamespace(now=0.0), []
    monkeypatch.setattr(scheduler, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(scheduler.ray, "kill", killed.append)
    trial = pool.begin("first")
    trial.temporary_state.ray_actor = "its worker"
    pool.scheduler.end_what_idles()
    pool.ledger.end(0, TrialEnd.PREEMPTED, "the best trials are confirmed")
    pool.scheduler.end_what_idles()
    assert pool.searcher.suggest("early") is None and killed == []
    clock.now += scheduler.IDLE_SECONDS
    pool.scheduler.end_what_idles()
    assert killed == ["its worker"]
    assert pool.searcher.suggest("next")[JOBS][0].number == 0 and pool.mishap.error is None


def test_a_requeued_trial_whose_worker_has_not_started_is_stopped(pool, monkeypatch):
    monkeypatch.setattr(scheduler, "IDLE_SECONDS", 0.0)
    trial = pool.begin("first")
    trial.status = "PENDING"
    pool.ledger.end(0, TrialEnd.PREEMPTED, "the best trials are confirmed")
    pool.scheduler.end_what_idles()
    assert pool.stopped == [trial]
