"""The fields of an experiment: their defaults, and what each refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from automl.config.field_errors import field_problems
from automl.config.schema import Experiment
from trials.data.options import DataOptions


def problems(**sections: object) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        Experiment.model_validate({"data": {"source": "bbc-news"}, **sections})
    return field_problems(raised.value)


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
        "a.csv", "body", "3", "fold", test=Path("t.csv"), test_share=0.2, seed=7, allow=frozenset({"numeric-texts"})
    )


@pytest.mark.parametrize(
    ("section", "field", "value", "sentence"),
    [
        ("data", "max_length", 7, "data.max_length must be a whole number from 8 to 8192, or 'auto', not 7"),
        ("data", "max_length", "long", "data.max_length must be a whole number from 8 to 8192, or 'auto', not 'long'"),
        ("data", "test_share", 1, "data.test_share must be a number above 0 and below 1, not 1"),
        ("data", "allow", 3, "data.allow must be a list of names, not 3"),
        ("data", "validation", 3, "data.validation must be the path of a file, not 3"),
        ("search", "trials", 0, "search.trials must be a whole number of at least 1, not 0"),
        ("search", "trials", True, "search.trials must be a whole number of at least 1, not True"),
        ("search", "trials", 1.5, "search.trials must be a whole number of at least 1, not 1.5"),
        ("search", "population", 3, "search.population must be a whole number of at least 4, or 'auto', not 3"),
        ("search", "seed", -1, "search.seed must be a whole number from 0 to 4294967295, not -1"),
        ("search", "metric", "", "search.metric must be text that is not empty, not ''"),
        ("search", "metric", None, "search.metric must be text that is not empty, not None"),
        ("trial", "epochs", 0, "trial.epochs must be a number above 0, or 'auto', not 0"),
        ("trial", "epochs", float("inf"), "trial.epochs must be a number above 0, or 'auto', not inf"),
        ("trial", "precision", "fp16", "trial.precision must be auto, fp32 or bf16, not 'fp16'"),
        ("resources", "slots", "all", "resources.slots must be a whole number of at least 1, or 'auto', not 'all'"),
        (
            "resources",
            "gpus_per_trial",
            -1,
            "resources.gpus_per_trial must be a number of at least 0, or 'auto', not -1",
        ),
        (
            "space",
            "overrides",
            [1],
            "space.overrides must be a mapping of parameter names to what each may be, not [1]",
        ),
    ],
)
def test_what_a_field_refuses(section, field, value, sentence):
    data = {"source": "bbc-news"} if section == "data" else {}
    assert problems(**{section: {**data, field: value}}) == [sentence]


@pytest.mark.parametrize("value", ["0", "0s", -3, "ten", True, float("inf")])
def test_what_is_no_time_budget(value):
    (problem,) = problems(search={"time_budget": value})
    assert problem.startswith("search.time_budget must be a time above 0, such as 90s")
    assert problem.endswith(f"not {value!r}")


@pytest.mark.parametrize("study", ["", " a", "a\nb", "x" * 101, "studies.db", "bell\a"])
def test_a_name_of_a_study_is_one_line_that_can_be_seen(study):
    (problem,) = problems(study=study)
    assert problem.startswith("study must be one line of at most 100 characters")


@pytest.mark.parametrize("study", ["a/b", ".hidden", "a b", "../up", 'it\'s "so"', "🙂 👩‍💻"])
def test_any_such_name_will_do(study):
    assert Experiment.model_validate({"data": {"source": "bbc-news"}, "study": study}).study == study


def test_rows_must_be_left_to_train_on():
    shares = {"source": "bbc-news", "validation_share": 0.5, "test_share": 0.5}
    assert problems(data=shares) == ["data.validation_share and data.test_share must sum to less than 1, not 1"]


def test_a_population_needs_its_pruner():
    assert problems(search={"population": 8}) == ["search.population needs search.pruner to be 'pbt', not 'asha'"]
    assert Experiment.model_validate({"data": {"source": "x"}, "search": {"population": 8, "pruner": "pbt"}})


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        (
            {"search": {"trails": 5}},
            "search.trails is not a field. Did you mean 'search.trials'? The section 'search' has",
        ),
        ({"trials": 5}, "trials is not a field. Did you mean 'search.trials'? An experiment has: study, data"),
        ({"seed": 5}, "Did you mean 'data.seed' or 'search.seed'?"),
        ({"zzz": 5}, "zzz is not a field. An experiment has: study"),
        ({"search": 5}, "search must be a mapping of fields, not 5"),
        ({"data": {}}, "data.source is missing; it must be a named corpus, a data file or a folder"),
    ],
)
def test_fields_that_are_not_there(sections, words):
    (problem,) = problems(**sections)
    assert words in problem


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
