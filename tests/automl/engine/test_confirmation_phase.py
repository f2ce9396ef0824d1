"""The end of a search, when its best trials are trained again. A worker is played by the reports that it would send."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from automl.core.events import StopReason, TrialStarted
from automl.core.records import Confirmation
from automl.engine import confirmation_phase, search_end, trial_manager
from automl.engine.search_settings import ConfirmationRules
from automl.engine.trial_manager import TrialManager
from automl.report.trials.ranking import winner_of
from automl.selection import choose_winner, confirmation_of
from tests.automl.engine.helpers import COST, NEW, Bench, ended, evaluated, run_through
from trials.protocol import TrialEnd

RULES = ConfirmationRules(share=0.5, must_fit=False, seconds=None)
VALUES = (0.5, 0.7, 0.6, 0.9)
"""Scores of four trials; the best three are those with the numbers 3, 1 and 2."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def searched(bench: Bench, **settings: object) -> TrialManager:
    """A search that has run its four trials."""
    ledger = bench.ledger(**{"trials": 4, "confirm": RULES, "pruner": "none", **settings})
    for value in VALUES:
        job = ledger.begin()
        bench.save_model(job.number)
        run_through(ledger, job.number, value)
    return ledger


def confirmed_by(bench: Bench) -> dict[int, Confirmation]:
    record = bench.store.study(NEW.name).record()
    return {trial.number: trial.confirms for trial in record.confirmations}


def test_the_best_three_are_trained_twice_again_and_then_the_search_is_over(bench):
    ledger = searched(bench)
    jobs = []
    while (job := ledger.begin()) is not None:
        jobs.append(job)
        bench.save_model(job.number)
        run_through(ledger, job.number, 0.95)
    assert {number: (each.trial, each.round) for number, each in confirmed_by(bench).items()} == {
        4: (3, 1), 5: (1, 1), 6: (2, 1), 7: (3, 2), 8: (1, 2), 9: (2, 2)
    }  # fmt: skip
    assert ledger.over and ledger.close() == StopReason.TRIALS

    first, second = {job.resplit for job in jobs[:3]}, {job.resplit for job in jobs[3:]}
    assert len(first) == len(second) == 1 and first != second and None not in first | second
    assert all(job.seed == job.resplit for job in jobs)
    record = bench.store.study(NEW.name).record()
    assert all(record.trials[number].params == record.trials[each.trial].params
               for number, each in confirmed_by(bench).items())  # fmt: skip
    told = [event for event in bench.events if isinstance(event, TrialStarted) and event.confirms is not None]
    assert [event.number for event in told] == [job.number for job in jobs]


def test_confirmations_are_hidden_from_sampler_pruner_limits_and_ranking_and_leave_no_model(bench):
    ledger = searched(bench)
    for _ in range(6):
        job = ledger.begin()
        bench.save_model(job.number)
        run_through(ledger, job.number, 0.99)
    assert [trial.number for trial in ledger._queue._study.get_trials()] == [0, 1, 2, 3]
    assert ledger._queue._opened.is_done(4) and not ledger._queue._opened.is_done(5)
    assert not any(bench.checkpoint(number).exists() for number in range(4, 10))
    record = bench.store.study(NEW.name).record()
    assert choose_winner(record, lambda number: True).number == 3
    bench.save_model(4)  # a driver may have died before it removed the model
    assert bench.ledger(trials=6).begin().number == 10, "the next driver goes on with a new number"
    assert not bench.checkpoint(4).exists()


def test_a_killed_driver_loses_no_confirmation_and_repeats_none(bench):
    ledger = searched(bench)
    done, begun = ledger.begin(), ledger.begin()
    run_through(ledger, done.number, 0.8)
    ledger.record(begun.number, evaluated(9, 0.7))  # and now the process is killed

    ledger, numbers = bench.ledger(trials=4, confirm=RULES, pruner="none"), []
    while (job := ledger.begin()) is not None:
        numbers.append(job.number)
        run_through(ledger, job.number, 0.8)
    assert numbers == [5, 6, 7, 8, 9] and len(confirmed_by(bench)) == 6


def test_a_confirmation_is_never_pruned(bench):
    ledger = bench.ledger(trials=6, confirm=RULES, pruner="median")
    for _ in range(6):
        number = ledger.begin().number
        bench.save_model(number)
        run_through(ledger, number, 0.8 + number / 100)
    job = ledger.begin()
    assert confirmed_by(bench)[job.number].trial == 5
    assert all(ledger.record(job.number, evaluated(step, 0.01)) for step in (1, 9, 27, 54))


def test_a_confirmation_that_failed_is_not_repeated(bench):
    ledger = searched(bench)
    ledger.record(ledger.begin().number, ended(TrialEnd.DIVERGED))
    ledger.stop(StopReason.INTERRUPTED)
    ledger.close()
    ledger = bench.ledger(trials=4, confirm=RULES, pruner="none")
    assert [ledger.begin().number for _ in range(5)] == [5, 6, 7, 8, 9] and ledger.begin() is None


def test_what_does_not_fit_into_the_share_is_left_out_with_a_reason(bench):
    ledger = searched(bench, confirm=replace(RULES, must_fit=True))
    assert ledger.begin() is None and ledger.exhausted
    assert "3 of them 2 times more was expected to take 15 s, and 50% of the time are 4 s" in ledger.unconfirmed_because
    assert not confirmed_by(bench)


@pytest.mark.parametrize(
    ("cost", "expected", "allowed"),
    [
        (replace(COST, members=2.0), 15, 2),
        (replace(COST, shared_seconds=0.4), 12, 4),
        (replace(COST, shared_seconds=0.4, pretraining_loss=1.0), 15, 4),
    ],
    ids=["a pack shares its time", "what is shared is there already", "a stage on other rows is not"],
)
def test_the_time_is_that_of_each_trial_and_its_confirmations_share_no_stage(
    bench, monkeypatch, cost, expected, allowed
):
    monkeypatch.setattr(confirmation_phase, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    monkeypatch.setattr("tests.automl.engine.helpers.COST", cost)
    ledger = searched(bench, confirm=replace(RULES, must_fit=True))
    assert ledger.begin() is None
    said = f"expected to take {expected} s, and 50% of the time are {allowed} s"
    assert said in ledger.unconfirmed_because


def test_new_leaders_of_a_resumed_study_are_confirmed_too(bench):
    ledger = searched(bench)
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, 0.8)
    ledger = bench.ledger(trials=5, confirm=RULES, pruner="none")
    job = ledger.begin()
    bench.save_model(job.number)
    run_through(ledger, job.number, 0.95)
    more = [ledger.begin().number for _ in range(2)]
    assert {confirmed_by(bench)[number] for number in more} == {Confirmation(10, 1), Confirmation(10, 2)}
    assert ledger.begin() is None, "the two that stay among the best three are confirmed already"


def test_near_the_end_of_its_time_the_search_puts_its_trials_back_and_confirms(bench, monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    fake = SimpleNamespace(monotonic=lambda: clock.now)
    monkeypatch.setattr(confirmation_phase, "time", fake)
    monkeypatch.setattr(search_end, "time", fake)
    monkeypatch.setattr(trial_manager, "time", fake)
    monkeypatch.setattr("tests.automl.engine.helpers.time", fake)
    rules = ConfirmationRules(share=0.15, must_fit=True, seconds=200.0)
    ledger = searched(bench, trials=None, seconds=200.0, confirm=rules)
    clock.now += 182.0
    ledger.check()
    running = ledger.begin()
    assert running.resplit is None, "6 trainings of 1 s, with what they need besides, begin at 185 s"
    clock.now += 3.0
    ledger.check()
    assert bench.ends()[running.number] == TrialEnd.PREEMPTED and ledger.running == 0
    job = ledger.begin()
    assert job.resplit is not None
    clock.now += 15.1
    assert ledger.over and ledger.close() == StopReason.TIME
    assert bench.ends()[job.number] == TrialEnd.PREEMPTED
    assert len(confirmed_by(bench)) == 6


def test_a_search_that_promises_too_little_confirms_its_best_first(bench):
    ledger = bench.ledger(least_gain=1000.0, confirm=RULES, pruner="none")
    for _ in range(20):
        number = ledger.begin().number
        bench.save_model(number)
        run_through(ledger, number, 0.5 + number / 100)
    jobs = [ledger.begin() for _ in range(6)]
    assert all(job.resplit is not None for job in jobs)
    for job in jobs:
        run_through(ledger, job.number, 0.5)
    assert ledger.begin() is None and ledger.close() == StopReason.PLATEAU


def test_a_confirmation_that_failed_can_be_retried(bench):
    ledger = searched(bench)
    ledger.record(ledger.begin().number, ended(TrialEnd.ERROR))
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, 0.8)
    assert bench.store.study(NEW.name).retry({TrialEnd.ERROR}) == [10]
    ledger = bench.ledger(trials=4, confirm=RULES, pruner="none")
    job = ledger.begin()
    assert job.number == 10 and job.resplit is not None and confirmed_by(bench)[10] == Confirmation(3, 1)
    run_through(ledger, job.number, 0.8)
    assert ledger.begin() is None
    found = confirmation_of(bench.store.study(NEW.name).record(), lambda number: True)
    assert found.failed == () and len(found.finalists) == 3


def test_nothing_is_confirmed_while_a_trial_leads_that_still_runs(bench, monkeypatch):
    """Its training would be given up for trainings that are as short."""
    clock = SimpleNamespace(now=1000.0)
    fake = SimpleNamespace(monotonic=lambda: clock.now)
    monkeypatch.setattr(confirmation_phase, "time", fake)
    monkeypatch.setattr(search_end, "time", fake)
    monkeypatch.setattr(trial_manager, "time", fake)
    monkeypatch.setattr("tests.automl.engine.helpers.time", fake)
    rules = ConfirmationRules(share=0.5, must_fit=True, seconds=1000.0)
    ledger = searched(bench, trials=None, seconds=1000.0, confirm=rules)
    job = ledger.begin()
    bench.save_model(job.number)
    for step in (1, 9, 27):
        ledger.record(job.number, evaluated(step, 0.99))
    clock.now += 919.0
    ledger.check()
    assert not confirmed_by(bench) and bench.ends()[job.number] is None
    for step in (54, 81):
        ledger.record(job.number, evaluated(step, 0.99, TrialEnd.COMPLETED if step == 81 else None))
    while not confirmed_by(bench) and clock.now < 2000.0:
        clock.now += 1.0
        ledger.check()
    assert confirmed_by(bench)[ledger.begin().number] == Confirmation(job.number, 1)


def test_trials_whose_models_are_not_kept_are_not_confirmed(bench):
    ledger = searched(bench, keep=1)
    assert not bench.checkpoint(1).exists() and not bench.checkpoint(2).exists()
    numbers = []
    while (job := ledger.begin()) is not None:
        numbers.append(job.number)
        run_through(ledger, job.number, 0.8)
    assert {each.trial for each in confirmed_by(bench).values()} == {0, 3}, "trial 0 always keeps its model"
    record = bench.store.study(NEW.name).record()
    assert winner_of(record).number == 3 == confirmation_of(record, lambda number: number in (0, 3)).winner


def test_confirmations_of_a_trial_that_is_not_among_the_best_any_more_are_ended(bench):
    ledger = searched(bench)
    begun = ledger.begin(), ledger.begin(), ledger.begin()
    bench.save_model(begun[2].number)
    ledger.record(begun[2].number, evaluated(9, 0.6))
    ledger.stop(StopReason.INTERRUPTED)
    ledger.close()

    ledger = bench.ledger(trials=5, confirm=RULES, pruner="none")
    job = ledger.begin()
    bench.save_model(job.number)
    run_through(ledger, job.number, 0.95)
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, 0.8)
    record = bench.store.study(NEW.name).record()
    left_out = [trial for trial in record.confirmations if trial.confirms.trial == 2]
    assert [(trial.end, trial.cause) for trial in left_out] == [
        (TrialEnd.PRUNED, "trial 2 is not among the best any more")
    ] * 2
    assert all(trial.ended is not None for trial in record.trials)
    assert not bench.training_state(begun[2].number).exists() and not bench.checkpoint(begun[2].number).exists()
    found = confirmation_of(record, lambda number: True)
    assert (found.leader, found.rounds, found.failed) == (10, 2, ())
