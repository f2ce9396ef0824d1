import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from automl.hpo.optuna_suggest import OptunaSuggest
from search_spaces import SPACES, Choice, FloatRange, IntRange, Space

DIMENSIONS = {
    "plain": (FloatRange(0.0, 1.0, 0.5), FloatDistribution(0.0, 1.0)),
    "log": (FloatRange(1e-4, 1e-2, 1e-3, log=True), FloatDistribution(1e-4, 1e-2, log=True)),
    "whole": (IntRange(1, 9, 3, step=2), IntDistribution(1, 9, step=2)),
    "log whole": (IntRange(1, 64, 8, log=True), IntDistribution(1, 64, log=True)),
    "choice": (Choice(("a", None, 3, True), "a"), CategoricalDistribution(("a", None, 3, True))),
}


@pytest.fixture
def study() -> optuna.Study:
    return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))


def test_each_dimension_is_drawn_as_it_is_written(study):
    trial = study.ask()
    suggest = OptunaSuggest(trial)
    drawn = {name: suggest.value(name, dimension) for name, (dimension, _) in DIMENSIONS.items()}
    assert study.trials[0].distributions == {name: distribution for name, (_, distribution) in DIMENSIONS.items()}
    assert study.trials[0].params == drawn
    assert all(drawn[name] in dimension for name, (dimension, _) in DIMENSIONS.items())


def test_a_trial_that_goes_on_has_its_values_again(study):
    space = Space("auto", SPACES["auto"])
    trial = study.ask()
    point = space.ask(OptunaSuggest(trial))
    assert space.ask(OptunaSuggest(optuna.Trial(study, trial._trial_id))) == point
    assert space.replay(study.trials[0].params) == point


def test_what_was_put_in_the_queue_is_what_is_drawn(study):
    study.enqueue_trial({"log": 2e-3, "choice": None})
    suggest = OptunaSuggest(study.ask())
    assert suggest.value("log", DIMENSIONS["log"][0]) == 2e-3
    assert suggest.value("choice", DIMENSIONS["choice"][0]) is None
