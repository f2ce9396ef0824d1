"""The jobs of a search, as its workers get them."""

from pathlib import Path

import pytest

from automl.engine.search_settings import ConfirmationRules
from tests.automl.engine.helpers import Bench, evaluated, run_through
from trials.protocol import TrialEnd

SEED = 5


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def test_trials_have_the_seed_of_the_search_and_each_round_of_confirmations_another(bench):
    rules = ConfirmationRules(share=0.5, must_fit=False, seconds=None)
    ledger = bench.ledger(trials=2, confirm=rules, pruner="none", seed=SEED)
    jobs = []
    while (job := ledger.begin()) is not None:
        jobs.append(job)
        bench.save_model(job.number)
        run_through(ledger, job.number, 0.5 + job.number / 100)
    seeds = [job.seed for job in jobs]
    assert seeds[:2] == [SEED, SEED]
    assert seeds[2] == seeds[3] and seeds[4] == seeds[5] and len(set(seeds)) == 3
    assert [job.resplit for job in jobs] == [None, None, *seeds[2:]]


def test_a_trial_that_was_put_back_goes_on_after_its_last_evaluation(bench):
    ledger = bench.ledger(trials=1)
    job = ledger.begin()
    assert (job.told, job.best) == (0, None)
    bench.save_model(job.number)
    for step, value in ((1, 0.5), (9, 0.6), (27, 0.7)):
        ledger.record(job.number, evaluated(step, value))
    ledger.end(job.number, TrialEnd.PREEMPTED, "the node goes")
    again = ledger.begin()
    assert (again.number, again.point, again.told, again.best) == (job.number, job.point, 27, 0.7)
    assert (again.checkpoint, again.state, again.budget_examples) == (job.checkpoint, job.state, job.budget_examples)
