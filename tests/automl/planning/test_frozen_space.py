"""Studies that were begun before their space had grown."""

import pytest
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.config.schema import SearchSection
from automl.planning.frozen_space import as_begun
from automl.planning.initial_points import first_points
from search_spaces import (
    SPACES,
    AnyPoint,
    Choice,
    Dimension,
    FloatRange,
    IntRange,
    RecordedValues,
    Space,
    Suggest,
    Value,
)
from tests.automl.engine.helpers import ENCODER, NEW, Bench, ended, evaluated, run_through
from trials.protocol import TrialEnd

NEW_PARAMETER, GROWN = "architecture.initialization", "architecture.encoder"
OLD_OPTIONS = ("modernbert/mean", "modernbert/cls", "bert/cls")


class Older(Suggest):
    """Asks `inner` what a version asked that had no choice of first weights, and fewer families."""

    def __init__(self, inner: Suggest) -> None:
        self._inner = inner

    def value(self, name: str, dimension: Dimension) -> Value:
        if name.endswith(NEW_PARAMETER):
            return dimension.default
        if name.endswith(GROWN):
            return self._inner.value(name, Choice(OLD_OPTIONS, OLD_OPTIONS[0]))
        return self._inner.value(name, dimension)


def older(name: str) -> Space:
    def function(suggest: Suggest) -> AnyPoint:
        return SPACES[name](Older(suggest))

    return Space(name, function)


@pytest.fixture
def bench(tmp_path) -> Bench:
    made = Bench(tmp_path)
    made.create(space=older("encoder"))
    return made


def resumed(bench: Bench, name: str = "encoder") -> Space:
    return as_begun(Space(name, SPACES[name]), bench.store.study(NEW.name).trials())[0]


def test_a_grown_space_would_fail_every_trial(bench):
    """What the rest of this file is about: Optuna takes no other options than a parameter had."""
    ledger = bench.ledger(space=older("encoder"))
    run_through(ledger, ledger.begin().number, 0.5)
    ledger.close()
    assert bench.ledger(space=ENCODER, trials=3).begin() is None
    assert list(bench.ends().values()) == [TrialEnd.COMPLETED, TrialEnd.ERROR, TrialEnd.ERROR]


def test_the_study_goes_on_with_the_options_that_it_had_and_the_default_of_what_is_new(bench):
    ledger = bench.ledger(space=older("encoder"))
    run_through(ledger, ledger.begin().number, 0.5)
    ledger.close()
    ledger = bench.ledger(space=resumed(bench))
    points = [ledger.begin().point for _ in range(10)]
    assert {point.architecture.initialization for point in points} == {"fan_in"}
    families = {(point.architecture.family, point.architecture.pooling) for point in points}
    assert len(families) > 1
    assert families <= {tuple(option.split("/")) for option in OLD_OPTIONS}
    ledger.close()
    assert bench.ledger(space=resumed(bench)).begin() is not None, "a third time as the second"
    asked = {trial.number: trial.params.keys() for trial in bench.store.study(NEW.name).record().trials}
    assert all(names == ENCODER.defaults().keys() - {NEW_PARAMETER} for names in asked.values())


def test_a_trial_that_was_interrupted_goes_on_as_the_same(bench):
    ledger = bench.ledger(space=older("encoder"))
    ledger.begin()
    job = ledger.begin()
    bench.save_model(job.number)
    ledger.record(job.number, evaluated(9, 0.5))
    ledger.close()
    ledger = bench.ledger(space=resumed(bench))
    jobs = {again.number: again for again in (ledger.begin(), ledger.begin())}
    assert jobs[job.number].point == job.point
    assert jobs[job.number].told == 9


def test_trial_0_that_never_began_is_the_default_all_the_same(bench):
    assert bench.ledger(space=resumed(bench), sampler="tpe").begin().point == ENCODER.replay(ENCODER.defaults())


def test_a_new_study_starts_from_what_it_found(bench):
    ledger = bench.ledger(space=older("encoder"), pruner="none")
    for number in range(3):
        run_through(ledger, ledger.begin().number, 0.5 + number / 100)
    found = first_points(ENCODER, SearchSection(warm_start=[NEW.name]), bench.store)
    trials = bench.store.study(NEW.name).record().trials
    assert [point for _, point in found.earlier] == [
        {**trials[number].params, NEW_PARAMETER: "fan_in"} for number in (2, 1)
    ]


def test_the_user_is_told_what_stays(bench):
    _, told = as_begun(ENCODER, bench.store.study(NEW.name).trials())
    assert told == [
        "The space 'encoder' has changed since the study began, which continues with the earlier one: "
        "architecture.initialization (fan_in)"
    ]
    ledger = bench.ledger(space=older("encoder"))
    ledger.begin()
    ledger.close()
    _, told = as_begun(ENCODER, bench.store.study(NEW.name).trials())
    assert "architecture.encoder (modernbert/mean, modernbert/cls, bert/cls)" in told[0]


@pytest.mark.parametrize("name", ["encoder", "auto"])
def test_a_space_that_is_what_it_was_stays_so(tmp_path, name):
    bench, space = Bench(tmp_path), Space(name, SPACES[name])
    bench.create(space=space)
    ledger = bench.ledger(space=space)
    for _ in range(6):
        ledger.begin()
    ledger.close()
    assert as_begun(space, bench.store.study(NEW.name).trials()) == (space, [])


def test_an_algorithm_that_was_never_tried_may_have_what_is_new(tmp_path):
    bench = Bench(tmp_path)
    bench.create(space=older("auto"))
    ledger = bench.ledger(space=older("auto"))
    first = ledger.begin()
    ledger.record(first.number, ended(TrialEnd.ERROR))
    ledger.close()
    assert resumed(bench, "auto") == Space("auto", SPACES["auto"])


def trial(name: str, distribution: BaseDistribution) -> FrozenTrial:
    value = distribution.to_external_repr(1)
    return create_trial(params={name: value}, distributions={name: distribution}, state=TrialState.COMPLETE, value=0.5)


@pytest.mark.parametrize(
    ("name", "had", "stays"),
    [
        ("optimizer.learning_rate", FloatDistribution(0.0, 1.0), FloatRange(0.0, 1.0, 1e-3)),
        ("architecture.hidden_dropout", FloatDistribution(0.2, 1.0), None),
        ("architecture.depth", CategoricalDistribution((3, 1)), Choice((3, 1), 3)),
        ("architecture.heads", IntDistribution(1, 9, step=2), IntRange(1, 9, 5, step=2)),
    ],
)
def test_what_kind_of_a_range_a_parameter_has_stays_but_its_ends_may_move(name, had, stays):
    others = {other: value for other, value in ENCODER.defaults().items() if other != name}
    only = Space("encoder", lambda suggest: SPACES["encoder"](RecordedValues(suggest, others)))
    space, told = as_begun(only, [trial(name, had)])
    assert space.dimensions() == {name: stays or ENCODER.dimensions()[name]}
    assert bool(told) is (stays is not None)
