"""Packs between Tune and the trial manager: who joins, who leaves, and what the end of a worker does to its trials."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from ray import cloudpickle
from ray.exceptions import ObjectLostError, OutOfMemoryError, RayTaskError
from ray.tune.schedulers import TrialScheduler
from ray.tune.search import Searcher

from automl.cluster.gpu.memory_estimator import MemoryEstimator
from automl.cluster.hang_detection import HangDetector
from automl.cluster.local_cluster import Cluster, Slots
from automl.cluster.placement import TrialPlacer
from automl.cluster.tune import scheduler, searcher
from automl.cluster.tune.adapter import TrialFailure
from automl.cluster.tune.crews import Crews
from automl.cluster.tune.scheduler import ManagedScheduler
from automl.cluster.tune.searcher import ManagedSearcher
from automl.cluster.tune.stopper import ManagedStopper
from automl.cluster.tune.trainable import FILES, JOBS, PLACES, REPORTS
from automl.core.events import StopReason
from automl.worker import ForkDied
from search_spaces import pack_shape
from tests.automl.engine.helpers import COST, OF_ONE_STAGE, Bench, ended, evaluated
from trials.errors import CheckpointError
from trials.protocol import MemberReport, TrialEnd, TrialReport, WorkerReports

DONE = evaluated(81, 0.9, TrialEnd.COMPLETED)
LOST = ObjectLostError("00" * 28, None, "")
PRUNED = ended(TrialEnd.ERROR, "stands for any end before the full budget")


class PackedSearch:
    """A search whose worker is a fake: the test says what it reports, and sees what it is told."""

    def __init__(
        self, folder: Path, *, trials: int = 9, pack: int = 3, slots: int = 1, home: str | None = None
    ) -> None:
        self.bench = Bench(folder)
        self.bench.create(space=OF_ONE_STAGE)
        self.manager = self.bench.ledger(trials=trials, space=OF_ONE_STAGE)
        self.failure, self.crews = TrialFailure(), Crews(lambda _: pack)
        cluster = Cluster(Slots(slots, 1.0, 0.0), None, None, lambda: slots)
        placement = TrialPlacer(cluster, MemoryEstimator(256))
        encodings = SimpleNamespace(of=lambda _: None)
        self.searcher = ManagedSearcher(self.manager, self.failure, encodings, placement, self.crews, home)
        self.said: list[str] = []
        self.scheduler = ManagedScheduler(
            self.manager,
            self.failure,
            placement,
            self.crews,
            HangDetector(),
            shares_disk=home is None,
            say=self.said.append,
        )
        self.changes: list[tuple] = []
        self.error = folder / "error"
        self.error.write_text("its node died")

    def start(self, name: str = "pack") -> SimpleNamespace:
        config = self.searcher.suggest(name)
        assert self.failure.error is None
        actor = SimpleNamespace(change=SimpleNamespace(remote=lambda *told: self.changes.append(told)))
        trial = SimpleNamespace(
            trial_id=name,
            config=config,
            status="RUNNING",
            temporary_state=SimpleNamespace(ray_actor=actor),
            pickled_error_file=None,
            error_file=str(self.error),
        )
        self.scheduler.on_trial_add(SimpleNamespace(request_stop_trial=lambda _: None), trial)
        return trial

    def hear(self, trial: SimpleNamespace, *told: tuple[int, TrialReport], most: int | None = None) -> bool:
        """Whether the worker goes on after these reports."""
        reports = WorkerReports(tuple(MemberReport(*each) for each in told), most, "" if most is None else "too large")
        goes_on = self.scheduler.on_trial_result(None, trial, {REPORTS: reports, FILES: ()})
        assert self.failure.error is None
        return goes_on == TrialScheduler.CONTINUE

    def fail(self, trial: SimpleNamespace, error: BaseException | None = None) -> None:
        if error is not None:
            trial.pickled_error_file = str(self.error)
            self.error.write_bytes(cloudpickle.dumps(error))
        self.scheduler.on_trial_error(None, trial)
        assert self.failure.error is None

    def running(self, trial: SimpleNamespace) -> list[int]:
        return sorted(self.crews.of(trial.trial_id).jobs)


@pytest.fixture
def search(tmp_path: Path) -> PackedSearch:
    return PackedSearch(tmp_path)


def numbers(jobs) -> list[int]:
    return [job.number for job in jobs]


def test_a_pack_begins_full_and_takes_one_slot(search):
    trial = search.start()
    assert (numbers(trial.config[JOBS]), trial.config[PLACES]) == ([0, 1, 2], 3)
    assert len({pack_shape(job.point) for job in trial.config[JOBS]}) == 1
    assert search.searcher.suggest("second") is None, "there is one slot"
    assert search.manager.running == 3


def test_a_place_that_becomes_free_is_given_to_a_new_trial_of_the_shape(search):
    trial = search.start()
    assert search.hear(trial, (1, evaluated(1, 0.5)))
    assert search.changes == []
    assert search.hear(trial, (1, PRUNED), (0, evaluated(1, 0.5)))
    (change,) = search.changes
    left, joined, places, files = change
    assert (left, numbers(joined), places, files) == ([1], [3], 3, {})
    assert pack_shape(joined[0].point) == pack_shape(trial.config[JOBS][0].point)
    assert joined[0].device == "cpu"
    assert search.running(trial) == [0, 2, 3]


def test_refills_end_the_pack_shrinks_and_then_its_worker_begins_something_else(search):
    trial = search.start()
    for number in (0, 1, 2):
        assert search.hear(trial, (number, PRUNED))
    assert search.running(trial) == [3, 4, 5]
    assert [numbers(joined) for _, joined, _, _ in search.changes] == [[3], [4], [5]]
    assert search.hear(trial, (3, PRUNED))
    assert search.changes[-1][:3] == ([3], [], 3), "no place is filled any more"
    assert search.hear(trial, (4, DONE))
    assert search.changes[-1][:3] == ([4], [], 2), "half of the places would stay empty"
    assert not search.hear(trial, (5, DONE)), "all have ended"
    assert search.crews.of("pack") is None
    assert numbers(search.start("second").config[JOBS]) == [6, 7, 8]


def test_when_all_members_end_at_once_the_worker_is_free(search):
    trial = search.start()
    assert not search.hear(trial, (0, DONE), (1, DONE), (2, DONE))
    assert search.changes == []


def test_where_the_limit_of_trials_is_reached_places_stay_free(tmp_path):
    search = PackedSearch(tmp_path, trials=4)
    trial = search.start()
    search.hear(trial, (0, DONE), (1, DONE))
    assert search.changes[-1][:3] == ([0, 1], search.changes[-1][1], 3)
    assert search.running(trial) == [2, 3]
    assert search.hear(trial, (3, DONE))
    assert not search.hear(trial, (2, DONE))
    assert search.searcher.suggest("next") == Searcher.FINISHED


def other_shapes(monkeypatch, search, *wanted: int) -> None:
    """Let trials with these numbers get a model of another shape than was asked for."""
    begin = search.manager.begin

    def begun(like=None):
        job = begin(like)
        if like is None or job is None or job.number not in wanted:
            return job
        deeper = replace(job.point.architecture, depth=job.point.architecture.depth + 1)
        return replace(job, point=replace(job.point, architecture=deeper))

    monkeypatch.setattr(search.manager, "begin", begun)


def test_a_mate_that_turns_out_to_have_another_shape_runs_alone_when_there_is_a_slot(search, monkeypatch):
    other_shapes(monkeypatch, search, 2)
    trial = search.start()
    assert numbers(trial.config[JOBS]) == [0, 1]
    assert search.searcher.suggest("early") is None, "the only slot is taken"
    assert search.hear(trial, (0, DONE))
    assert not search.hear(trial, (1, DONE), *[(number, DONE) for number in search.running(trial)])
    alone = search.start("alone")
    assert (numbers(alone.config[JOBS]), alone.config[PLACES]) == ([2], 1)
    assert not search.hear(alone, (2, DONE))


def test_the_only_mate_of_another_shape_does_not_block_the_search(search, monkeypatch):
    other_shapes(monkeypatch, search, 1)
    trial = search.start()
    assert (numbers(trial.config[JOBS]), trial.config[PLACES]) == ([0], 1)
    assert search.searcher.suggest("early") is None
    assert not search.hear(trial, (0, DONE))
    assert numbers(search.start("second").config[JOBS]) == [1]


def test_a_mate_of_another_shape_that_cannot_join_is_put_back_and_loses_nothing(search, monkeypatch):
    trial = search.start()
    other_shapes(monkeypatch, search, 3)
    assert search.hear(trial, (0, DONE))
    assert search.changes[-1][:2] == ([0], [])
    assert search.bench.ends()[3] == TrialEnd.PREEMPTED
    assert search.hear(trial, (1, DONE))
    assert search.changes[-1][1] == [], "such a space is not asked again for this pack"
    assert not search.hear(trial, (2, DONE))
    again = search.start("second")
    assert numbers(again.config[JOBS])[0] == 3
    assert search.manager.may_share(3), "it was not its fault"


def test_members_that_had_to_go_for_memory_are_requeued_and_later_packs_are_smaller(tmp_path):
    search = PackedSearch(tmp_path, pack=4, trials=12)
    trial = search.start()
    preempted = ended(TrialEnd.PREEMPTED, "too large")
    assert search.hear(trial, (2, preempted), (3, preempted), most=2)
    assert search.changes[-1][:3] == ([2, 3], [], 2)
    assert [search.bench.ends()[number] for number in (2, 3)] == [TrialEnd.PREEMPTED] * 2
    assert search.hear(trial, (0, evaluated(1, 0.5)), most=2)
    assert search.said == ["Packs of 2 at most from now on for such models: too large"], "once"
    assert not search.hear(trial, (0, DONE), (1, DONE), most=2)
    assert numbers(search.start("second").config[JOBS]) == [2, 3]


def test_models_that_cannot_be_one_program_run_alone(search):
    trial = search.start()
    preempted = ended(TrialEnd.PREEMPTED, "too large")
    assert not search.hear(trial, *[(number, preempted) for number in range(3)], most=1)
    again = search.start("second")
    assert (numbers(again.config[JOBS]), again.config[PLACES]) == ([0], 1)


@pytest.mark.parametrize(
    "error",
    [
        None,
        RayTaskError("step", "", ForkDied("killed")),
        RayTaskError("step", "", ObjectLostError("00" * 28, None, "")),
    ],
    ids=["its node died", "its process died", "files were lost"],
)
def test_the_members_of_a_worker_that_dies_go_on_under_their_numbers(search, error):
    trial = search.start()
    for number in (0, 1):
        search.bench.save_model(number)
        search.hear(trial, (number, evaluated(9, 0.5)))
    search.fail(trial, error)
    assert search.bench.ends() == dict.fromkeys(range(3), TrialEnd.PREEMPTED)
    again = search.start("second")
    assert numbers(again.config[JOBS]) == [0, 1, 2]
    assert [job.told for job in again.config[JOBS]] == [9, 9, 0]


def test_who_loses_workers_again_and_again_runs_alone_and_takes_no_other_with_it(search):
    for time in ("first", "second"):
        trial = search.start(time)
        assert numbers(trial.config[JOBS]) == [0, 1, 2]
        search.fail(trial)
    alone = search.start("third")
    assert (numbers(alone.config[JOBS]), alone.config[PLACES]) == ([0], 1)
    search.fail(alone)
    assert search.bench.ends()[0] == TrialEnd.ERROR
    assert numbers(search.start("fourth").config[JOBS]) == [1]


@pytest.mark.parametrize(("pack", "end"), [(3, TrialEnd.PREEMPTED), (1, TrialEnd.ERROR)])
def test_an_error_that_may_be_of_any_member_ends_none_of_them(tmp_path, pack, end):
    search = PackedSearch(tmp_path, pack=pack)
    search.fail(search.start(), RayTaskError("step", "", RuntimeError("vmap failed")))
    assert search.bench.ends() == dict.fromkeys(range(pack), end)


def test_a_pack_that_was_killed_for_memory_comes_back_smaller_and_only_then_batches_are_split(tmp_path):
    search, found = PackedSearch(tmp_path, pack=4), []
    for time in ("first", "second", "third", "fourth"):
        trial = search.start(time)
        found.append([(job.number, job.batch_parts) for job in trial.config[JOBS]])
        search.fail(trial, OutOfMemoryError("node running low on memory"))
    assert found == [[(0, 1), (1, 1), (2, 1), (3, 1)], [(0, 1), (1, 1)], [(0, 1)], [(0, 2)]]
    assert len(search.said) == 2


def test_a_disk_that_rejects_files_stops_the_search_and_requeues_all_members(search):
    search.fail(search.start(), RayTaskError("step", "", CheckpointError("no space left")))
    assert search.manager.over
    assert search.bench.ends() == dict.fromkeys(range(3), TrialEnd.PREEMPTED)
    assert search.manager.trouble == "no space left"


def test_the_end_of_the_search_requeues_all_members_and_fills_no_place(search, monkeypatch):
    killed = []
    monkeypatch.setattr(scheduler.ray, "kill", killed.append)
    trial = search.start()
    search.hear(trial, (0, evaluated(9, 0.5)))
    search.manager.stop(StopReason.INTERRUPTED)
    assert search.hear(trial, (1, DONE)), "the stopper ends the others"
    assert search.changes == []
    assert ManagedStopper(search.manager, search.failure, search.scheduler).stop_all()
    assert killed == [trial.temporary_state.ray_actor]
    assert search.bench.ends() == {0: TrialEnd.PREEMPTED, 1: TrialEnd.COMPLETED, 2: TrialEnd.PREEMPTED}


def test_a_member_that_begins_again_elsewhere_leaves_its_first_worker(tmp_path):
    search = PackedSearch(tmp_path, slots=2, trials=3)
    trial = search.start()
    search.manager.lose(1, "another driver had it for a while")
    second = search.start("second")
    assert numbers(second.config[JOBS]) == [1]
    assert search.running(trial) == [0, 2]
    assert search.hear(trial, (1, DONE), (0, evaluated(1, 0.5)))
    assert search.changes[-1][:3] == ([1], [], 3), "its report does not count, and its place is not used twice"
    assert search.bench.ends()[1] is None
    assert search.hear(second, (1, evaluated(1, 0.5)))


def test_a_member_that_begins_again_in_its_own_pack_leaves_it_first(tmp_path):
    search = PackedSearch(tmp_path, trials=3)
    trial = search.start()
    search.manager.lose(2, "another driver had it for a while")
    assert search.hear(trial, (0, DONE))
    left, joined = search.changes[-1][:2]
    assert (sorted(left), numbers(joined)) == ([0, 2], [2])
    assert sorted(search.running(trial)) == [1, 2]


def test_members_of_whose_end_nobody_has_told_are_requeued(search):
    trial = search.start()
    search.scheduler.on_trial_complete(None, trial, {REPORTS: WorkerReports(()), FILES: ()})
    assert set(search.bench.ends().values()) == {TrialEnd.PREEMPTED}


def test_members_on_nodes_with_disks_of_their_own_come_with_their_files(tmp_path, monkeypatch):
    for module in (scheduler, searcher):
        monkeypatch.setattr(module, "sent", lambda job: f"files of {job.number}")
    search = PackedSearch(tmp_path, home="driver")
    trial = search.start()
    assert trial.config[FILES] == {number: f"files of {number}" for number in range(3)}
    search.hear(trial, (2, DONE))
    assert search.changes[-1][3] == {3: "files of 3"}


def test_a_trial_whose_files_were_lost_joins_its_pack_again(search):
    trial = search.start()

    class Lost:
        def get(self):
            raise LOST

    reports = WorkerReports((MemberReport(1, evaluated(9, 0.5)),))
    search.scheduler.on_trial_result(None, trial, {REPORTS: reports, FILES: ((1, Lost()),)})
    left, joined, _, _ = search.changes[-1]
    assert (left, numbers(joined)) == ([1], [1])
    assert search.running(trial) == [0, 1, 2]


def test_a_trial_alone_needs_no_change(tmp_path):
    search = PackedSearch(tmp_path, pack=1)
    trial = search.start()
    assert (numbers(trial.config[JOBS]), trial.config[PLACES]) == ([0], 1)
    assert not search.hear(trial, (0, DONE))
    assert search.changes == []


def test_the_peak_of_a_pack_teaches_nothing_about_a_trial_alone(search):
    trial = search.start()
    shared = replace(COST, members=3, peak_memory_bytes=10**12)
    assert search.hear(trial, (0, replace(evaluated(1, 0.5), cost=shared)))
    assert search.searcher._placement._peaks == {}


def test_a_mate_that_was_requeued_while_it_waited_for_a_slot_begins_again_before_it_runs(search, monkeypatch):
    other_shapes(monkeypatch, search, 2)
    trial = search.start()
    search.manager.end(2, TrialEnd.PREEMPTED, "the best trials are confirmed")
    assert not search.hear(trial, (0, DONE), (1, DONE))
    search.start("next")
    assert search.manager.runs(2)
