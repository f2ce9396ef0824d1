from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from automl.checkpoints.retention import CheckpointRetention
from automl.checkpoints.saved_steps import SavedSteps
from automl.core.objectives import Goals, Objective
from tests.automl.engine.helpers import COST, evaluated
from tests.automl.goals import MACRO_F1, goals_for
from trials.protocol import Evaluation, TrialEnd


@pytest.fixture
def folders(tmp_path: Path) -> CheckpointRetention:
    def within(name: str) -> Callable[[int], Path]:
        return lambda number: tmp_path / name / str(number)

    return CheckpointRetention(within("trials"), within("state"), SavedSteps(tmp_path / "steps"), 2, MACRO_F1)


def save(folders: CheckpointRetention, number: int) -> None:
    for folder in (folders.model(number), folders.state(number)):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")


def best(score: float, log_loss: float = 0.5) -> Evaluation:
    evaluation = evaluated(81, score).evaluation
    return replace(evaluation, metrics={**evaluation.metrics, "log_loss": log_loss})


def models(folders: CheckpointRetention) -> set[int]:
    return {number for number in range(20) if folders.has_model(number)}


def test_the_best_completed_trials_and_the_default_keep_their_models(folders):
    for number, score in enumerate((0.1, 0.5, 0.9, 0.7, 0.6)):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, best(score), COST)
    assert models(folders) == {0, 2, 3}
    assert not any(folders.state(number).exists() for number in range(5))


def test_of_equal_ones_those_are_kept_that_would_win(folders):
    for number, log_loss in ((1, 0.4), (2, 0.3), (3, 0.1), (4, 0.2)):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, best(0.9, log_loss), COST)
    assert models(folders) == {3, 4}


def test_less_is_better_where_the_metric_says_so(folders):
    folders.goals = Goals((Objective("macro_f1", maximize=False),))
    for number, score in ((1, 0.5), (2, 0.9), (3, 0.1)):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, best(score), COST)
    assert models(folders) == {1, 3}


def test_a_preempted_trial_keeps_all_that_it_needs_to_go_on(folders):
    save(folders, 1)
    folders.settle(1, TrialEnd.PREEMPTED, best(0.5), COST)
    assert folders.has_model(1) and folders.state(1).exists()


def test_a_trial_that_was_stopped_early_may_have_one_of_the_best_models(folders):
    for number, end in ((1, TrialEnd.PRUNED), (2, TrialEnd.COMPLETED), (3, TrialEnd.PRUNED)):
        save(folders, number)
        folders.settle(number, end, best(number / 10), COST)
    assert models(folders) == {2, 3}
    assert not any(folders.state(number).exists() for number in range(5))


@pytest.mark.parametrize("end", [TrialEnd.DIVERGED, TrialEnd.OUT_OF_MEMORY, TrialEnd.ERROR])
def test_other_ends_leave_nothing(folders, end):
    save(folders, 1)
    folders.settle(1, end, best(0.99), COST)
    assert not folders.model(1).exists() and not folders.state(1).exists()


def wanted(score: float, latency: float, step: int = 81) -> Evaluation:
    evaluation = evaluated(step, score, latency_ms=latency).evaluation
    assert evaluation is not None
    return evaluation


def test_of_several_objectives_the_winner_and_the_rest_of_the_front_are_kept(folders):
    folders.goals = goals_for("macro_f1", "latency_ms")
    told = {1: (0.90, 50.0), 2: (0.89, 49.0), 3: (0.85, 60.0), 4: (0.5, 1.0), 5: (0.88, 48.0)}
    for number, (score, latency) in told.items():
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, wanted(score, latency), COST)
    assert models(folders) == {1, 4}, "the two ends of the front"


def test_what_breaks_a_constraint_goes_first_even_if_what_keeps_it_was_only_looked_at(folders):
    folders.goals = goals_for("macro_f1", constraints=["latency_ms<=20"])
    for number, best in {1: wanted(0.9, 30.0), 2: wanted(0.8, 40.0), 3: wanted(0.2, 10.0, step=1)}.items():
        save(folders, number)
        folders.settle(number, TrialEnd.PRUNED, best, COST)
    assert models(folders) == {1, 3}, "the winner, and the closest of the others"


def test_the_best_default_and_the_best_of_each_algorithm_are_kept_beside_the_best_of_all(folders):
    linear, probe, lora = ({"algorithm": name} for name in ("linear", "probe", "lora"))
    folders.defaults = [linear, probe, lora]
    tuned = {"algorithm": "probe", "probe.classifier.penalty": 1.0}
    scores = ((linear, 0.7), (probe, 0.75), (lora, 0.5), (tuned, 0.9), (tuned, 0.8), (tuned, 0.85), (lora, 0.4))
    for number, (params, score) in enumerate(scores):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, best(score), COST, params)
    assert models(folders) == {0, 1, 2, 3, 5}, "trial 0, the best default, the best lora, and the two best"


def test_a_model_whose_place_is_taken_by_a_better_one_of_its_kind_goes(folders):
    linear, probe = ({"algorithm": name} for name in ("linear", "probe"))
    folders.defaults, folders.keep = [linear, probe], 1
    tuned = {"algorithm": "probe", "probe.classifier.penalty": 1.0}
    for number, (params, score) in enumerate(((linear, 0.7), (probe, 0.6), (tuned, 0.8))):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, best(score), COST, params)
    assert models(folders) == {0, 2}, "the default of trial 0 is the better one"
