import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.console.console import Console
from automl.session.handover import tracked_result
from automl.session.handover.finish import HandedOver
from automl.session.handover.tracked_result import track_result
from tests.automl.page.pages import tried
from tests.automl.report.records import make_ensemble, make_winner
from tests.automl.session.plans import make_plan
from tests.automl.session.voters import DATA


class Tracker:
    """In the place of MLflow's tracker: it notes what it is given."""

    def __init__(self) -> None:
        self.told = {}

    def log_winner(self, winner, files, note):
        self.told["winner"] = ([file.name for file in files], note)

    def log_model(self, folder, registration):
        self.told["model"] = (folder, registration)

    def log_file(self, path):
        self.told["page"] = path.read_text(encoding="utf-8")


@pytest.fixture
def given(tmp_path):
    """The arguments of `track_result`, of a study of 12 trials whose model is wrong on some test rows."""
    plan = make_plan(tmp_path)
    plan = replace(plan, prepared=replace(plan.prepared, dataset=DATA))
    record, trials = tried(12)
    winner = make_winner(plan.workspace.study(record.name).best)
    winner.folder.mkdir(parents=True)
    facts = {"verdict": "It is better.", "metric": "macro_f1", "trial": 3, "scores": {}, "parameters": {}}
    (winner.folder / "automl.json").write_text(json.dumps(facts))
    logits = np.zeros((len(DATA.test), len(DATA.label_names)))
    return plan, SimpleNamespace(trials=lambda: trials), record, HandedOver(winner, logits)


def test_mlflow_gets_the_winner_with_a_description_its_model_and_a_report_without_texts(given, capsys):
    tracker = Tracker()
    track_result(*given, tracker, Console())
    files, note = tracker.told["winner"]
    assert files == ["README.md", "automl.json"]
    assert "Handed over: trial 3, encoder d4 lr 1e-3" in note and "automl predict" in note
    assert tracker.told["model"] == (given[3].winner.folder, None)
    page = tracker.told["page"]
    assert "It is better." in page and "Confusion" in page
    assert DATA.test.texts[0] not in page
    assert capsys.readouterr().out == ""


def test_the_members_of_an_ensemble_are_described(given):
    plan, study, record, handed_over = given
    tracker, together = Tracker(), replace(handed_over.winner, ensemble=make_ensemble())
    track_result(plan, study, record, replace(handed_over, winner=together), tracker, Console())
    assert "the mean of the trials 3 and 1. The best trial alone: trial 3" in tracker.told["winner"][1]


def test_a_report_that_cannot_be_made_costs_nothing_else(given, monkeypatch, capsys):
    def fail(*arguments, **named):
        raise RuntimeError("no plot today")

    monkeypatch.setattr(tracked_result, "write_page", fail)
    tracker = Tracker()
    track_result(*given, tracker, Console())
    assert tracker.told.keys() == {"winner", "model"}
    assert "The report of the study was not written: no plot today" in capsys.readouterr().out
