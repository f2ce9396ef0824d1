from pathlib import Path

import pytest

from automl import Experiment
from automl.api.experiment_from_arguments import experiment_of

PAIRS = [("a film", "good"), ("a plot", "bad")]


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """Where the experiments are made."""
    monkeypatch.chdir(tmp_path)


def parts(source=None, **others):
    return {"source": source, "validation": None, "test": None, "unlabeled": None, **others}


def test_settings_reach_every_field_and_may_be_a_file_or_an_experiment():
    Path("search.yaml").write_text("{search: {metric: mcc, trials: 5}, workspace: there}")
    given = Experiment(data={"source": "bbc-news"}, search={"metric": "mcc", "trials": 5}, workspace="there")
    for settings in ("search.yaml", Path("search.yaml"), given):
        found = experiment_of(parts("reviews.csv"), {"search.trials": 7}, settings)
        assert (found.search.metric, found.search.trials, found.search.time_budget) == ("mcc", 7, None)
        assert found.workspace == Path("there")
    dotted = {"trial.precision": "fp32", "space.overrides": {"training.batch_size": 16}, "space.name": "encoder"}
    found = experiment_of(parts("reviews.csv"), {}, dotted)
    assert (found.trial.precision, found.space.overrides) == ("fp32", {"training.batch_size": 16})


def test_data_in_memory_is_written_to_the_workspace_of_the_experiment():
    Path("search.yaml").write_text("{workspace: there}")
    found = experiment_of(parts(PAIRS, test=PAIRS, unlabeled=["more"]), {}, "search.yaml")
    sources = [Path(found.data.source), found.data.test, Path(found.data.unlabeled)]
    assert all(path.is_relative_to(Path("there").resolve()) and path.is_file() for path in sources)
    assert [path.stem for path in sources] == ["table", "test", "unlabeled"]


def test_a_file_of_an_experiment_may_stand_for_the_data():
    Path("search.yaml").write_text("{data: {source: reviews.csv}, search: {trials: 5}}")
    assert experiment_of(parts("search.yaml"), {}).search.trials == 5
