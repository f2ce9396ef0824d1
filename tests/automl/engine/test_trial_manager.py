from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.events import SearchEnded, StopReason, TrialEnded, TrialStarted
from automl.core.trial_states import EFFECTS
from search_spaces import Point, Space, Suggest
from tests.automl.engine.helpers import ENCODER, NEW, Bench, ended, evaluated, run_through
from trials.protocol import TrialEnd, TrialReport


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def begun(ledger) -> int:
    job = ledger.begin()
    assert job is not None
    return job.number


def test_trial_0_is_the_default_configuration(bench):
    job = bench.ledger().begin()
    assert job.number == 0
    assert job.point == ENCODER.replay(ENCODER.defaults())


@pytest.mark.parametrize("end", list(TrialEnd))
def test_each_end_has_its_one_effect(bench, end):
    """Every row of the state table: Optuna's state, what the sampler may learn, and the checkpoint."""
    ledger = bench.ledger()
    begun(ledger)  # trial 0 has privileges
    number = begun(ledger)
    bench.save_model(number)
    ledger.record(number, evaluated(9, 0.5))
    ledger.record(number, evaluated(81, 0.6, end) if end == TrialEnd.COMPLETED else ended(end, "why"))

    effect = EFFECTS[end]
    assert bench.states()[number] == effect.state
    assert bench.ends()[number] == end
    assert bench.checkpoint(number).exists() == effect.keeps_checkpoint
    frozen = ledger._queue._study.get_trials()[number]
    assert (frozen.constraints == {"trainable": 1.0}) == effect.infeasible
    told = [event for event in bench.events if isinstance(event, TrialEnded)]
    assert [(event.number, event.end) for event in told] == [(number, end)]


def test_a_pruned_trial_is_never_complete_and_teaches_its_last_rung(bench):
    ledger = bench.ledger(trials=20)
    values = [0.9] + [0.1 * (number % 7) for number in range(1, 20)]
    reached = {number: run_through(ledger, begun(ledger), values[number]) for number in range(20)}
    assert reached[0] and not all(reached.values())
    for number, state in bench.states().items():
        assert state == ("COMPLETE" if reached[number] else "PRUNED")
    for trial in bench.store.study(NEW.name).record().trials:
        assert trial.value == pytest.approx(values[trial.number])


def test_the_default_is_never_pruned(bench):
    ledger = bench.ledger(trials=10)
    numbers = [begun(ledger) for _ in range(10)]
    for number in reversed(numbers[1:]):
        run_through(ledger, number, 0.9)
    assert run_through(ledger, 0, 0.1)


def of_sample(step: int, value: float, **more: object) -> TrialReport:
    report = evaluated(step, value)
    return replace(report, evaluation=replace(report.evaluation, sample_rows=step, saves_state=False, **more))


def test_a_model_of_a_sample_is_judged_by_what_it_promises_and_not_by_the_pruner(bench):
    ledger = bench.ledger(trials=9, seconds=1_000)
    for number, value in enumerate((0.5, 0.98, 0.978, 0.977, 0.976)):
        assert begun(ledger) == number
        for step, less in ((8, 0.03), (26, 0.015)):
            assert ledger.record(number, of_sample(step, value - less)), "the pruner would keep one of three"
        ledger.record(number, evaluated(81, value, TrialEnd.COMPLETED))
    assert begun(ledger) == 5
    assert not ledger.record(5, of_sample(8, 0.5))
    assert begun(ledger) == 6
    assert not ledger.record(6, of_sample(8, 0.97, next_seconds=10_000.0))
    causes = [bench.store.study(NEW.name).record().trials[number].cause for number in (5, 6)]
    assert "not expected to be the best" in causes[0]
    assert "10000 s" in causes[1]


def test_a_trial_with_a_model_of_a_sample_goes_on_after_it(bench):
    ledger = bench.ledger()
    begun(ledger)
    job = ledger.begin()
    assert job.earlier is None
    job.checkpoint.mkdir(parents=True)
    (job.checkpoint / "config.json").write_text("{}")
    report = of_sample(8, 0.7)
    ledger.record(1, report)
    ledger.close()
    again = bench.ledger()
    jobs = {each.number: each for each in (again.begin(), again.begin())}
    assert jobs[1].earlier == report.evaluation


def test_nothing_is_left_running_when_the_search_closes(bench):
    ledger = bench.ledger()
    for _ in range(3):
        begun(ledger)
    ledger.record(1, evaluated(27, 0.7))
    ledger.stop(StopReason.INTERRUPTED)
    assert ledger.begin() is None
    assert ledger.close() == StopReason.INTERRUPTED
    assert set(bench.states().values()) == {"WAITING"}
    assert set(bench.ends().values()) == {TrialEnd.PREEMPTED}
    assert bench.events[-1] == SearchEnded(StopReason.INTERRUPTED)


def test_a_resumed_search_takes_up_the_preempted_trials_first_under_their_numbers(bench):
    ledger = bench.ledger()
    first = {job.number: job.point for job in (ledger.begin(), ledger.begin())}
    ledger.record(1, evaluated(27, 0.7))
    ledger.close()

    bench.events.clear()
    again = bench.ledger(trials=3)
    second = {job.number: job.point for job in (again.begin(), again.begin())}
    assert second == first
    assert all(event.resumed for event in bench.events if isinstance(event, TrialStarted))
    assert set(bench.ends().values()) == {None}
    assert run_through(again, 0, 0.5)
    assert run_through(again, 1, 0.8)
    assert begun(again) == 2
    assert again.begin() is None


def test_a_resumed_search_draws_new_points(bench):
    ledger = bench.ledger(trials=4)
    before = [ledger.begin() for _ in range(4)]
    for job in before:
        run_through(ledger, job.number, 0.5)
    after = bench.ledger(trials=8).begin()
    assert after.number == 4
    assert after.point not in [job.point for job in before]


def test_a_report_that_comes_after_the_end_changes_nothing(bench):
    ledger = bench.ledger()
    number = begun(ledger)
    ledger.record(number, ended(TrialEnd.DIVERGED, "loss is nan"))
    before = list(bench.events)
    assert not ledger.record(number, evaluated(81, 1.0, TrialEnd.COMPLETED))
    assert bench.events == before
    assert bench.ends() == {0: TrialEnd.DIVERGED}


def test_an_error_in_the_users_space_ends_that_trial_only(bench):
    def fragile(suggest: Suggest) -> Point:
        point = ENCODER.function(suggest)
        if point.architecture.depth > 2:
            raise ValueError("too deep for me")
        return point

    ledger = bench.ledger(trials=30, space=Space("fragile", fragile))
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, 0.5)
    failed = [trial for trial in bench.store.study(NEW.name).record().trials if trial.end == TrialEnd.ERROR]
    assert failed
    assert all("too deep for me" in trial.cause for trial in failed)
    assert sorted(bench.ends()) == list(range(30))


def test_the_record_of_a_trial_that_began_again_is_that_of_its_latest_try(bench):
    ledger = bench.ledger()
    begun(ledger)
    for step, value in ((1, 0.2), (9, 0.7), (27, 0.9)):
        ledger.record(0, evaluated(step, value))
    ledger.close()
    (kept,) = bench.store.study(NEW.name).record().trials
    assert kept.best.metrics["macro_f1"] == 0.9, "its model is still there until the next try replaces it"

    again = bench.ledger()
    begun(again)
    again.record(0, evaluated(1, 0.4))
    again.close()
    (trial,) = bench.store.study(NEW.name).record().trials
    assert [evaluation.step for evaluation in trial.evaluations] == [1]
    assert trial.best.metrics["macro_f1"] == 0.4


def test_a_disk_that_refuses_ends_the_search_and_not_the_trial(bench):
    ledger = bench.ledger()
    ledger.begin()
    ledger.halt(0, "no space left on the disk")
    assert ledger.over
    assert ledger.close() == StopReason.DISK
    assert ledger.trouble == "no space left on the disk"
    assert bench.ends()[0] == TrialEnd.PREEMPTED
    assert bench.states()[0] == "WAITING"
