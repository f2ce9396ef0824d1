"""What a trial takes up of its earlier attempt, whose driver may have died between any two writes."""

from dataclasses import asdict, replace

import optuna
import pytest

from automl.engine.running_trial import RunningTrial, note_loss, resume_trial
from automl.storage import attributes
from tests.automl.engine.helpers import evaluated
from trials.protocol import Evaluation, TrialEnd


class Reporter:
    """Optuna's part of a study, as far as it was written."""

    def __init__(self, *steps: int) -> None:
        self.steps = set(steps)

    def reported(self, trial: optuna.Trial) -> frozenset[int]:
        return frozenset(self.steps)

    def report(self, trial: optuna.Trial, evaluation: Evaluation) -> None:
        assert evaluation.step not in self.steps, "Optuna warns of a second report"
        self.steps.add(evaluation.step)


@pytest.fixture
def trial() -> optuna.Trial:
    return optuna.create_study().ask()


def note(trial: optuna.Trial, *results: tuple[int, float, bool], **changes: object) -> tuple[Evaluation, ...]:
    """Writes an evaluation for each step, value, and whether it was the best."""
    made = []
    for step, value, is_best in results:
        evaluation = replace(evaluated(step, value).evaluation, is_best=is_best, **changes)
        trial.set_user_attr(attributes.evaluation_key(step), asdict(evaluation))
        made.append(evaluation)
    return tuple(made)


def left(trial: optuna.Trial) -> list[int]:
    return [evaluation.step for evaluation in attributes.read_evaluations(trial.user_attrs)]


def test_a_trial_that_never_reported_begins(trial):
    running = resume_trial(Reporter(), trial, "macro_f1", has_model=True, model_step=9)
    assert (running.stored, running.reported, running.best, running.value) == (frozenset(), frozenset(), None, None)


def test_a_trial_goes_on_after_its_last_evaluation_with_the_best_one(trial):
    evaluations = note(trial, (1, 0.5, True), (9, 0.9, True), (27, 0.7, False))
    reporter = Reporter(1)
    running = resume_trial(reporter, trial, "macro_f1", has_model=True, model_step=9)
    assert reporter.steps == {1, 9, 27}, "what was not reported is"
    assert (running.stored, running.reported) == ({1, 9, 27}, {1, 9, 27})
    assert running.best == evaluations[1]
    assert (running.value, running.metrics) == (0.7, {"macro_f1": 0.7, "accuracy": 0.7})


def test_without_its_model_it_begins_again_but_is_not_judged_again(trial):
    note(trial, (1, 0.5, True), (9, 0.9, True))
    running = resume_trial(Reporter(1, 9, 27), trial, "macro_f1", has_model=False)
    assert (running.stored, running.best, running.value) == (frozenset(), None, None)
    assert running.reported == {1, 9, 27}
    assert left(trial) == []


@pytest.mark.parametrize(
    ("model_step", "stay"), [(None, [1, 9, 27, 54]), (54, [1, 9, 27, 54]), (27, [1, 9, 27]), (9, [1, 9]), (1, [1])]
)
def test_evaluations_go_from_the_first_whose_better_model_is_lost(trial, model_step, stay):
    note(trial, (1, 0.5, True), (9, 0.6, True), (27, 0.7, True), (54, 0.8, True))
    running = resume_trial(Reporter(), trial, "macro_f1", has_model=True, model_step=model_step)
    assert left(trial) == stay
    assert running.stored == set(stay)
    assert running.reported == {1, 9, 27, 54}
    assert running.best.step == stay[-1]


def test_a_model_older_than_a_worse_evaluation_is_still_the_best(trial):
    note(trial, (1, 0.5, True), (9, 0.9, True), (27, 0.7, False), (54, 0.95, True))
    running = resume_trial(Reporter(), trial, "macro_f1", has_model=True, model_step=9)
    assert left(trial) == [1, 9, 27]
    assert (running.best.step, running.value) == (9, 0.7)


def test_folds_need_no_model(trial):
    folds = note(trial, (20, 0.5, False), fold=0) + note(trial, (40, 0.7, False), fold=1)
    running = resume_trial(Reporter(), trial, "macro_f1", has_model=False)
    assert (running.folds, running.value, running.best) == (folds, 0.7, None)
    assert running.stored == running.reported == {20, 40}
    assert left(trial) == [20, 40]


def test_a_lost_worker_is_the_trials_own_fault_once_its_retries_are_used_up(trial):
    running = RunningTrial(trial)
    ends = [note_loss(running, "killed", out_of_memory=False) for _ in range(3)]
    assert ends[:2] == [(TrialEnd.PREEMPTED, "killed")] * 2
    assert ends[2] == (TrialEnd.ERROR, "its worker died 3 times; the last time: killed")
    assert attributes.BATCH_PARTS not in trial.user_attrs
    assert note_loss(running, "killed", out_of_memory=True) == (TrialEnd.OUT_OF_MEMORY, "killed")
    assert trial.user_attrs[attributes.BATCH_PARTS] == 2
