from pathlib import Path

import pytest

from automl.config.schema import Experiment
from tests.automl.config.problems import problems


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


def test_a_single_name_is_a_list_and_a_folder_may_be_in_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    experiment = Experiment.model_validate(
        {"data": {"source": "bbc-news", "allow": "numeric-texts"}, "workspace": "~/runs"}
    )
    assert list(experiment.data.allow) == ["numeric-texts"]
    assert experiment.workspace == Path(tmp_path / "runs")
