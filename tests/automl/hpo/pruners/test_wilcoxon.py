"""Trials over folds: what stops them, what is remembered of them, and what they are worth."""

from statistics import fmean

import pytest

from automl.selection.choose import choose_winner
from tests.automl.engine.helpers import NEW, Bench, of_fold, run_folds
from trials.protocol import TrialEnd

LEADER = (0.90, 0.80, 0.92, 0.85, 0.88)
"""Folds are not equally hard."""


@pytest.fixture
def bench(tmp_path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def shifted(by: float) -> list[float]:
    return [value + by for value in LEADER]


def test_a_trial_that_is_worse_in_each_fold_is_stopped_after_three(bench):
    ledger = bench.ledger(pruner="wilcoxon", folds=5)
    assert run_folds(ledger, ledger.begin(), LEADER) == 5
    assert run_folds(ledger, ledger.begin(), shifted(-0.01)) == 3
    assert bench.ends()[1] == TrialEnd.PRUNED
    assert bench.store.study(NEW.name).record().trials[1].cause == "its value at fold 3"


def test_folds_are_compared_with_the_same_folds(bench):
    """A hard fold is hard for all: the same scores in another order are no reason to stop."""
    ledger = bench.ledger(pruner="wilcoxon", folds=5)
    run_folds(ledger, ledger.begin(), LEADER)
    assert run_folds(ledger, ledger.begin(), (0.89, 0.82, 0.90, 0.86, 0.86)) == 5


def test_a_new_leader_is_never_stopped(bench):
    ledger = bench.ledger(pruner="wilcoxon", folds=5)
    run_folds(ledger, ledger.begin(), LEADER)
    for step in range(1, 6):
        assert run_folds(ledger, ledger.begin(), shifted(step / 100)) == 5
    assert run_folds(ledger, ledger.begin(), [0.89, 0.79, 0.99, 0.99, 0.99]) == 5, "two folds tell too little"


def test_the_default_is_never_stopped(bench):
    ledger = bench.ledger(pruner="wilcoxon", folds=5)
    default, other = ledger.begin(), ledger.begin()
    run_folds(ledger, other, LEADER)
    assert run_folds(ledger, default, shifted(-0.5)) == 5
    assert bench.ends()[0] == TrialEnd.COMPLETED


def test_two_folds_are_too_few_to_stop_anything(bench):
    ledger = bench.ledger(pruner="wilcoxon", folds=2)
    run_folds(ledger, ledger.begin(), LEADER[:2])
    assert run_folds(ledger, ledger.begin(), [0.1, 0.1]) == 2


def test_a_stopped_trial_is_worth_the_mean_of_its_folds_and_cannot_win(bench):
    ledger = bench.ledger(pruner="wilcoxon", folds=5)
    run_folds(ledger, ledger.begin(), [value - 0.1 for value in LEADER])
    run_folds(ledger, ledger.begin(), LEADER)
    values = [0.5, 0.6, 0.7]
    run_folds(ledger, ledger.begin(), values)
    study = bench.store.study(NEW.name).record()
    stopped = study.trials[2]
    assert stopped.value == pytest.approx(fmean(values))
    assert [fold.metrics["macro_f1"] for fold in stopped.folds] == values
    assert stopped.best is None
    assert choose_winner(study, lambda number: True).number == 1
    assert study.folds == 5


def test_a_completed_trial_is_worth_the_mean_of_all(bench):
    ledger = bench.ledger(pruner="none", folds=5)
    run_folds(ledger, ledger.begin(), LEADER)
    (trial,) = bench.store.study(NEW.name).record().trials
    assert trial.value == pytest.approx(fmean(LEADER)) == trial.best.metrics["macro_f1"]
    assert trial.best.deviations["macro_f1"] > 0


def test_a_resumed_trial_has_its_finished_folds_on_any_machine(tmp_path, storage_url):
    """They lie in the study, not in a folder: there is no model and no training state yet."""
    bench = Bench(tmp_path, storage_url)
    bench.create()
    ledger = bench.ledger(pruner="wilcoxon", folds=5)
    job = ledger.begin()
    assert (job.folds.count, job.folds.seed, job.folds.done) == (5, 3, ())
    for fold in range(2):
        assert ledger.record(0, of_fold(job, fold, LEADER[fold]))
    ledger.close()

    again = bench.ledger(pruner="wilcoxon", folds=5)
    job = again.begin()
    assert [(done.fold, done.metrics["macro_f1"]) for done in job.folds.done] == list(enumerate(LEADER[:2]))
    for fold in range(2, 5):
        assert again.record(0, of_fold(job, fold, LEADER[fold]))
    (trial,) = bench.store.study(NEW.name).record().trials
    assert [fold.metrics["macro_f1"] for fold in trial.folds] == list(LEADER)
    bench.store.close()


def test_a_trial_whose_worker_died_twice_goes_on_where_it_was(bench):
    ledger = bench.ledger(pruner="none", folds=5)
    job = ledger.begin()
    for fold in range(5):
        ledger.lose(0, "killed")
        job = ledger.begin()
        assert len(job.folds.done) == fold
        assert ledger.record(0, of_fold(job, fold, 0.5))
    assert bench.ends()[0] is None
