from tests.automl.engine.helpers import Bench, evaluated
from trials.protocol import EVALUATION_STEPS

OFTEN = (1, *range(9, 82, 9))


def stopped_at(folder, values, steps=EVALUATION_STEPS) -> int | None:
    folder.mkdir(exist_ok=True)
    bench = Bench(folder)
    bench.create()
    ledger = bench.ledger(pruner="patient")
    ledger.begin()  # trial 0 has privileges
    number = ledger.begin().number
    for step, value in zip(steps, values, strict=False):
        if not ledger.record(number, evaluated(step, value)):
            return step
    return None


def test_a_trial_that_gets_worse_twice_is_stopped(tmp_path):
    assert stopped_at(tmp_path / "a", [0.1, 0.8, 0.7, 0.6, 0.5]) == 54
    assert stopped_at(tmp_path / "b", [0.1, 0.5, 0.6, 0.8, 0.7, 0.75, 0.9], OFTEN) == 45


def test_one_that_gets_better_now_and_then_goes_on(tmp_path):
    assert stopped_at(tmp_path, [0.1, 0.5, 0.4, 0.6, 0.5, 0.7, 0.6, 0.8, 0.7, 0.9], OFTEN) is None


def test_the_look_at_a_sample_is_no_yardstick(tmp_path):
    assert stopped_at(tmp_path, [0.9, 0.5, 0.6, 0.7]) is None


def test_nothing_is_compared_with_other_trials(tmp_path):
    bench = Bench(tmp_path)
    bench.create()
    ledger = bench.ledger(pruner="patient")
    for value in (0.9, 0.8, 0.1):
        number = ledger.begin().number
        assert all(ledger.record(number, evaluated(step, value + step / 1000)) for step in OFTEN)
