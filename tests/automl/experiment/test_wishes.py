"""What may be wanted of a winner, and who can search for it."""

import pytest

from automl.errors import UsageError
from automl.experiment.load import build_experiment, dump_experiment, load_experiment


def refused(*settings: str, **flags: object) -> str:
    with pytest.raises(UsageError) as raised:
        build_experiment("imdb", settings, {f"search.{name}": value for name, value in flags.items()})
    return str(raised.value)


def test_objectives_and_constraints_are_kept_through_the_database():
    flags = {"search.objectives": ["accuracy", "latency_ms"], "search.constraints": ["latency_ms<=20"]}
    search = load_experiment(dump_experiment(build_experiment("imdb", [], flags))).search
    assert (search.metric, search.objectives) == ("accuracy", ("accuracy", "latency_ms"))
    assert search.constraints == ("latency_ms<=20",)


def test_one_objective_is_a_metric():
    search = build_experiment("imdb", ["search.objectives=log_loss", "search.sampler=cmaes"], {}).search
    assert (search.metric, search.objectives) == ("log_loss", ("log_loss",))


def test_a_metric_and_objectives_are_not_both_given():
    assert "make 'accuracy' the first objective" in refused(metric="accuracy", objectives=["macro_f1"])


@pytest.mark.parametrize(
    ("objectives", "told"),
    [
        (["macro_f1", "latencyms"], "no objective 'latencyms'. Did you mean 'latency_ms'?"),
        (["latency_ms", "macro_f1"], "first objective must be a metric, since it decides who wins, not 'latency_ms'"),
        (["macro_f1", "bytes", "bytes"], "given once, not 'bytes' 2 times"),
    ],
)
def test_objectives_are_there_are_different_and_begin_with_a_metric(objectives, told):
    assert told in refused(objectives=objectives)


@pytest.mark.parametrize(
    ("constraint", "told"),
    [
        ("latency_ms<20", "must be written like latency_ms<=20"),
        ("latency<=20", "Did you mean 'latency_ms'?"),
    ],
)
def test_a_constraint_bounds_what_there_is(constraint, told):
    assert told in refused(constraints=[constraint])


def test_what_cannot_search_for_several_objectives_says_what_can():
    settings = ("search.sampler=cmaes", "search.pruner=hyperband", "search.least_gain=0.01")
    message = refused(*settings, objectives=["macro_f1", "bytes"])
    assert "must be one of tpe, gp, nsga2, qmc, random, grid, not 'cmaes'" in message
    assert "must be one of asha, none, not 'hyperband'" in message
    assert "search.least_gain must be left out" in message
    build_experiment("imdb", settings, {"search.constraints": ["bytes<=1e6"]})  # of one objective, all of it goes


def test_a_cost_alone_is_no_metric():
    assert "give it as a further --objective" in refused(metric="latency_ms")


@pytest.mark.parametrize("setting", ["search.objectives=3", "search.objectives={a: b}", "search.constraints=[1, [2]]"])
def test_what_is_no_list_of_names_is_told_as_that(setting):
    assert "must be a list of names" in refused(setting)
