"""Population-based training over a real study: who is stopped, who follows, and from where."""

from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.events import TrialStarted
from automl.core.records import Lineage
from search_spaces import SPACES, Space, shape_of
from tests.automl.engine.helpers import Bench, ended, evaluated
from tests.automl.hpo.populations import begun, train, trials
from trials.protocol import TrialEnd

AUTO = Space("auto", SPACES["auto"])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def ledger_of(bench: Bench, limit: int | None = 100, **settings: object):
    return bench.ledger(trials=limit, pruner="pbt", **settings)


def with_a_weak_one(bench: Bench, ledger) -> None:
    """Trials 0 to 2 have come to a ninth and go on; trial 3 was stopped there. The best is trial 1."""
    for value in (0.7, 0.9, 0.8, 0.1):
        train(bench, ledger, ledger.begin(), value, until=9)


def test_who_is_stopped_is_followed_by_one_that_goes_on_from_the_best(bench):
    ledger = ledger_of(bench)
    with_a_weak_one(bench, ledger)
    stopped = trials(bench)[3]
    assert (stopped.end, stopped.state) == (TrialEnd.PRUNED, "PRUNED")

    bench.events.clear()
    job = ledger.begin()
    parent, heir = trials(bench)[1], trials(bench)[4]
    assert job.number == 4
    assert heir.lineage == Lineage(population=0, follows=3, parent=1, step=9)
    assert bench.events == [TrialStarted(4, dict(heir.params), False, heir.lineage)]
    assert (job.inherits.state / "config.json").read_text() == "1 at 9"
    assert shape_of(job.point) == shape_of(job.inherits.point)
    assert job.point != job.inherits.point
    assert heir.params != parent.params
    assert all(value in job_range for value, job_range in zip(heir.params.values(), ranges(heir.params), strict=True))


def ranges(params):
    dimensions = Space("encoder", SPACES["encoder"]).dimensions()
    return [dimensions[name] for name in params]


def test_the_parent_goes_on_and_what_is_inherited_stays_what_it_was(bench):
    ledger = ledger_of(bench)
    jobs = [ledger.begin() for _ in range(4)]
    for job, value in zip(jobs, (0.7, 0.9, 0.8, 0.1), strict=True):
        train(bench, ledger, job, value, until=9)
    assert train(bench, ledger, replace(jobs[1], told=9), 0.9)
    assert not bench.training_state(1).exists()
    assert (ledger.begin().inherits.state / "config.json").read_text() == "1 at 9"


def test_a_chain_trains_one_budget_and_is_compared_once_a_rung(bench):
    """Whoever follows is the worst again and again, and its chain comes to an end all the same."""
    ledger = ledger_of(bench, limit=8)
    for value in (0.9, 0.8, 0.7):
        assert train(bench, ledger, ledger.begin(), value)
    ends = [train(bench, ledger, ledger.begin(), 0.1) for _ in range(4)]
    assert ends == [False, False, False, True]
    found = trials(bench)[3:7]
    assert [trial.inherited for trial in found] == [0, 9, 27, 54]
    assert [[evaluation.step for evaluation in trial.evaluations] for trial in found] == [[1, 9], [27], [54], [81]]
    assert [trial.lineage.follows for trial in found] == [None, 3, 4, 5]


def test_the_next_population_begins_when_all_members_of_one_have_begun(bench):
    ledger = ledger_of(bench, population=4)
    for value in (0.9, 0.8, 0.7, 0.1, 0.2, 0.3, 0.4):  # three, a chain of four
        train(bench, ledger, ledger.begin(), value)
    assert not list((bench.folder / "donors").iterdir()), "the population is over"
    assert [trial.lineage.population for trial in trials(bench)] == [0] * 7
    for _ in range(4):  # worse than all of the first population, but that was another one
        train(bench, ledger, ledger.begin(), 0.05)
    assert [trial.lineage.population for trial in trials(bench)[7:]] == [1] * 4
    assert [trial.end for trial in trials(bench)[7:]] == [TrialEnd.COMPLETED] * 4


def test_only_states_that_may_be_gone_on_with_are_kept(bench):
    ledger = ledger_of(bench, population=8)
    jobs = [ledger.begin() for _ in range(4)]
    for job, value in zip(jobs, (0.5, 0.6, 0.7, 0.8), strict=True):
        train(bench, ledger, job, value, until=9)
    assert sorted(folder.name for folder in (bench.folder / "donors").iterdir()) == ["00002-09", "00003-09"]


def test_what_a_trial_begins_from_stays_until_it_has_a_state_of_its_own(bench):
    """Better ones come meanwhile, and the parent fails."""
    ledger = ledger_of(bench, population=4)
    with_a_weak_one(bench, ledger)
    heir = ledger.begin()
    ledger.record(1, ended(TrialEnd.DIVERGED, "loss is nan"))
    assert begun(heir) == 9
    train(bench, ledger, heir, 0.5, until=27)
    assert not heir.inherits.state.exists()


def test_one_that_has_failed_since_is_no_parent(bench):
    ledger = ledger_of(bench)
    with_a_weak_one(bench, ledger)
    ledger.record(1, ended(TrialEnd.DIVERGED, "loss is nan"))
    ledger.begin()
    assert trials(bench)[4].lineage.parent == 2


def test_without_the_parent_s_state_a_trial_begins_at_zero_and_is_not_stopped_where_its_like_was(bench):
    ledger = ledger_of(bench)
    with_a_weak_one(bench, ledger)
    for folder in (bench.folder / "donors").iterdir():
        (folder / "config.json").unlink()
    job = ledger.begin()
    assert begun(job) == 0
    assert train(bench, ledger, job, 0.05, until=9)
    assert trials(bench)[4].inherited == 0


def test_an_heir_that_was_interrupted_keeps_its_parameters_and_its_parent(bench):
    ledger = ledger_of(bench)
    with_a_weak_one(bench, ledger)
    job = ledger.begin()
    ledger.lose(job.number, "killed")
    assert ledger.begin() == job
    train(bench, ledger, job, 0.6, until=27)
    ledger.close()
    again = ledger_of(bench)
    jobs = [again.begin() for _ in range(4)]
    assert [found.number for found in jobs] == [0, 1, 2, 4], "nobody else follows trial 3"
    assert (jobs[-1].point, jobs[-1].inherits, jobs[-1].told) == (job.point, job.inherits, 27)


def test_a_driver_that_died_before_it_made_an_heir_leaves_that_to_the_next(bench):
    with_a_weak_one(bench, ledger_of(bench))
    again = ledger_of(bench)
    assert [again.begin().number for _ in range(4)] == [0, 1, 2, 4]
    assert trials(bench)[4].lineage == Lineage(population=0, follows=3, parent=1, step=9)


def test_the_limit_on_trials_counts_heirs(bench):
    ledger = ledger_of(bench, limit=4)
    with_a_weak_one(bench, ledger)
    assert ledger.begin() is None
    assert len(trials(bench)) == 4, "no heir is made that may not begin"
    assert ledger_of(bench, limit=5).begin().number == 0


def test_each_algorithm_has_populations_of_its_own(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=AUTO)
    ledger = ledger_of(bench, limit=40, space=AUTO, sampler="random")
    while (job := ledger.begin()) is not None:
        algorithm = trials(bench)[job.number].params["algorithm"]
        if algorithm in {"linear", "probe"}:
            ledger.record(job.number, evaluated(81, 0.5, TrialEnd.COMPLETED))
        else:
            train(bench, ledger, job, 1 - job.number / 100)
    found = trials(bench)
    heirs = [trial for trial in found if trial.lineage and trial.lineage.follows is not None]
    assert heirs
    for heir in heirs:
        assert heir.params["algorithm"] == found[heir.lineage.parent].params["algorithm"]
    fitted = [trial for trial in found if trial.params["algorithm"] in {"linear", "probe"}]
    assert fitted and all(trial.lineage is None and trial.end == TrialEnd.COMPLETED for trial in fitted)


def test_a_copy_of_a_failed_member_has_its_place(bench):
    ledger = ledger_of(bench)
    with_a_weak_one(bench, ledger)
    ledger.record(ledger.begin().number, ended(TrialEnd.ERROR, "a bug"))
    bench.store.study("a study").retry([TrialEnd.ERROR])
    job = ledger.begin()
    assert job.number == 5
    assert trials(bench)[5].lineage == trials(bench)[4].lineage
    assert begun(job) == 9


def test_of_two_drivers_one_makes_the_follower(tmp_path, postgres_url):
    bench = Bench(tmp_path, postgres_url)
    bench.create()
    one, other = ledger_of(bench), ledger_of(bench)
    for ledger, value in ((one, 0.7), (other, 0.9), (one, 0.8), (other, 0.1)):
        train(bench, ledger, ledger.begin(), value, until=9)
    jobs = [one.begin(), other.begin()]
    bench.store.close()
    assert [job.number for job in jobs] == [4, 5]
    assert (jobs[0].inherits.state / "config.json").read_text() == "1 at 9"
    assert jobs[1].inherits is None
