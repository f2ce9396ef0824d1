from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.events import StopReason
from automl.engine.trial_queue import FEW_LOSSES
from automl.storage.study_store import NewStudy
from search_spaces import ALGORITHM, SPACES, Defaults, Point, Space, Suggest, pack_shape, values_of_shape
from tests.automl.engine.helpers import ENCODER, NEW, OF_ONE_STAGE, Bench, evaluated
from tests.automl.storage.studies import elsewhere
from trials.protocol import TrialEnd

AUTO = Space("auto", SPACES["auto"])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create(space=OF_ONE_STAGE)
    return made


def params(bench: Bench, number: int) -> dict:
    return dict(bench.store.study(NEW.name).record().trials[number].params)


@pytest.mark.parametrize("sampler", ["tpe", "random", "qmc", "cmaes", "gp", "nsga2"])
def test_mates_have_the_shape_of_the_first_and_other_values_besides(bench, sampler):
    ledger = bench.ledger(space=OF_ONE_STAGE, sampler=sampler)
    ledger.begin()
    first = ledger.begin()
    mates = [ledger.begin(like=first.number) for _ in range(3)]
    assert {pack_shape(mate.point) for mate in mates} == {pack_shape(first.point)}
    assert [mate.number for mate in mates] == [2, 3, 4]
    rates = {job.point.optimizer.learning_rate for job in (first, *mates)}
    assert len(rates) == 4
    fixed = values_of_shape(OF_ONE_STAGE, params(bench, first.number))
    for mate in mates:
        assert fixed.items() <= params(bench, mate.number).items()


def test_a_waiting_trial_of_the_shape_is_taken_first_and_one_of_another_shape_is_left(bench):
    ledger = bench.ledger(space=OF_ONE_STAGE, seed=1)
    first = ledger.begin()
    mate, other = ledger.begin(like=0), ledger.begin()
    assert pack_shape(other.point) != pack_shape(first.point)
    before = params(bench, mate.number)
    ledger.end(other.number, TrialEnd.PREEMPTED, "its node left")
    ledger.end(mate.number, TrialEnd.PREEMPTED, "its node left")
    assert ledger.begin(like=0).number == mate.number
    assert params(bench, mate.number) == before
    assert ledger.begin(like=0).number == 3, "the other one still waits"
    assert ledger.begin().number == other.number


def test_first_points_and_retries_of_the_shape_are_taken_before_new_ones(bench):
    ledger = bench.ledger(space=OF_ONE_STAGE)
    ledger.begin()
    deep = ENCODER.dimensions()["architecture.depth"].extremes()[1]
    wanted = dict(OF_ONE_STAGE.defaults())
    ledger._queue._study.enqueue_trial({**wanted, "architecture.depth": deep})
    ledger._queue._study.enqueue_trial({"optimizer.learning_rate": 0.002})
    ledger._queue._study.enqueue_trial({**wanted, "optimizer.learning_rate": 0.003})
    mate = ledger.begin(like=0)
    assert (mate.number, mate.point.optimizer.learning_rate) == (3, 0.003)
    assert ledger.begin(like=0).number == 4, "the others have another shape, or may have one"
    assert ledger.begin().number == 1


@pytest.mark.parametrize(("losses", "shares"), [(FEW_LOSSES, True), (FEW_LOSSES + 1, False)])
def test_a_trial_that_lost_its_worker_too_often_shares_none(bench, losses, shares):
    ledger = bench.ledger(space=OF_ONE_STAGE)
    ledger.begin()
    mate = ledger.begin(like=0)
    for _ in range(losses):
        ledger.lose(mate.number, "its node died")
        assert ledger.begin().number == mate.number
    assert ledger.may_share(mate.number) is shares
    ledger.end(mate.number, TrialEnd.PREEMPTED, "its node left")
    assert (ledger.begin(like=0).number == mate.number) is shares


def test_a_trial_whose_batches_come_in_parts_is_no_mate(bench):
    ledger = bench.ledger(space=OF_ONE_STAGE)
    ledger.begin()
    mate = ledger.begin(like=0)
    ledger.lose(mate.number, "out of memory", out_of_memory=True)
    assert ledger.begin(like=0).number == 2
    assert ledger.begin().number == mate.number


def test_mates_count_towards_the_limit_of_trials(bench):
    ledger = bench.ledger(space=OF_ONE_STAGE, trials=3)
    ledger.begin()
    assert [ledger.begin(like=0).number for _ in range(2)] == [1, 2]
    assert ledger.begin(like=0) is None
    assert ledger.begin() is None
    ledger.end(1, TrialEnd.PREEMPTED, "its node left")
    assert ledger.begin(like=0).number == 1, "it had begun before"


def test_there_are_no_mates_of_a_trial_that_has_ended_nor_after_the_search(bench):
    ledger = bench.ledger(space=OF_ONE_STAGE)
    ledger.begin()
    other = ledger.begin().number
    ledger.record(other, evaluated(81, 0.9, TrialEnd.COMPLETED))
    assert ledger.begin(like=other) is None
    assert not ledger.may_share(other)
    ledger.stop(StopReason.INTERRUPTED)
    assert ledger.begin(like=0) is None


def few(suggest: Suggest) -> Point:
    point = SPACES["encoder"](Defaults())
    heads = suggest.choice("heads", (1, 2, 4), default=2)
    return replace(point, architecture=replace(point.architecture, heads=heads))


@pytest.mark.parametrize(("sampler", "pruner"), [("grid", "asha"), ("random", "pbt")])
def test_a_grid_and_a_population_decide_on_their_trials_themselves(tmp_path, sampler, pruner):
    bench, space = Bench(tmp_path), Space("few", few)
    bench.create(space=space)
    ledger = bench.ledger(space=space, sampler=sampler, pruner=pruner)
    ledger.begin()
    assert ledger.begin(like=0) is None
    assert ledger.begin().number == 1


def test_two_drivers_do_not_exceed_the_limit_nor_take_a_trial_twice(bench):
    mine, theirs = (bench.ledger(space=OF_ONE_STAGE, trials=5) for _ in range(2))
    assert mine.begin().number == 0
    first = theirs.begin().number
    numbers = [mine.begin(like=0).number, theirs.begin(like=first).number, mine.begin(like=0).number]
    assert numbers == [2, 3, 4]
    assert mine.begin(like=0) is None is theirs.begin(like=first)
    theirs.end(first, TrialEnd.PREEMPTED, "its node left")
    theirs.end(3, TrialEnd.PREEMPTED, "its node left")
    taken = [job.number for job in (mine.begin(), mine.begin()) if job is not None]
    assert sorted(taken) == [1, 3]
    assert theirs.begin() is None


def test_a_new_mate_of_a_driver_that_died_keeps_the_values_of_its_shape(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=OF_ONE_STAGE)
    with bench.store.study(NEW.name).join(bench.folder, process=elsewhere()) as other:
        ledger = bench.ledger(space=OF_ONE_STAGE)
        ledger._queue._driver = ledger._running._driver = other
        first, mate = ledger.begin(), ledger.begin(like=0)
        point, before = pack_shape(mate.point), params(bench, 1)
        ledger.end(0, TrialEnd.PREEMPTED, "its driver ended")
        ledger.end(1, TrialEnd.PREEMPTED, "its driver ended")
    after = bench.ledger(space=OF_ONE_STAGE)
    assert [after.begin().number, after.begin().number] == [first.number, mate.number]
    assert params(bench, 1) == before
    assert pack_shape(OF_ONE_STAGE.replay(params(bench, 1))) == point


class TestSpaceOfSeveralAlgorithms:
    @pytest.fixture
    def auto(self, tmp_path: Path) -> Bench:
        made = Bench(tmp_path)
        made.create(NewStudy(NEW.name, NEW.goals, "{}", "f" * 64, 2700, 64), AUTO)
        return made

    def begin_of(self, ledger, algorithm: str):
        """Begins trials until one is of this algorithm."""
        for _ in range(12):
            job = ledger.begin()
            found = ledger._queue._study.get_trials(deepcopy=False)[job.number].params[ALGORITHM]
            if found == algorithm:
                return job
            ledger.record(job.number, evaluated(81, 0.5, TrialEnd.COMPLETED))
        raise AssertionError(f"no trial of {algorithm} began")

    @pytest.mark.parametrize("sampler", ["tpe", "random", "qmc", "cmaes"])
    def test_mates_are_of_the_algorithm_of_the_first(self, auto, sampler):
        ledger = auto.ledger(space=AUTO, sampler=sampler)
        first = self.begin_of(ledger, "encoder")
        for _ in range(3):
            mate = ledger.begin(like=first.number)
            assert params(auto, mate.number)[ALGORITHM] == "encoder"
            assert pack_shape(mate.point) == pack_shape(first.point)
            assert mate.point != first.point, "the default was the first one"

    def test_the_algorithms_that_are_due_begin_with_their_default_all_the_same(self, auto):
        ledger = auto.ledger(space=AUTO)
        first = self.begin_of(ledger, "encoder")
        mate = ledger.begin(like=first.number)
        for number in (first.number, mate.number):
            ledger.record(number, evaluated(81, 0.5, TrialEnd.COMPLETED))
        seen = {params(auto, trial.number)[ALGORITHM] for trial in auto.store.study(NEW.name).record().trials}
        defaults = AUTO.algorithm_defaults()
        for _ in range(8):
            job = ledger.begin()
            own = params(auto, job.number)
            if own[ALGORITHM] not in seen:
                assert own == dict(defaults[own[ALGORITHM]])
            seen.add(own[ALGORITHM])
            ledger.record(job.number, evaluated(81, 0.5, TrialEnd.COMPLETED))
        assert seen == set(defaults)
