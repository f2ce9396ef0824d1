"""What Ray Tune is given to run."""

import pytest

from automl.cluster.gpu.allocator import Gpu
from automl.cluster.tune.trainable import JOBS, RESOURCES
from tests.automl.cluster.tune.pool import Pool
from tests.automl.storage.studies import elsewhere
from trials.protocol import TrialEnd


@pytest.fixture
def pool(tmp_path):
    return Pool(tmp_path)


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


def test_a_trial_of_a_driver_that_ended_goes_on_though_nothing_else_runs(tmp_path, postgres_url, monkeypatch):
    pool = Pool(tmp_path, postgres_url)
    monkeypatch.setattr("automl.engine.trial_manager.SECONDS_BETWEEN_ROUNDS", 0.0)
    with pool.bench.store.study(pool.ledger.study).join(pool.bench.folder, process=elsewhere()) as other:
        number = pool.ledger._queue._study.ask().number
        other.claim(number)
        assert pool.searcher.suggest("waits") is None
        other.leave()
        assert pool.searcher.suggest("goes on")[JOBS][0].number == number
    assert pool.mishap.error is None
