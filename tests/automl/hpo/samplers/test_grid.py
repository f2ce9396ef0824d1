"""A grid is gone through once, however the search is cut up."""

import pytest

from automl.core.events import StopReason
from automl.engine.search_settings import ConfirmationRules
from automl.engine.trial_manager import TrialManager
from search_spaces import ALGORITHM, SPACES, Choice, Space
from search_spaces.grid import grids_of
from tests.automl.engine.helpers import NEW, Bench, evaluated
from trials.protocol import TrialEnd

LINEAR = {
    "text.words": Choice((1, 2), 2),
    "text.characters": Choice((0, 4), 0),
    "text.rarest": Choice((2,), 2),
    "text.sublinear": Choice((True,), True),
    "classifier.inverse_penalty": Choice((1.0, 10.0), 10.0),
    "training.balance": Choice(("none",), "none"),
}
SMALL = Space("linear", SPACES["linear"], LINEAR)
TWO = Space(
    "auto",
    SPACES["auto"],
    {
        ALGORITHM: Choice(("linear", "probe"), "linear"),
        **{f"linear.{name}": dimension for name, dimension in LINEAR.items()},
        "probe.features.layers": Choice((1, 2), 1),
        "probe.features.pooling": Choice(("mean",), "mean"),
        "probe.classifier.hidden": Choice((0,), 0),
        "probe.classifier.penalty": Choice((1e-3, 1e-4), 1e-3),
        "probe.training.balance": Choice(("none",), "none"),
    },
)


def grid_ledger(bench: Bench, space: Space, trials: int | None = None) -> TrialManager:
    return bench.ledger(trials=trials, space=space, sampler="grid", pruner="none")


def complete(ledger: TrialManager) -> int:
    number = ledger.begin().number
    ledger.record(number, evaluated(81, 0.5, TrialEnd.COMPLETED))
    return number


def run_out(ledger: TrialManager) -> StopReason:
    while not ledger.exhausted:
        complete(ledger)
    return ledger.close()


def points(bench: Bench) -> list[str]:
    return [str(sorted(trial.params.items())) for trial in bench.store.study(NEW.name).record().trials]


@pytest.mark.parametrize("space", [SMALL, TWO], ids=["one algorithm", "two"])
def test_every_point_is_tried_once_and_then_the_search_ends(tmp_path, space):
    bench = Bench(tmp_path)
    bench.create(space=space)
    assert run_out(grid_ledger(bench, space)) == StopReason.GRID
    everything = {str(sorted(grid.point(place).items())) for grid in grids_of(space) for place in range(grid.size)}
    assert len(everything) == (8 if space is SMALL else 12)
    assert sorted(points(bench)) == sorted(everything)


def test_algorithms_take_turns(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=TWO)
    ledger = grid_ledger(bench, TWO)
    algorithms = [type(ledger.begin().point).__name__ for _ in range(6)]
    assert sorted(algorithms[:5]) == ["Linear", "Linear", "Linear", "Probe", "Probe"]


def test_first_points_are_not_tried_again_wherever_they_lie(tmp_path):
    bench = Bench(tmp_path)
    between = {**SMALL.defaults(), "classifier.inverse_penalty": 5.0}
    bench.store.create(NEW, SMALL.defaults(), {**SMALL.defaults(), "text.words": 1}, between)
    assert run_out(grid_ledger(bench, SMALL)) == StopReason.GRID
    assert len(set(points(bench))) == len(points(bench)) == 9, "the grid, and a point that is none of its own"


def test_a_resumed_search_goes_on_with_the_same_grid(tmp_path, storage_url):
    bench = Bench(tmp_path, storage_url)
    bench.create(space=SMALL)
    for until in (3, 5, None):
        ledger = grid_ledger(bench, SMALL, trials=until)
        if until is None:
            assert run_out(ledger) == StopReason.GRID
        else:
            complete(ledger)
            ledger.begin()  # it is cut off
            ledger.close()
    assert len(set(points(bench))) == len(points(bench)) == 8
    assert grid_ledger(bench, SMALL).exhausted
    bench.store.close()


def test_a_trial_that_is_tried_again_takes_no_point_from_the_grid(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=SMALL)
    ledger = grid_ledger(bench, SMALL)
    for end in (TrialEnd.COMPLETED, TrialEnd.DIVERGED):
        ledger.record(ledger.begin().number, evaluated(81, 0.5, end))
    ledger.close()
    assert bench.store.study(NEW.name).retry({TrialEnd.DIVERGED}) == [2]
    assert run_out(grid_ledger(bench, SMALL)) == StopReason.GRID
    assert len(points(bench)) == 9
    assert len(set(points(bench))) == 8


def test_two_drivers_never_take_the_same_point(tmp_path):
    """Both begin before either has written a parameter that the other could read."""
    bench = Bench(tmp_path)
    bench.create(space=SMALL)
    first, second = (grid_ledger(bench, SMALL) for _ in range(2))
    jobs = [ledger.begin() for ledger in (first, second, second, first, second, first, first, second)]
    assert len({str(job.point) for job in jobs}) == 8
    assert first.begin() is None
    assert second.begin() is None


def test_a_grid_waits_for_the_trials_that_run(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=SMALL)
    ledger = grid_ledger(bench, SMALL)
    numbers = [ledger.begin().number for _ in range(8)]
    assert ledger.begin() is None
    assert not ledger.exhausted
    ledger.lose(numbers[3], "killed")
    assert ledger.begin().number == numbers[3]


def test_numbers_that_confirmations_have_leave_no_gap_in_the_grid(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=SMALL)
    rules = ConfirmationRules(share=0.5, must_fit=False, seconds=None)
    ledger = bench.ledger(trials=3, space=SMALL, sampler="grid", pruner="none", confirm=rules)
    for _ in range(3):
        bench.save_model(complete(ledger))
    while (job := ledger.begin()) is not None:
        ledger.record(job.number, evaluated(81, 0.5, TrialEnd.COMPLETED))
    assert run_out(grid_ledger(bench, SMALL)) == StopReason.GRID
    proposed = bench.store.study(NEW.name).record().proposed
    assert len({tuple(sorted(trial.params.items())) for trial in proposed}) == len(proposed) == 8
