import optuna

from benchmarks.search.contenders.optuna_suggest import suggest
from benchmarks.search.space import ENCODER, SPACE, VOCABULARY_SIZE, default_values, dimensions, point
from search_spaces.suggest import Defaults


def test_the_first_trial_is_the_default_point_of_our_own_space():
    defaults = point(default_values())
    assert defaults == SPACE.ask(Defaults())
    architecture = defaults.architecture
    assert (f"{architecture.family}/{architecture.pooling}", defaults.text.vocabulary_size) == (
        ENCODER,
        VOCABULARY_SIZE,
    )


def test_an_optuna_trial_gives_a_value_for_each_dimension_and_the_defaults_when_they_are_enqueued():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.enqueue_trial(default_values())
    assert suggest(study.ask()) == default_values()
    for _ in range(20):
        values = suggest(study.ask())
        assert all(values[name] in dimension for name, dimension in dimensions().items())
        point(values)
