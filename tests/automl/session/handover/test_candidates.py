from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from automl.checkpoints.no_replication import NoReplication
from automl.checkpoints.remote_store import FileKind, StoredCopy
from automl.checkpoints.retention import CheckpointRetention
from automl.checkpoints.saved_steps import SavedSteps
from automl.console.console import Console
from automl.core.errors import SearchFailed
from automl.core.records import Confirmation, StudyRecord
from automl.core.workspace import Workspace
from automl.session.handover.candidates import best_default, best_trial, confirmation
from tests.automl.goals import MACRO_F1
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


class Copies(NoReplication):
    """Copies that other drivers have made of the models of some trials, some of which can be fetched."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
        self.looks = 0

    @property
    def existing(self) -> frozenset[StoredCopy]:
        return frozenset(StoredCopy(number, FileKind.MODEL, 81) for number in self.numbers)

    def refresh(self) -> None:
        self.looks += 1


class Files(CheckpointRetention):
    """The files of a workspace, to which some models can be brought."""

    fetched: tuple[int, ...] = ()

    def bring_best(self, trial) -> bool:
        return self.has_best(trial.number, trial.best) or trial.number in self.fetched


def files(folder: Path, *models: int, copies: tuple[int, ...] = (), fetched: tuple[int, ...] = ()) -> Files:
    place = Workspace(folder).study("news")
    for number in models:
        place.model(number).mkdir(parents=True)
        (place.model(number) / "config.json").write_text("{}")
    steps = SavedSteps(place.saved_steps)
    made = Files(place.model, place.training_state, steps, 5, MACRO_F1, Copies(*copies))
    made.fetched = fetched
    return made


STUDY = make_study(
    *(
        replace(make_trial(number, (0.1, value)), ended=datetime(2026, 1, 2))
        for number, value in enumerate((0.5, 0.9, 0.7))
    )
)


def best(study: StudyRecord, checkpoints: Files, folder: Path) -> int:
    return best_trial(study, checkpoints, Workspace(folder), Console()).number


def test_the_best_whose_model_is_here_wins(tmp_path, capsys):
    assert best(STUDY, files(tmp_path, 0, 1, 2), tmp_path) == 1
    assert capsys.readouterr().out == ""


def test_a_better_one_that_another_driver_has_is_fetched(tmp_path, capsys):
    checkpoints = files(tmp_path, 0, 2, copies=(1,), fetched=(1,))
    assert best(STUDY, checkpoints, tmp_path) == 1
    assert capsys.readouterr().out == ""
    assert checkpoints.copies.looks == 1


@pytest.mark.parametrize("copies", [(), (1,)])
def test_a_better_one_that_cannot_be_fetched_is_told_and_the_next_one_wins(tmp_path, capsys, copies):
    assert best(STUDY, files(tmp_path, 0, 2, copies=copies), tmp_path) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Trial 1 is better than trial 2, but its model lies in the workspace of another driver.")


def test_a_copy_of_a_trial_that_keeps_no_model_is_no_candidate(tmp_path):
    failed = replace(STUDY.trials[1], end=TrialEnd.ERROR)
    study = make_study(STUDY.trials[0], failed, STUDY.trials[2])
    assert best(study, files(tmp_path, 0, copies=(1,), fetched=(1,)), tmp_path) == 0


def test_without_any_model_the_search_has_failed_and_says_how_to_go_on(tmp_path):
    with pytest.raises(SearchFailed, match="this one ended before it; give it more time: automl resume news"):
        best(make_study(make_trial(0, end=None)), files(tmp_path), tmp_path)
    with pytest.raises(SearchFailed):
        best(STUDY, files(tmp_path, copies=(0, 1, 2)), tmp_path)


def test_the_best_default_of_any_algorithm_is_that_with_the_best_validation_score_whose_model_is_kept(tmp_path):
    linear, probe, tuned = ({"algorithm": name} for name in ("linear", "probe", "lora"))
    values = ((linear, 0.5), (probe, 0.7), (tuned, 0.9))
    trials = [make_trial(number, (value,), params=params) for number, (params, value) in enumerate(values)]
    study = make_study(*(replace(trial, ended=datetime(2026, 1, 2)) for trial in trials))
    here = files(tmp_path, 0, 1, 2)
    assert best_default(study, [linear, probe], here).number == 1
    here.steps.note(1, FileKind.MODEL, step=81)
    assert best_default(study, [linear, probe], files(tmp_path / "old", 0, 2)).number == 0, "an older study keeps one"
    assert best_default(study, [linear, probe], files(tmp_path / "none", 2)) is None


def test_confirmations_decide_about_the_models_that_are_here_if_the_leader_is_among_them(tmp_path):
    ended = datetime(2026, 1, 2)
    own = [replace(trial, params={"depth": trial.number}) for trial in STUDY.trials]
    again = [
        replace(make_trial(3 + place, (0.1, value)), confirms=Confirmation(of, round_), ended=ended)
        for place, (of, round_, value) in enumerate(
            (of, round_, value) for of, value in ((0, 0.6), (1, 0.3), (2, 0.7)) for round_ in (1, 2)
        )
    ]
    study = make_study(*own, *again)
    said = []
    assert confirmation(study, own[1], files(tmp_path / "all", 0, 1, 2), said.append).winner == 2
    assert confirmation(study, own[1], files(tmp_path / "some", 0, 1), said.append).winner == 0
    assert confirmation(STUDY, own[1], files(tmp_path / "plain", 0, 1), said.append) is None
    assert said == []
    assert confirmation(study, own[2], files(tmp_path / "none", 0, 1, 2), said.append) is None
    assert confirmation(study, own[1], files(tmp_path / "one", 1), said.append) is None
    cut_short = make_study(*own, again[0], *(replace(each, end=None, ended=None) for each in again[1:]))
    assert confirmation(cut_short, own[1], files(tmp_path / "short", 0, 1, 2), said.append) is None
    why = "The confirmations decided nothing: "
    assert said == [
        f"{why}trial 2, whose score in the search is the best, is not among the confirmed ones.",
        f"{why}fewer than two of the confirmed trials have their models here.",
        f"{why}too few of them ended with a score.",
    ]
