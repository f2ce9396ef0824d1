import sys
from dataclasses import replace
from pathlib import Path

import optuna
import pytest

from automl.config.loader import dump_experiment
from automl.config.schema import Experiment
from automl.config.space_resolver import resolve_space
from automl.console.console import Console
from automl.core.budgets import Pace
from automl.core.errors import UsageError
from automl.core.workspace import Workspace
from automl.planning import Plan
from automl.session.resume import resumed_plan
from automl.storage.open_store import create_store
from automl.storage.study import Study
from automl.storage.study_store import NewStudy
from search_spaces import Choice, Space
from tests.automl.goals import MACRO_F1, goals_for
from tests.integration.command import write_reviews
from tests.trials.data.rows import write_csv
from trials.data.load import load_dataset
from trials.errors import DataError

SPACE = """
from search_spaces import SPACES

def space(suggest):
    suggest.choice("heads", {heads}, default=1)
    {more}
    return SPACES["linear"](suggest)
"""


class Scene:
    """A study of reviews that has begun, and may go on."""

    def __init__(self, folder: Path, space: Space, **search: object) -> None:
        write_reviews(folder / "reviews.csv", rows=80)
        self.experiment = Experiment.model_validate(
            {"data": {"source": str(folder / "reviews.csv")}, "space": {"name": space.name}, "search": search}
        )
        self.workspace = Workspace(folder / "runs")
        self.store = create_store(self.workspace)
        fingerprint = load_dataset(self.experiment.data_options()).dataset.fingerprint
        new = NewStudy(
            "s", MACRO_F1, dump_experiment(self.experiment), fingerprint, 810, 64, 81, pace=Pace(scratch=7.0)
        )
        self.study: Study = self.store.create(new, space.defaults())

    def resumed(self, trials: str | None = None, time_budget: str | None = None) -> Plan:
        settings = self.study.settings()
        return resumed_plan(self.study, settings, self.experiment, self.workspace, trials, time_budget, Console(), 0.0)


def linear() -> Space:
    return resolve_space("linear", {})[0]


def test_a_study_goes_on_in_the_space_that_it_was_begun_with(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("growing.py").write_text(SPACE.format(heads=(1, 2), more=""))
    space, _ = resolve_space("growing:space", {})
    scene = Scene(tmp_path, space)

    Path("growing.py").write_text(SPACE.format(heads=(1, 2, 4), more='suggest.integer("new", 1, 3, default=2)'))
    sys.modules.pop("growing")
    assert scene.resumed().space.dimensions() == space.dimensions() | {"heads": Choice((1, 2, 4), 1)}, (
        "no trial has begun"
    )
    assert "continues with the earlier one: new (2)" in capsys.readouterr().out
    scene.store.close()
    sys.modules.pop("growing")


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path, linear(), trials=9, least_gain=0.01)
    yield scene
    scene.store.close()


def test_a_study_goes_on_with_its_own_settings_and_its_own_budgets(scene):
    plan = scene.resumed()
    assert (plan.prepared.max_length, plan.prepared.budgets.scratch, plan.prepared.budgets.pretrained) == (64, 810, 81)
    assert plan.prepared.pace == Pace(scratch=7.0)
    assert (plan.trials, plan.experiment.search.least_gain) == (9, 0.01)


def test_a_limit_that_is_given_now_overrules_the_one_of_before_and_the_plateau(scene):
    """Who says how long to go on does not want the search to end before."""
    for limits in ({"trials": "20"}, {"time_budget": "10m"}):
        plan = scene.resumed(**limits)
        assert plan.experiment.search.least_gain is None
        assert (plan.trials == 20) == ("trials" in limits)
        assert (plan.seconds == 600.0) == ("time_budget" in limits)


def test_data_that_have_changed_are_told(scene, tmp_path):
    write_reviews(tmp_path / "reviews.csv", rows=90)
    with pytest.raises(UsageError, match="the data of study 's' must be what it was, but its fingerprint is now"):
        scene.resumed()


def test_a_study_goes_on_though_a_newer_version_finds_more_in_its_data(tmp_path):
    scene = Scene(tmp_path, linear())
    rows = [(f"text number {number} of many", ("good", "Good", "bad")[number % 3]) for number in range(90)]
    write_csv(tmp_path / "reviews.csv", rows)
    options = scene.experiment.data_options()
    with pytest.raises(DataError, match="similar-labels"):
        load_dataset(options)
    then = load_dataset(replace(options, allow=frozenset({"similar-labels"}))).dataset.fingerprint
    settings = replace(scene.study.settings(), data_fingerprint=then)
    plan = resumed_plan(scene.study, settings, scene.experiment, scene.workspace, None, None, Console(), started=0.0)
    assert plan.prepared.dataset.label_names == ("Good", "bad", "good")
    assert plan.experiment.data.allow == ()
    scene.store.close()


def test_mlflow_is_the_one_of_now_and_else_the_one_of_before(scene, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    scene.experiment = scene.experiment.model_copy(update={"tracking_uri": "http://before:5000"})
    assert scene.resumed().workspace.tracking == "http://before:5000"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://environment:5000")
    assert scene.resumed().workspace.tracking == "http://environment:5000"
    scene.workspace = Workspace(scene.workspace.folder, None, "http://flag:5000")
    assert scene.resumed().workspace.tracking == "http://flag:5000"


def test_trials_of_a_version_that_did_not_calibrate_are_told_where_the_metric_is_one_of_probabilities(tmp_path, capsys):
    scene = Scene(tmp_path, linear())
    mirror = scene.study.mirror()
    stored = optuna.load_study(study_name="s", storage=mirror)
    number = stored.ask().number
    trial_id = stored.trials[number]._trial_id
    evaluation = {"step": 81, "examples": 81, "metrics": {"macro_f1": 0.5, "log_loss": 0.9}, "train_loss": 0.1,
                  "learning_rate": 0.0, "seconds": 1.0, "is_best": True}  # fmt: skip
    stored._storage.set_trial_user_attr(trial_id, "automl.evaluation.81", evaluation)
    assert scene.study.uncalibrated() == [number]
    scene.resumed(trials="+1")
    assert "earlier version" not in capsys.readouterr().out, "macro F1 does not depend on a temperature"
    settings = replace(scene.study.settings(), goals=goals_for("log_loss"))
    resumed_plan(scene.study, settings, scene.experiment, scene.workspace, "+1", None, Console(), 0.0)
    said = " ".join(capsys.readouterr().out.split())
    assert "1 trial was run by an earlier version, which did not calibrate probabilities, so log_loss is worse" in said
    stored._storage.set_trial_user_attr(trial_id, "automl.evaluation.81", {**evaluation, "temperature": 1.0})
    assert scene.study.uncalibrated() == []
