"""The end of a search that would bring nothing more."""

import random

import pytest

from automl.core.events import StopReason
from automl.engine.stopping_rules import AHEAD, RECENT, PairedError, gain_ahead
from tests.automl.engine.helpers import Bench, evaluated
from trials.protocol import TrialEnd


def test_nothing_is_said_of_few_trials():
    assert gain_ahead([0.5] * (RECENT - 1), maximize=True) is None
    assert gain_ahead([0.5] * RECENT, maximize=True) == 0.0


@pytest.mark.parametrize("maximize", [True, False])
def test_it_bounds_what_the_next_trials_really_gain(maximize):
    """Over many stories of trials that are all alike: never less than the mean gain, and not ten times as much."""
    draw, gains, bounds = random.Random(0), [], []
    for _ in range(400):
        values = [draw.gauss(0.8, 0.01) for _ in range(RECENT + AHEAD)]
        best, later = (max, max) if maximize else (min, min)
        before = best(values[:RECENT])
        gains.append(
            max(0.0, later(values[RECENT:]) - before) if maximize else max(0.0, before - later(values[RECENT:]))
        )
        bounds.append(gain_ahead(values[:RECENT], maximize=maximize))
    mean_gain, mean_bound = sum(gains) / len(gains), sum(bounds) / len(bounds)
    assert mean_gain < mean_bound < 10 * mean_gain


def search(bench: Bench, values: list[float], least_gain: float | PairedError | None) -> tuple[int, StopReason]:
    ledger = bench.ledger(trials=len(values), least_gain=least_gain)
    count = 0
    while (job := ledger.begin()) is not None:
        ledger.record(job.number, evaluated(81, values[count], TrialEnd.COMPLETED))
        count += 1
    return count, ledger.close()


@pytest.mark.parametrize(
    ("spread", "least_gain", "count", "reason"),
    [
        (0.0001, 0.01, RECENT, StopReason.PLATEAU),
        (0.0001, None, 40, StopReason.TRIALS),
        (0.2, 0.01, 40, StopReason.TRIALS),
    ],
)
def test_a_search_ends_when_further_trials_promise_too_little(tmp_path, spread, least_gain, count, reason):
    bench = Bench(tmp_path)
    bench.create()
    values = [0.8 + spread * (number * 7 % 10) / 10 for number in range(40)]
    assert search(bench, values, least_gain) == (count, reason)


@pytest.mark.parametrize(
    ("error", "count", "reason"),
    [(0.01, RECENT, StopReason.PLATEAU), (1e-9, 40, StopReason.TRIALS), (None, 40, StopReason.TRIALS)],
)
def test_the_least_gain_may_be_the_standard_error_between_the_best_trial_and_the_default(
    tmp_path, error, count, reason
):
    bench, asked = Bench(tmp_path), []
    bench.create()
    values = [0.8 + 0.0001 * (number * 7 % 10) / 10 for number in range(40)]

    def paired(best: int, other: int) -> float | None:
        asked.append((best, other))
        return error

    assert search(bench, values, paired) == (count, reason)
    assert asked[0] == (7, 0), "trial 7 is the first with the best value"
