"""The fields of an experiment: their defaults, and what each refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from automl.config.schema import Experiment, ResourcesSection, SearchSection
from tests.automl.config.problems import problems
from trials.data.options import DataOptions


def test_data_alone_is_an_experiment():
    experiment = Experiment.model_validate({"data": {"source": "bbc-news"}})
    assert (experiment.space.name, experiment.search.metric) == ("auto", "macro_f1")
    assert (experiment.search.sampler, experiment.search.pruner) == ("tpe", "asha")
    assert experiment.workspace == Path("runs")
    assert experiment.data_options() == DataOptions("bbc-news")


@pytest.mark.parametrize(
    ("search", "limits"),
    [
        ({}, (None, 600.0)),
        ({"trials": 5}, (5, None)),
        ({"time_budget": "1h30m"}, (None, 5400.0)),
        ({"time_budget": 90}, (None, 90.0)),
        ({"trials": 5, "time_budget": "90"}, (5, 90.0)),
        ({"trials": None, "time_budget": None}, (None, 600.0)),
    ],
)
def test_a_search_ends_some_day(search, limits):
    experiment = Experiment.model_validate({"data": {"source": "bbc-news"}, "search": search})
    assert (experiment.search.trials, experiment.search.time_budget) == limits


def test_what_is_said_about_data_reaches_the_readers():
    said = {"text": "body", "label": 3, "split": "fold", "test": "t.csv", "test_share": "0.2", "allow": "numeric-texts"}
    experiment = Experiment.model_validate({"data": {"source": "a.csv", **said, "seed": 7}})
    assert experiment.data_options() == DataOptions(
        "a.csv", ("body",), "3", "fold", test=Path("t.csv"), test_share=0.2, seed=7, allow=frozenset({"numeric-texts"})
    )


def test_a_population_needs_its_pruner():
    assert problems(search={"population": 8}) == ["search.population needs search.pruner to be 'pbt', not 'asha'"]
    assert Experiment.model_validate({"data": {"source": "x"}, "search": {"population": 8, "pruner": "pbt"}})


def test_it_is_frozen():
    experiment = Experiment.model_validate({"data": {"source": "bbc-news"}})
    with pytest.raises(ValidationError):
        experiment.search.trials = 3


def models(model: type[BaseModel] = Experiment) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from models(field.annotation)


@pytest.mark.parametrize("model", models())
def test_every_field_is_described(model):
    assert all((field.description or "").endswith(".") for field in model.model_fields.values())


@pytest.mark.parametrize(("given", "read"), [("auto", "auto"), ("off", "off"), (False, "off"), ("3", 3), (2, 2)])
def test_ensembles_are_automatic_off_or_of_so_many_models(given, read):
    assert SearchSection(ensemble=given).ensemble == read


@pytest.mark.parametrize("given", [1, 21, True, "many"])
def test_an_ensemble_of_one_model_or_of_no_number_is_refused(given):
    with pytest.raises(ValidationError):
        SearchSection(ensemble=given)


@pytest.mark.parametrize(("given", "read"), [("auto", "auto"), ("off", "off"), (False, "off"), ("3", 3), (16, 16)])
def test_packs_are_automatic_off_or_of_so_many_trials(given, read):
    assert ResourcesSection(pack=given).pack == read


@pytest.mark.parametrize("given", [0, "1", 65, "x"])
def test_a_pack_of_one_trial_or_of_no_number_is_told_what_must_hold(given):
    (problem,) = problems(resources={"pack": given})
    assert problem.startswith("resources.pack must be a whole number from 2 to 64, or 'auto', or 'off'")


@pytest.mark.parametrize(("given", "read"), [("auto", "auto"), (False, "off"), ("15%", 0.15), ("0.3", 0.3), (0.5, 0.5)])
def test_trials_are_confirmed_automatically_not_at_all_or_in_a_share_of_the_time(given, read):
    assert SearchSection(confirm=given).confirm == read


@pytest.mark.parametrize("given", [0, 0.6, "60%", True, "many", "x%", "nan"])
def test_a_share_for_confirmations_that_cannot_be_is_told_what_must_hold(given):
    (problem,) = problems(search={"confirm": given})
    assert problem.startswith(
        "search.confirm must be a share of the time above 0 and up to 0.5, such as 15%, or 'auto'"
    )
