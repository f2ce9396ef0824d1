import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automl.config.loader import load_experiment
from automl.config.schema import Experiment
from automl.core.budgets import Budgets, Pace
from automl.core.workspace import Workspace
from automl.planning.plan import Plan
from automl.planning.prepare_data import PreparedData
from automl.storage.study_store import StudyStore, sqlite_url
from search_spaces import SPACES, Linear, Space
from trials.data.dataset import Split, TextDataset

SPLIT = Split(("a text of five words",) * 100, np.arange(100, dtype=np.int64) % 2)
DATA = TextDataset("toy", ("a", "b"), SPLIT, SPLIT, SPLIT, "f" * 64)
PREPARED = PreparedData(DATA, 64, Budgets(scratch=200, pretrained=50), pace=Pace(scratch=3.0))


def plan(folder: Path, space: str = "encoder", **search: object) -> Plan:
    experiment = Experiment(data={"source": "bbc-news"}, space={"name": space}, search={"trials": 9, **search})
    prepared = replace(PREPARED, folds=experiment.search.folds)
    return Plan(experiment, Workspace(folder), Space(space, SPACES[space]), prepared, 9, None, time.monotonic())


def test_the_study_that_is_created_is_the_one_that_was_planned(tmp_path):
    made = plan(tmp_path, objectives=["macro_f1", "latency_ms"], constraints=["latency_ms<=20"])
    store = StudyStore(sqlite_url(tmp_path))
    settings = store.create(made.new_study("s"), made.defaults).settings()
    store.close()
    assert settings == made.new_study("s")
    assert load_experiment(settings.experiment) == made.experiment
    assert settings.goals.names == ("macro_f1", "latency_ms")
    assert list(map(str, settings.goals.constraints)) == ["latency_ms<=20"]
    assert (settings.budget_examples, settings.pretrained_budget_examples, settings.pace.scratch) == (200, 50, 3.0)


def test_trial_0_has_all_defaults(tmp_path):
    made = plan(tmp_path, "auto")
    assert made.first_point == made.space.replay(made.space.defaults())
    assert isinstance(made.first_point, Linear)
    assert made.defaults.keys() == made.space.dimensions().keys()


def test_only_a_space_of_algorithms_has_an_expected_time_of_each(tmp_path, monkeypatch):
    assert plan(tmp_path).expected_seconds == {}
    expected = plan(tmp_path, "auto").expected_seconds
    assert list(expected) == list(Space("auto", SPACES["auto"]).algorithms())
    assert min(expected.values()) == expected["linear"] > 0


@pytest.mark.parametrize(("folds", "epochs"), [(None, "2"), (5, "1")])
def test_trackers_record_text_that_says_what_was_searched(tmp_path, folds, epochs):
    """With folds, a pass is over the 200 rows of training and validation together."""
    settings = plan(tmp_path, folds=folds).settings()
    assert all(isinstance(value, str) for value in settings.values())
    assert (settings["data.source"], settings["data.train_rows"], settings["space"]) == ("bbc-news", "100", "encoder")
    assert (settings["search.trials"], settings["search.time_budget"]) == ("9", "None")
    assert (settings["search.folds"], settings["trial.epochs"]) == (str(folds), epochs)


def test_a_runtime_gives_latency_its_own_name(tmp_path):
    wanted = {"objectives": ["macro_f1", "latency_ms"], "constraints": ["latency_ms<=20", "bytes<=9"]}
    of_int8 = plan(tmp_path, **wanted, runtime="onnx-int8").goals
    assert of_int8.names == ("macro_f1", "latency_ms_int8")
    assert list(map(str, of_int8.constraints)) == ["latency_ms_int8<=20", "bytes<=9"]
    assert of_int8.measured == ("latency_ms_int8", "bytes")
