"""Which parameters are drawn together, against Optuna's own answer."""

import random

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.search_space import IntersectionSearchSpace
from optuna.trial import TrialState

from automl.hpo.samplers.intersection_space import ObservedIntersection


@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_optuna_says_in_whatever_order_trials_end(seed):
    draw, study = random.Random(seed), optuna.create_study()
    ours, running = ObservedIntersection(), []
    for _ in range(60):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        if draw.random() < 0.98:
            trial.suggest_float("y", 0, 1 if draw.random() < 0.98 else 2)
        if draw.random() < 0.98:
            trial.suggest_categorical("z", ("a", "b"))
        running.append(trial)
        while running and draw.random() < 0.6:
            ended = running.pop(draw.randrange(len(running)))
            state = draw.choice([TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL])
            study.tell(ended, 1.0 if state == TrialState.COMPLETE else None, state)
        assert ours.calculate(study) == IntersectionSearchSpace(include_pruned=True).calculate(study)


def test_each_ended_trial_is_read_once_however_long_another_one_runs(monkeypatch):
    study = optuna.create_study()
    study.ask().suggest_float("x", 0, 1)  # it never ends
    read, compare = [], FloatDistribution.__eq__

    def counted(self, other):
        read.append(self)
        return compare(self, other)

    monkeypatch.setattr(FloatDistribution, "__eq__", counted)
    ours = ObservedIntersection()
    for number in range(50):
        trial = study.ask({"x": FloatDistribution(0, 1)})
        study.tell(trial, number)
        before = len(read)
        ours.calculate(study)
        assert len(read) - before <= 1
